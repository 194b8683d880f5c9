"""What producers ask for at least: how far it is reached, and what closing does where it is not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from market.cycles.models import CycleStep, Offer, OrderCycle, SupplierTerms
from market.ordering.tasks import mail_minimum
from market.people.models import User

Outcome = SupplierTerms.Outcome


def counted(terms: SupplierTerms, goods: Iterable[tuple[Offer, Decimal]]) -> Decimal:
    """Add up goods, items by offer, as these terms count them: euros to the cent, or kilograms to the gram."""
    total = Decimal(0)
    for offer, items in goods:
        if terms.measure == SupplierTerms.Measure.KILOS:
            total += items * offer.weight
            continue
        price = offer.price.amount if terms.with_deposits else offer.price.amount - offer.deposit.amount
        if terms.measure == SupplierTerms.Measure.NET:
            price /= 1 + offer.vat_percent / 100
        total += items * price
    return round(total, 3 if terms.measure == SupplierTerms.Measure.KILOS else 2)


def judge(
    cycle: OrderCycle, offers: Sequence[Offer], items: Mapping[int, Decimal]
) -> tuple[list[SupplierTerms], list[SupplierTerms]]:
    """Compare what would be ordered, items by offer, with what its producers ask for.

    Gives all terms with what they reached, and those that miss their minimum. A producer of whom nothing was wanted
    misses none.
    """
    goods: dict[int, list[tuple[Offer, Decimal]]] = defaultdict(list)
    for offer in offers:
        if offer.pk in items:
            goods[offer.producer_id].append((offer, items[offer.pk]))
    everyone = list(cycle.supplier_terms.select_related("producer"))
    for terms in everyone:
        terms.reached = counted(terms, goods[terms.producer_id])
    missed = [terms for terms in everyone if goods[terms.producer_id] and (terms.reached or 0) < terms.minimum]
    return everyone, missed


def prolong(cycle: OrderCycle, missed: Sequence[SupplierTerms], *, actor: User | None, at: datetime) -> bool:
    """Keep a locked cycle open for the producers whose terms say so, each once; the others' goods are closed.

    Only a cycle whose time has come is prolonged: who closes earlier by hand means it.
    """
    longer = [
        terms
        for terms in missed
        if terms.below == SupplierTerms.Below.PROLONG
        and terms.outcome != Outcome.PROLONGED
        and at >= cycle.takes_orders_until
    ]
    if not longer:
        return False
    until = min(at + timedelta(hours=max(terms.prolong_hours for terms in longer)), cycle.distribution_at)
    if until <= at:
        return False
    _close_for_the_others(cycle, {terms.producer_id for terms in longer})
    for terms in longer:
        terms.outcome, terms.closes_at = Outcome.PROLONGED, None
        terms.save(update_fields=["outcome", "reached", "closes_at"])
    if cycle.state == OrderCycle.State.COMPLETING:
        cycle.completes_at = until
    else:
        cycle.closes_at = until
        if cycle.completes_at and cycle.completes_at <= until:
            cycle.completes_at = None
    cycle.save(update_fields=["closes_at", "completes_at"])
    names = ", ".join(str(terms.producer) for terms in longer)
    reason = _("Prolonged: the minimum of %(names)s is not reached.") % {"names": names[:120]}
    CycleStep.objects.create(cycle=cycle, state=cycle.state, actor=actor, at=at, reason=reason)
    for terms in longer:
        mail_minimum.enqueue(terms.pk)
    return True


def _close_for_the_others(cycle: OrderCycle, longer: set[int]) -> None:
    """Give every other producer the deadline the cycle had, unless its own was earlier."""
    others = set(cycle.offers.values_list("producer", flat=True)) - longer
    own = cycle.supplier_terms.filter(producer__in=others, closes_at__lt=cycle.closes_at).values_list(
        "producer", flat=True
    )
    SupplierTerms.objects.bulk_create(
        [SupplierTerms(cycle=cycle, producer_id=producer, closes_at=cycle.closes_at) for producer in others - set(own)],
        update_conflicts=True,
        unique_fields=["cycle", "producer"],
        update_fields=["closes_at"],
    )


def keep_outcomes(everyone: Sequence[SupplierTerms], missed: Sequence[SupplierTerms]) -> set[int]:
    """Write down how each minimum ended, tell households whose goods are cancelled, and give those producers."""
    for terms in everyone:
        if terms not in missed:
            terms.outcome = Outcome.REACHED if terms.minimum else Outcome.NONE
        elif terms.below == SupplierTerms.Below.GO_AHEAD:
            terms.outcome = Outcome.WENT_AHEAD
        else:
            terms.outcome = Outcome.CANCELLED
    SupplierTerms.objects.bulk_update(everyone, ["outcome", "reached"])
    cancelled = [terms for terms in everyone if terms.outcome == Outcome.CANCELLED]
    for terms in cancelled:
        mail_minimum.enqueue(terms.pk)
    return {terms.producer_id for terms in cancelled}
