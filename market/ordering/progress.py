"""How full packs and supplier orders are at this moment: read from what the offers count, not from the log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Sum

from market.cycles.models import Offer, OrderCycle, SupplierTerms
from market.ordering import packs
from market.ordering.closing import demand, fill
from market.ordering.minimums import counted
from market.ordering.models import OrderLine
from market.people.models import Household

ZERO = Decimal(0)
# A household's short items are kept so long for others who look; a newer change of the offer is another key.
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class PackProgress:
    """How far the packs of one offer are, in items; `missing` in the open pack, `at_risk` of one household's items."""

    pack_size: Decimal
    packs: int = 0
    quantity: Decimal = ZERO
    tolerance: Decimal = ZERO
    missing: Decimal = ZERO
    at_risk: Decimal = ZERO

    @property
    def filled(self) -> Decimal:
        """Items in the pack that is still open: the whole pack once tolerance completes it."""
        return max(ZERO, self.pack_size - self.missing) if self.quantity else ZERO

    @property
    def open(self) -> bool:
        """Tell whether somebody's items wait for a pack that does not fill."""
        return self.missing > 0


@dataclass(frozen=True)
class SupplierProgress:
    """How far the supplier order of one producer is from its minimum, in what its terms count."""

    terms: SupplierTerms
    reached: Decimal

    @property
    def missing(self) -> Decimal:
        return max(ZERO, self.terms.minimum - self.reached)

    @property
    def shown(self) -> Decimal:
        """What the bar shows: no more than the whole."""
        return min(self.reached, self.terms.minimum)


def status_version(cycles: Any, pk: int) -> str | None:
    """Give what the status of a cycle depends on, in one query that no log makes longer; None if it is not there."""
    row = (
        cycles.filter(pk=pk)
        .annotate(changes=Sum("offers__changes"))
        .values_list("state", "closes_at", "completes_at", "changes")
        .first()
    )
    return None if row is None else "-".join(str(part) for part in row)


PUBLIC_VERSION = """
SELECT state, opens_at <= %s, closes_at <= %s, completes_at <= %s, closes_at, completes_at,
       (SELECT sum(changes) FROM market_offer WHERE cycle_id = market_ordercycle.id)
  FROM market_ordercycle
 WHERE id = %s AND audience = 'public' AND state <> 'draft'
"""


def public_version(pk: int, at: datetime) -> str | None:
    """Give what a public cycle's shop shows to strangers depends on, None if there is none; asked at every look, so
    the statement is written out instead of being composed anew."""
    now = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC_VERSION, [now, now, now, pk])
        row = cursor.fetchone()
    return None if row is None else "-".join(str(part) for part in row)


def pack_progress(
    cycle: OrderCycle, household: Household | None = None, offers: Iterable[Offer] | None = None
) -> dict[int, PackProgress]:
    """Tell for every offer of a cycle how its packs stand, by what has been ordered so far."""
    offers = list(cycle.offers.all() if offers is None else offers)
    risks = at_risk(cycle, household, offers) if household else {}
    return {offer.pk: _progress(offer, risks.get(offer.pk, ZERO)) for offer in offers}


def _progress(offer: Offer, risk: Decimal) -> PackProgress:
    full = full_packs(offer)
    missing = packs.missing_items(pack_size=offer.pack_size, quantity=offer.wanted, tolerance=offer.tolerated)
    if offer.wanted and full < offer.minimum_packs:
        missing = offer.minimum_packs * offer.pack_size - offer.wanted - offer.tolerated
    return PackProgress(offer.pack_size, full, offer.wanted, offer.tolerated, missing, risk)


def full_packs(offer: Offer) -> int:
    """Count the packs that would be ordered now."""
    return packs.full_packs(
        pack_size=offer.pack_size, quantity=offer.wanted, tolerance=offer.tolerated, minimum_packs=offer.minimum_packs
    )


def at_risk(cycle: OrderCycle, household: Household, offers: Sequence[Offer]) -> dict[int, Decimal]:
    """Give the items of a household that would not come as it stands, by offer.

    Only offers whose packs do not hold what is wanted for sure can be short, and only there the log is read: once for
    each change of the offer, whoever looks.
    """
    short = {offer.pk: offer for offer in offers if full_packs(offer) * offer.pack_size < offer.wanted}
    if not short:
        return {}
    mine = OrderLine.objects.filter(order__household=household, offer__in=short, quantity__gt=0)
    wanted = [short[pk] for pk in mine.values_list("offer", flat=True)]
    shortages = _shortages(cycle, wanted)
    return {pk: short_of[household.pk] for pk, short_of in shortages.items() if household.pk in short_of}


def _shortages(cycle: OrderCycle, offers: Sequence[Offer]) -> dict[int, dict[int, Decimal]]:
    """Give by offer the households that come short, and of how many items."""
    keys = {f"short:{offer.pk}:{offer.changes}:{offer.strategy or cycle.strategy}": offer for offer in offers}
    found: dict[str, dict[int, Decimal]] = cache.get_many(list(keys)) if keys else {}
    if unknown := {key: offer for key, offer in keys.items() if key not in found}:
        log = demand(unknown.values())
        new = {key: _short_of(fill(offer, cycle, log[offer.pk])) for key, offer in unknown.items()}
        cache.set_many(new, KEPT_SECONDS)
        found |= new
    return {keys[key].pk: short_of for key, short_of in found.items()}


def _short_of(filled: packs.Allocation) -> dict[Any, Decimal]:
    return {member: share.short for member, share in filled.shares.items() if share.short}


def supplier_progress(cycle: OrderCycle, offers: Iterable[Offer]) -> dict[int, SupplierProgress]:
    """Tell by producer how far its minimum is reached by the packs that are full now."""
    goods: dict[int, list[tuple[Offer, Decimal]]] = defaultdict(list)
    for offer in offers:
        if offer.wanted:
            goods[offer.producer_id].append((offer, full_packs(offer) * offer.pack_size))
    rows = cycle.supplier_terms.filter(minimum__gt=0).select_related("producer")
    return {terms.producer_id: SupplierProgress(terms, counted(terms, goods[terms.producer_id])) for terms in rows}
