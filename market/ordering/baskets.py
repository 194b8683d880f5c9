"""What a household may put into its basket, what that costs, and whether it can be ordered now."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from market.cycles.audience import fees_for, is_tagged_for
from market.cycles.models import Fee, Offer, OrderCycle, PickupSlot
from market.ordering.changes import (
    closed_producers,
    left_of,
    producer_closed,
    sold_out,
)
from market.ordering.costs import OrderCost, Wish, order_cost
from market.ordering.models import BasketLine, OrderLine
from market.ordering.slots import check_slot, chosen_slot, point_of
from market.people.models import Enrolment, Household
from market.rows import the_only

# More items than this of one offer is a slip of the finger, and would not fit the columns that add them up.
MOST_ITEMS = Decimal(100_000)


def check_open(cycle: OrderCycle, at: datetime) -> None:
    """Refuse a cycle that takes no orders now: `closed`, `not_open_yet`."""
    if not cycle.takes_orders_at(at):
        if cycle.state in (OrderCycle.State.DRAFT, OrderCycle.State.OPEN) and at < cycle.opens_at:
            raise ValidationError(_("This cycle has not opened yet."), "not_open_yet")
        raise ValidationError(
            _("This cycle is closed. Your lines are kept, but nothing new can be ordered."),
            "closed",
        )


def check_may_order(household: Household, cycle: OrderCycle, at: datetime) -> None:
    """Refuse a household that may not order in this cycle now: as `check_open`, `not_in_group`, `paused`,
    `not_tagged`."""
    check_open(cycle, at)
    if cycle.audience == OrderCycle.Audience.MEMBERS:
        enrolment = the_only(Enrolment.objects.filter(household=household, group=cycle.organiser_id))
        if enrolment is None or enrolment.status == Enrolment.Status.WAITING:
            raise ValidationError(_("Only households of this group can order here."), "not_in_group")
        if enrolment.status == Enrolment.Status.PAUSED:
            raise ValidationError(_("Your household's place in this group is paused."), "paused")
        if not is_tagged_for(cycle, enrolment):
            raise ValidationError(_("This cycle is for some households of the group only."), "not_tagged")


def check_amounts(offer: Offer, quantity: Decimal, tolerance: Decimal) -> None:
    """Refuse amounts nobody can order: `not_a_number`, `negative`, `too_many`, `wrong_step`."""
    for amount in (quantity, tolerance):
        if not amount.is_finite():
            raise ValidationError(_("Write an amount in digits, for example 2."), "not_a_number")
        if amount < 0:
            raise ValidationError(_("An amount cannot be negative: write 0 to take nothing."), "negative")
        if amount > MOST_ITEMS:
            raise ValidationError(_("That is more than anybody can order of one product."), "too_many")
        if amount % offer.step:
            raise ValidationError(
                _("%(name)s is ordered in steps of %(step)s."),
                "wrong_step",
                {"name": offer.name, "step": f"{offer.step.normalize():f}"},
            )


@transaction.atomic
def set_line(
    *,
    household: Household,
    offer: Offer,
    quantity: Decimal,
    tolerance: Decimal = Decimal(0),
    at: datetime,
) -> BasketLine | None:
    """Keep in the basket what a household wants of an offer: a firm quantity and a tolerance, in items.

    Zero and zero take the line out. Nothing is ordered and nobody's rank changes before the basket is placed.
    Raises ValidationError `producer_closed`, and as `check_may_order` and `check_amounts` do.
    """
    check_may_order(household, offer.cycle, at)
    check_amounts(offer, quantity, tolerance)
    if offer.producer_id in closed_producers(offer.cycle, at):
        raise producer_closed(offer)
    if quantity == 0 and tolerance == 0:
        BasketLine.objects.filter(household=household, offer=offer).delete()
        return None
    line, _created = BasketLine.objects.update_or_create(
        household=household,
        offer=offer,
        defaults={"quantity": quantity, "tolerance": tolerance, "changed_at": at},
    )
    return line


def basket_cost(household: Household, cycle: OrderCycle, *, community_wanted: int = 0) -> OrderCost:
    """Price a household's basket in a cycle as it would be set aside: firm quantity and all tolerance."""
    lines = BasketLine.objects.filter(household=household, offer__cycle=cycle).select_related("offer").order_by("pk")
    wishes = {line.offer_id: Wish.of(line.offer, line.quantity + line.tolerance) for line in lines}
    point_id = point_of(chosen_slot(household, cycle), cycle)
    return order_cost(wishes, fees_for(cycle, household), community_wanted=community_wanted, point_id=point_id)


def has_ordered(household: Household, cycle: OrderCycle) -> bool:
    return OrderLine.objects.filter(order__household=household, order__cycle=cycle).exists()


class CheckedBasket(NamedTuple):
    """The lines of a basket, what they cost, when they are to be fetched, and the fees that are charged."""

    lines: list[BasketLine]
    cost: OrderCost
    slot: PickupSlot | None
    fees: list[Fee]


def check_basket(*, household: Household, cycle: OrderCycle, community_minor: int, at: datetime) -> CheckedBasket:
    """Give the lines of a basket that can be ordered now, and what they cost; takes no lock and changes nothing.

    Raises ValidationError `empty`, `no_slot`, `above_share`, and as `check_may_order` and `check_amounts` do. A
    household that has ordered before may empty its basket: that cancels the order.
    """
    check_may_order(household, cycle, at)
    rows = BasketLine.objects.filter(household=household, offer__cycle=cycle).select_related("offer")
    basket = sorted(rows, key=lambda line: line.offer_id)
    for line in basket:
        line.offer.cycle = cycle
    if not basket and not has_ordered(household, cycle):
        raise ValidationError(_("Your basket is empty: choose something first."), "empty")
    for line in basket:
        check_amounts(line.offer, line.quantity, line.tolerance)
    wishes = {line.offer_id: Wish.of(line.offer, line.quantity + line.tolerance) for line in basket}
    slot = chosen_slot(household, cycle)
    if basket:
        check_slot(cycle, slot)
    fees = fees_for(cycle, household)
    cost = order_cost(wishes, fees, community_wanted=community_minor, point_id=point_of(slot, cycle))
    if community_minor < 0 or community_minor > cost.community_limit:
        raise ValidationError(
            _("Producers take at most %(limit)s of this order in community currency."),
            "above_share",
            {"limit": f"{Decimal(cost.community_limit) / 100:.2f}"},
        )
    return CheckedBasket(basket, cost, slot, fees)


def check_stock(household: Household, basket: list[BasketLine]) -> None:
    """Refuse a basket that wants more of a limited offer than is left now: `sold_out`. Placing decides for good."""
    limited = [line for line in basket if line.offer.available is not None]
    mine = {
        row.offer_id: row.quantity + row.tolerance
        for row in OrderLine.objects.filter(order__household=household, offer__in=[line.offer_id for line in limited])
    }
    left = left_of([line.offer for line in limited])
    for line in limited:
        spare = left[line.offer_id] or Decimal(0)
        if line.quantity + line.tolerance - mine.get(line.offer_id, Decimal(0)) > spare:
            raise sold_out(line.offer, spare)
