"""A basket is placed as an order, and money is set aside in the same step."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_code
from market.cycles.models import Fee, OrderCycle
from market.cycles.services import hold_cycle_open
from market.ordering.baskets import check_basket, check_may_order
from market.ordering.changes import (
    NOTHING,
    Amounts,
    count,
    lock_kept_goods,
    lock_offers,
    what_can_be_had,
)
from market.ordering.costs import OrderCost, Wish, order_cost
from market.ordering.models import BasketLine, Order, OrderLine, Placement
from market.ordering.slots import point_of, take_slot
from market.ordering.tagged_fees import keep_tagged_fees
from market.people.models import Household, User, acting
from market.rows import the_only, write_rows


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

    What is set aside pays for the firm quantity and all tolerance, or whatever less of it would cost more:
    `community_minor` units of the cycle's community currency, split over the lines up to each product's share, and
    prepaid euros for the rest. A line that cannot be had any more stays as it was ordered before, and in the basket as
    it is wanted (`not_ordered`); only if all that changes is such, the placement is refused. A key that was used before
    gives the order it made.

    Raises ValidationError: `empty`, `owes`, `above_share`, `not_enough_euros`, `not_enough_units`, `sold_out`,
    `producer_closed`, `harms_packs`, `no_slot`, `slot_full`, and as `check_may_order` and `check_amounts` do; then
    nothing has changed.
    """
    return place(household=household, cycle=cycle, community_minor=community_minor, key=key, actor=actor, at=at).order


class Placed(NamedTuple):
    """An order, whether its key was used for the first time, and whether it is known to be all of the basket."""

    order: Order
    new: bool
    whole: bool = False


def place(
    *, household: Household, cycle: OrderCycle, community_minor: int, key: UUID, actor: User | None, at: datetime
) -> Placed:
    """As `place_order`, in the transaction of a caller who undoes it whole when this refuses."""
    cycle = hold_cycle_open(cycle.pk)
    order = _lock_order(household, cycle)
    if used := the_only(Placement.objects.filter(key=key)):
        return Placed(used.order, new=False)
    check_may_order(household, cycle, at)
    first = order is None
    order = order or _new_order(household, cycle, at)
    if order is None:  # it was made meanwhile, perhaps by a second click on the same form
        return place(household=household, cycle=cycle, community_minor=community_minor, key=key, actor=actor, at=at)
    order.cycle, order.household = cycle, household
    basket, cost, slot, fees = check_basket(household=household, cycle=cycle, community_minor=community_minor, at=at)
    if ledger.balance(bookkeeping.household_due(household.pk)) < 0:
        raise ValidationError(
            _("Your household still owes for an earlier order. Pay that first, then order."),
            "owes",
        )
    if basket:
        take_slot(order, slot)
    ordered = [] if first else order.lines.order_by().values_list("offer", "quantity", "tolerance")
    before = {offer_id: Amounts(quantity, tolerance) for offer_id, quantity, tolerance in ordered}
    lines, refusals = _write_log(order, cycle, before, basket, at)
    if refusals:
        cost = _cost_of(lines, fees, cost.community, point_of(slot, cycle))
    _write_lines(order, before, lines, cost)
    keep_tagged_fees(order, fees)
    if not lines:
        take_slot(order, None)
    if not first:
        release_holds(order, key=str(key), actor=actor, at=at)
    holds = set_aside(order, cost.most_euros, cost.community, key=str(key), actor=actor, at=at)
    Placement.objects.create(key=key, order=order, at=at, actor=actor, **holds)
    if not first:
        order.placed_at = at
        order.save(update_fields=["placed_at"])
    return Placed(order, new=True, whole=not refusals)


@transaction.atomic
def cancel_order(*, order: Order, key: UUID, actor: User | None, at: datetime) -> Order:
    """Take everything out of an order while orders are taken; what was set aside for it is free again.

    A key used before changes nothing. Raises ValidationError `partly`, and as `place_order` does.
    """
    if not Placement.objects.filter(key=key).exists():
        BasketLine.objects.filter(household=order.household_id, offer__cycle=order.cycle_id).delete()
    order = place_order(household=order.household, cycle=order.cycle, community_minor=0, key=key, actor=actor, at=at)
    if order.lines.exists():
        raise ValidationError(
            _("A part of this order can no longer be cancelled: take the rest out of your basket and order that."),
            "partly",
        )
    return order


def _lock_order(household: Household, cycle: OrderCycle) -> Order | None:
    """Take the household's order in this cycle, if it has one."""
    return the_only(Order.objects.select_for_update().filter(cycle=cycle, household=household))


NEW_ORDER = """
INSERT INTO market_order (cycle_id, household_id, reference, placed_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (cycle_id, household_id) DO NOTHING RETURNING id"""


