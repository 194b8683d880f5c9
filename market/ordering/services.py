"""Households fill a basket line by line and place it as an order; money is set aside in the same step."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_code
from market.cycles.models import Offer, OrderCycle
from market.cycles.services import hold_cycle_open
from market.ordering.costs import OrderCost, Wish, order_cost
from market.ordering.models import BasketLine, DemandChange, Order, OrderLine, Placement
from market.ordering.slots import check_slot, chosen_slot, point_of, take_slot
from market.people.models import Enrolment, Household, User, acting

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
    """Refuse a household that may not order in this cycle now: as `check_open`, `not_in_group`, `paused`."""
    check_open(cycle, at)
    if cycle.audience == OrderCycle.Audience.MEMBERS:
        enrolment = Enrolment.objects.filter(household=household, group=cycle.organiser_id).first()
        if enrolment is None or enrolment.status == Enrolment.Status.WAITING:
            raise ValidationError(_("Only households of this group can order here."), "not_in_group")
        if enrolment.status == Enrolment.Status.PAUSED:
            raise ValidationError(_("Your household's place in this group is paused."), "paused")


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
    Raises ValidationError as `check_may_order` and `check_amounts` do.
    """
    check_may_order(household, offer.cycle, at)
    check_amounts(offer, quantity, tolerance)
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
    return order_cost(wishes, cycle.fees.all(), community_wanted=community_wanted, point_id=point_id)


def check_basket(
    *, household: Household, cycle: OrderCycle, community_minor: int, at: datetime
) -> tuple[list[BasketLine], OrderCost]:
    """Give the lines of a basket that can be ordered now, and what they cost; takes no lock and changes nothing.

    Raises ValidationError `empty`, `no_slot`, `above_share`, and as `check_may_order` and `check_amounts` do. A
    household that has ordered before may empty its basket: that cancels the order.
    """
    check_may_order(household, cycle, at)
    basket = list(
        BasketLine.objects.filter(household=household, offer__cycle=cycle)
        .select_related("offer", "offer__cycle")
        .order_by("offer_id")
    )
    if not basket and not OrderLine.objects.filter(order__household=household, order__cycle=cycle).exists():
        raise ValidationError(_("Your basket is empty: choose something first."), "empty")
    for line in basket:
        check_amounts(line.offer, line.quantity, line.tolerance)
    wishes = {line.offer_id: Wish.of(line.offer, line.quantity + line.tolerance) for line in basket}
    slot = chosen_slot(household, cycle)
    if basket:
        check_slot(cycle, slot)
    cost = order_cost(wishes, cycle.fees.all(), community_wanted=community_minor, point_id=point_of(slot, cycle))
    if community_minor < 0 or community_minor > cost.community_limit:
        raise ValidationError(
            _("Producers take at most %(limit)s of this order in community currency."),
            "above_share",
            {"limit": f"{Decimal(cost.community_limit) / 100:.2f}"},
        )
    return basket, cost


def check_stock(household: Household, basket: list[BasketLine]) -> None:
    """Refuse a basket that wants more of a limited offer than is left now: `sold_out`. Placing decides for good."""
    limited = [line for line in basket if line.offer.available is not None]
    mine = {
        row.offer_id: row.quantity + row.tolerance
        for row in OrderLine.objects.filter(order__household=household, offer__in=[line.offer_id for line in limited])
    }
    for line in limited:
        left = (line.offer.available or Decimal(0)) - line.offer.taken
        if line.quantity + line.tolerance - mine.get(line.offer_id, Decimal(0)) > left:
            raise sold_out(line.offer, left)


def sold_out(offer: Offer, left: Decimal) -> ValidationError:
    return ValidationError(
        _("Of %(name)s only %(left)s more can be ordered."),
        "sold_out",
        {"name": offer.name, "left": f"{max(left, Decimal(0)).normalize():f}"},
    )


