"""Same as last time: the lines of a household's last order, put into its basket as far as they can be had."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from djmoney.money import Money

from market.cycles.models import OrderCycle
from market.ordering.baskets import check_amounts, check_may_order
from market.ordering.changes import closed_producers, left_of
from market.ordering.models import BasketLine, Order
from market.people.models import Household


@dataclass
class Repeated:
    """What became of the lines of the last order: how many are in the basket now, the names of those that cannot be
    had this time, and the names of those whose price has changed, with the old one and the new."""

    kept: int = 0
    gone: list[str] = field(default_factory=list)
    prices: list[tuple[str, Money, Money]] = field(default_factory=list)


def last_order(household: Household | None, cycle: OrderCycle) -> Order | None:
    """Give the order a household placed last with the same organiser before this cycle."""
    before = Order.objects.filter(household=household, cycle__organiser=cycle.organiser_id, lines__isnull=False)
    return before.exclude(cycle=cycle).order_by("-cycle__closes_at", "-pk").first()


@transaction.atomic
def repeat_last_order(*, household: Household, cycle: OrderCycle, at: datetime) -> Repeated:
    """Put the lines of the last order into the basket; what is chosen already stays as it is.

    Raises ValidationError as `check_may_order` does.
    """
    check_may_order(household, cycle, at)
    result = Repeated()
    order = last_order(household, cycle)
    if order is None:
        return result
    offers = {offer.product_id: offer for offer in cycle.offers.all()}
    closed, left = closed_producers(cycle, at), left_of(offers.values())
    lines = []
    for old in order.lines.select_related("offer"):
        offer = offers.get(old.offer.product_id)
        if offer is None or offer.producer_id in closed or left[offer.pk] == 0:
            result.gone.append(old.name)
            continue
        try:
            check_amounts(offer, old.quantity, old.tolerance)
        except ValidationError:  # it comes in other steps now: the household chooses anew
            result.gone.append(old.name)
            continue
        if offer.price != old.price:
            result.prices.append((offer.name, old.price, offer.price))
        lines.append(
            BasketLine(household=household, offer=offer, quantity=old.quantity, tolerance=old.tolerance, changed_at=at)
        )
    BasketLine.objects.bulk_create(lines, ignore_conflicts=True)
    result.kept = len(lines)
    return result