def _new_order(household: Household, cycle: OrderCycle, at: datetime) -> Order | None:
    """Make the household's order; None if somebody else made it. Of two at once, the second waits for the first."""
    order = Order(cycle=cycle, household=household, reference=new_reference(), placed_at=at)
    placed_at = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(NEW_ORDER, [cycle.pk, household.pk, order.reference, placed_at])
        made = cursor.fetchone()
    if made is None:
        return None
    order.pk, order._state.adding = made[0], False
    return order


def new_reference() -> str:
    """Make a pick-up code that is easy to say and hard to guess; letters and digits that look alike are left out."""
    return get_random_string(6, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")


def _write_log(
    order: Order, cycle: OrderCycle, before: Mapping[int, Amounts], basket: list[BasketLine], at: datetime
) -> tuple[list[BasketLine], list[ValidationError]]:
    """Log what changes and give the lines of the order: the basket, but for what cannot be had at this moment.

    If nothing of what changes can be had, that is refused.
    """
    wanted = {line.offer_id: Amounts(line.quantity, line.tolerance) for line in basket}
    differ = {pk for pk in {*before, *wanted} if before.get(pk, NOTHING) != wanted.get(pk, NOTHING)}
    offers = lock_offers(differ, {line.offer_id: line.offer for line in basket})
    lock_kept_goods(offers.values())
    had, refusals = what_can_be_had(cycle, offers, before, wanted, at)
    if refusals and all(had[pk] == before.get(pk, NOTHING) for pk in differ):
        raise refusals[0]
    count(order, offers, before, had, at)
    lines = [line for line in basket if line.offer_id not in differ]
    for pk, amounts in had.items():
        if amounts != NOTHING:
            lines.append(BasketLine(offer=offers[pk], quantity=amounts.quantity, tolerance=amounts.tolerance))
    return sorted(lines, key=lambda line: line.offer_id), refusals


def _cost_of(lines: list[BasketLine], fees: list[Fee], community: int, point_id: int | None) -> OrderCost:
    """Price the lines that can be had, with as much of the community currency wanted as they allow."""
    wishes = {line.offer_id: Wish.of(line.offer, line.quantity + line.tolerance) for line in lines}
    return order_cost(wishes, fees, community_wanted=community, point_id=point_id)


LINE = [
    "order", "offer", "name", "price", "price_currency", "quantity", "tolerance", "most_minor", "community_minor"
]  # fmt: skip


def _write_lines(order: Order, before: Mapping[int, Amounts], lines: list[BasketLine], cost: OrderCost) -> None:
    if gone := before.keys() - {line.offer_id for line in lines}:
        order.lines.filter(offer__in=gone).delete()
    rows = [
        (
            order.pk,
            line.offer_id,
            line.offer.name,
            line.offer.price.amount,
            str(line.offer.price.currency),
            line.quantity,
            line.tolerance,
            cost.lines[line.offer_id].amount,
            cost.lines[line.offer_id].community,
        )
        for line in lines
    ]
    if rows:
        write_rows(OrderLine, LINE, rows, key=["order", "offer"])


NOT_ORDERED = """
SELECT wish.* FROM market_basketline wish
  JOIN market_offer offer ON offer.id = wish.offer_id
  LEFT JOIN market_orderline line ON line.offer_id = wish.offer_id AND line.order_id = %s
 WHERE wish.household_id = %s AND offer.cycle_id = %s
   AND (line.id IS NULL OR line.quantity <> wish.quantity OR line.tolerance <> wish.tolerance)
"""


def not_ordered(order: Order) -> list[BasketLine]:
    """Give the lines of the basket that the order does not have as they are wanted."""
    return list(BasketLine.objects.raw(NOT_ORDERED, [order.pk, order.household_id, order.cycle_id]))


def set_aside(
    order: Order,
    euros: int,
    community: int,
    *,
    key: str,
    actor: User | None,
    at: datetime,
) -> Mapping[str, int | None]:
    """Set money aside for an order whose earlier holds are released; give the holds as Placement wants them."""
    cycle, household = order.cycle, order.household
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
            raise not_enough(source, currency, amount, credit=household.credit_limit_minor) from refusal
    return holds


def not_enough(source: str, currency: str, amount: int, *, credit: int) -> ValidationError:
    """Say how much is missing, in which money; a balance in euros may fall to minus the household's credit."""
    missing = amount - ledger.balances([source]).get(source, 0) - (credit if currency == bookkeeping.EUR else 0)
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
    placements = Placement.objects.filter(order=order).order_by("-pk")
    last = placements.values_list("euro_hold_id", "community_hold_id")[:1]
    for hold_id in filter(None, itertools.chain.from_iterable(last)):
        ledger.release(
            hold_id,
            key=f"order:{order.pk}:release:{key}:{hold_id}",
            happened_at=at,
            memo=order.reference,
            actor=acting(actor),
        )