@transaction.atomic
def place_order(
    *,
    household: Household,
    cycle: OrderCycle,
    community_minor: int,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> Order:
    """Order what is in the basket, in place of what was ordered before, and set the money aside.

    What is set aside pays for the firm quantity and all tolerance: `community_minor` units of the cycle's community
    currency, split over the lines up to each product's share, and prepaid euros for the rest. A key that was used
    before gives the order it made. Raises ValidationError: `empty`, `owes`, `above_share`, `not_enough_euros`,
    `not_enough_units`, `sold_out`, `no_slot`, `slot_full`, and as `check_may_order` and `check_amounts` do; then
    nothing has changed.
    """
    if placement := Placement.objects.filter(key=key).select_related("order").first():
        return placement.order
    cycle = hold_cycle_open(cycle.pk)
    check_may_order(household, cycle, at)
    order = _lock_order(household, cycle, at)
    if placement := Placement.objects.filter(key=key).first():  # a second click that waited for the first
        return order
    basket, cost = check_basket(household=household, cycle=cycle, community_minor=community_minor, at=at)
    if ledger.balance(bookkeeping.household_due(household.pk)) < 0:
        raise ValidationError(
            _("Your household still owes for an earlier order. Pay that first, then order."),
            "owes",
        )
    _write_lines(order, basket, cost, at)
    take_slot(order, chosen_slot(household, cycle) if basket else None)
    holds = set_aside(order, cost.euros, cost.community, key=str(key), actor=actor, at=at)
    Placement.objects.create(key=key, order=order, at=at, actor=actor, **holds)
    order.placed_at = at
    order.save(update_fields=["placed_at"])
    return order


@transaction.atomic
def cancel_order(*, order: Order, key: UUID, actor: User | None, at: datetime) -> Order:
    """Take everything out of an order while orders are taken; what was set aside for it is free again.

    A key used before changes nothing. Raises ValidationError as `place_order` does.
    """
    if not Placement.objects.filter(key=key).exists():
        BasketLine.objects.filter(household=order.household_id, offer__cycle=order.cycle_id).delete()
    return place_order(household=order.household, cycle=order.cycle, community_minor=0, key=key, actor=actor, at=at)


def _lock_order(household: Household, cycle: OrderCycle, at: datetime) -> Order:
    """Take the household's order in this cycle, making it if this is the first placement."""
    Order.objects.bulk_create(
        [
            Order(
                cycle=cycle,
                household=household,
                reference=new_reference(),
                placed_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return Order.objects.select_for_update().get(cycle=cycle, household=household)


def new_reference() -> str:
    """Make a pick-up code that is easy to say and hard to guess; letters and digits that look alike are left out."""
    return get_random_string(6, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")


def _write_lines(order: Order, basket: list[BasketLine], cost: OrderCost, at: datetime) -> None:
    before = {line.offer_id: line for line in order.lines.all()}
    changes = []
    for wanted in basket:
        old = before.pop(wanted.offer_id, None)
        had = (old.quantity, old.tolerance) if old else (Decimal(0), Decimal(0))
        if had != (wanted.quantity, wanted.tolerance):
            _take(wanted.offer, wanted.quantity + wanted.tolerance - sum(had))
            changes.append(_change(order, wanted.offer_id, wanted.quantity, wanted.tolerance, at))
    for gone in before.values():
        _take(gone.offer, -gone.quantity - gone.tolerance)
        changes.append(_change(order, gone.offer_id, Decimal(0), Decimal(0), at))
    order.lines.filter(offer__in=before).delete()
    DemandChange.objects.bulk_create(changes)
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=order,
                offer=wanted.offer,
                name=wanted.offer.name,
                price=wanted.offer.price,
                quantity=wanted.quantity,
                tolerance=wanted.tolerance,
                most_minor=cost.lines[wanted.offer_id].amount,
                community_minor=cost.lines[wanted.offer_id].community,
            )
            for wanted in basket
        ],
        update_conflicts=True,
        unique_fields=["order", "offer"],
        update_fields=[
            "name",
            "price",
            "price_currency",
            "quantity",
            "tolerance",
            "most_minor",
            "community_minor",
        ],
    )


def _change(order: Order, offer_id: int, quantity: Decimal, tolerance: Decimal, at: datetime) -> DemandChange:
    return DemandChange(
        offer_id=offer_id,
        household_id=order.household_id,
        at=at,
        quantity=quantity,
        tolerance=tolerance,
    )


def _take(offer: Offer, items: Decimal) -> None:
    """Promise items of a limited offer to an order, or give them back; one statement decides, not a look beforehand."""
    if offer.available is None:
        return
    enough = Q(taken__lte=F("available") - items) if items > 0 else Q()
    if not Offer.objects.filter(enough, pk=offer.pk).update(taken=F("taken") + items):
        left = Offer.objects.values_list(F("available") - F("taken"), flat=True).get(pk=offer.pk)
        raise sold_out(offer, left)


def set_aside(
    order: Order,
    euros: int,
    community: int,
    *,
    key: str,
    actor: User | None,
    at: datetime,
) -> Mapping[str, int | None]:
    """Release what the last placement set aside and set aside anew; give the holds as Placement wants them."""
    cycle, household = order.cycle, order.household
    release_holds(order, key=key, actor=actor, at=at)
    holds: dict[str, int | None] = {"euro_hold_id": None, "community_hold_id": None}
    wanted = [("euro_hold_id", bookkeeping.EUR, euros, bookkeeping.household(household.pk))]
    if cycle.community_currency:
        code = cycle.community_currency.code
        wanted.append(
            (
                "community_hold_id",
                code,
                community,
                wallet_code(household, cycle.community_currency),
            )
        )
    for field, currency, amount, source in wanted:
        if amount == 0:
            continue
        try:
            holds[field] = ledger.hold(
                key=f"order:{order.pk}:set-aside:{key}:{currency}",
                kind="order placed",
                source=source,
                holding=bookkeeping.held(cycle.pk, currency),
                amount=amount,
                happened_at=at,
                memo=order.reference,
                actor=acting(actor),
            ).id
        except (ledger.FloorReached, ledger.UnknownAccount) as refusal:
            raise not_enough(source, currency, amount) from refusal
    return holds


def not_enough(source: str, currency: str, amount: int) -> ValidationError:
    """Say how much is missing, in which money."""
    missing = amount - ledger.balances([source]).get(source, 0)
    figures = {"missing": f"{Decimal(missing) / 100:.2f}", "currency": currency}
    if currency == bookkeeping.EUR:
        return ValidationError(
            _("Your prepaid balance is %(missing)s euros short. Pay in, or order less; your basket is kept."),
            "not_enough_euros",
            figures,
        )
    return ValidationError(_("Your wallet is %(missing)s %(currency)s short."), "not_enough_units", figures)


def release_holds(order: Order, *, key: str, actor: User | None, at: datetime) -> None:
    """Give back whatever the order's last placement still holds."""
    last = order.placements.order_by("-pk").first()
    if last is None:
        return
    for hold_id in filter(None, (last.euro_hold_id, last.community_hold_id)):
        ledger.release(
            hold_id,
            key=f"order:{order.pk}:release:{key}:{hold_id}",
            happened_at=at,
            memo=order.reference,
            actor=acting(actor),
        )
