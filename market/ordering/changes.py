"""What a placement changes: which lines can be had at this moment, and what the offers count of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from market.catalogue.models import Product
from market.cycles.models import Offer, OrderCycle, SupplierTerms
from market.ordering.models import DemandChange, Order
from market.ordering.packs import may_change
from market.rows import update_figures, write_rows

ZERO = Decimal(0)
CHANGING = ("wanted", "tolerated", "changes", "available")  # of an offer whose cycle is open


class Amounts(NamedTuple):
    """Items a household wants for sure, and would also take."""

    quantity: Decimal
    tolerance: Decimal


NOTHING = Amounts(ZERO, ZERO)


def closed_producers(cycle: OrderCycle, at: datetime) -> set[int]:
    """Producers of a cycle whose own deadline has passed."""
    passed = SupplierTerms.objects.filter(Q(cycle=cycle), closes_at__lte=at)
    return set(passed.values_list("producer", flat=True))


def producer_closed(offer: Offer) -> ValidationError:
    return ValidationError(
        _("Orders to %(producer)s are closed already: %(name)s stays as it is."),
        "producer_closed",
        {"producer": str(offer.producer), "name": offer.name},
    )


def sold_out(offer: Offer, left: Decimal) -> ValidationError:
    return ValidationError(
        _("Of %(name)s only %(left)s more can be ordered."),
        "sold_out",
        {"name": offer.name, "left": f"{left.normalize():f}"},
    )


def harms_packs(offer: Offer) -> ValidationError:
    return ValidationError(
        _("Packs are being completed: a change of %(name)s must help to fill its pack, and this one does not."),
        "harms_packs",
        {"name": offer.name},
    )


def lock_kept_goods(offers: Iterable[Offer]) -> None:
    """Take the goods a group keeps itself, in order of their ids: several of its cycles may offer the same jar."""
    if limited := _limited(offers):
        kept = Product.objects.filter(pk__in=limited, kept_from__isnull=False).order_by("pk")
        list(kept.select_for_update(no_key=True).values_list("pk"))


def left_of(offers: Iterable[Offer]) -> dict[int, Decimal | None]:
    """Give what can still be ordered of each offer, by offer; None without a limit.

    What a group keeps is promised once, over all its cycles: their offers share what is in stock.
    """
    offers = list(offers)
    left = {offer.pk: offer.left for offer in offers}
    if not (limited := _limited(offers)):
        return left
    stock = dict(Product.objects.filter(pk__in=limited, kept_from__isnull=False).values_list("pk", "stock"))
    promised = dict.fromkeys(stock, ZERO)
    if stock:
        asked = Offer.objects.still_to_come().filter(product__in=stock).order_by().values_list("product")
        promised |= dict(asked.annotate(items=Sum(F("wanted") + F("tolerated"))))
    for offer in offers:
        if offer.product_id in stock:
            spare = max(ZERO, (stock[offer.product_id] or ZERO) - promised[offer.product_id])
            left[offer.pk] = min(spare, left[offer.pk] or ZERO)
    return left


def _limited(offers: Iterable[Offer]) -> set[int]:
    return {offer.product_id for offer in offers if offer.available is not None}


def lock_offers(offer_ids: Collection[int], known: Mapping[int, Offer]) -> dict[int, Offer]:
    """Take offers in order of their ids, so that two households never wait for each other in a ring.

    Of an offer that is `known` only what orders change is read again: its terms stay as long as the cycle is open.
    """
    if not offer_ids:
        return {}
    offers = dict(known)
    offers |= Offer.objects.in_bulk([pk for pk in offer_ids if pk not in known])
    rows = Offer.objects.select_for_update(no_key=True).filter(pk__in=offer_ids).order_by("pk")
    taken = {}
    for pk, wanted, tolerated, changes, available in rows.values_list("pk", *CHANGING):
        offer = taken[pk] = offers[pk]
        offer.wanted, offer.tolerated, offer.changes, offer.available = wanted, tolerated, changes, available
    return taken


def what_can_be_had(
    cycle: OrderCycle,
    offers: Mapping[int, Offer],
    before: Mapping[int, Amounts],
    wanted: Mapping[int, Amounts],
    at: datetime,
) -> tuple[dict[int, Amounts], list[ValidationError]]:
    """Give for every locked offer the amounts that can be ordered now, and why others cannot.

    A line that cannot be had stays as it was ordered before, and never stands in the way of the others.
    """
    closed = closed_producers(cycle, at) if offers else set()
    left = left_of(offers.values())
    had: dict[int, Amounts] = {}
    refusals = []
    for pk, offer in offers.items():
        old, new = before.get(pk, NOTHING), wanted.get(pk, NOTHING)
        refusal = _refusal(cycle, offer, old, new, closed, left[pk])
        had[pk] = old if refusal else new
        if refusal:
            refusals.append(refusal)
    return had, refusals


def _refusal(
    cycle: OrderCycle, offer: Offer, old: Amounts, new: Amounts, closed: set[int], left: Decimal | None
) -> ValidationError | None:
    more = sum(new) - sum(old)
    if offer.producer_id in closed:
        return producer_closed(offer)
    if more > 0 and left is not None and more > left:
        return sold_out(offer, left)
    welcome = may_change(
        pack_size=offer.pack_size,
        before=(offer.wanted, offer.tolerated),
        after=(offer.wanted + new.quantity - old.quantity, offer.tolerated + new.tolerance - old.tolerance),
        completing=cycle.state == OrderCycle.State.COMPLETING,
    )
    return None if welcome else harms_packs(offer)


def count(
    order: Order, offers: Mapping[int, Offer], before: Mapping[int, Amounts], had: Mapping[int, Amounts], at: datetime
) -> None:
    """Write the changes into the demand log and into what the locked offers count, in two statements."""
    log: list[tuple[int, int, datetime, Decimal, Decimal]] = []
    changed: list[tuple[int, Decimal, Decimal, int]] = []
    for pk, offer in offers.items():
        old, new = before.get(pk, NOTHING), had[pk]
        if old == new:
            continue
        offer.wanted += new.quantity - old.quantity
        offer.tolerated += new.tolerance - old.tolerance
        offer.changes += 1
        changed.append((pk, offer.wanted, offer.tolerated, offer.changes))
        log.append((pk, order.household_id, at, *new))
    if changed:
        write_rows(DemandChange, ["offer", "household", "at", "quantity", "tolerance"], log)
        update_figures(Offer, ["wanted", "tolerated", "changes"], changed)
