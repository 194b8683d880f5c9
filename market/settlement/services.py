"""Settling a cycle: what really came is paid, the rest is released, and the clearing accounts end at zero."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_of
from market.cycles.models import OrderCycle
from market.cycles.services import currencies_of, lock_cycle, move_cycle
from market.money import split_exactly, to_minor
from market.ordering.closing import community_set_aside
from market.ordering.costs import OrderCost, Wish, received_cost
from market.ordering.models import Order, OrderLine
from market.ordering.slots import point_of
from market.people.models import Organisation, User, acting
from market.settlement.models import (
    SettledLine,
    SettledOrder,
    SettledProducer,
    Settlement,
)


@dataclass(frozen=True)
class Bill:
    """What one household pays for one order."""

    order: Order
    lines: list[OrderLine]
    items: dict[int, Decimal]
    cost: OrderCost


def bills(cycle: OrderCycle) -> list[Bill]:
    """Price every order of a cycle for the items its household really takes home.

    The cents of one offer add up exactly to its price times all items handed out (largest remainder, ties to the
    earlier order line).
    """
    orders = list(
        Order.objects.filter(cycle=cycle)
        .select_related("household", "cycle", "slot")
        .prefetch_related("lines__offer", "lines__share", "lines__delivered", "placements")
        .order_by("pk")
    )
    fees = list(cycle.fees.all())
    items: dict[int, Decimal] = {}
    by_offer: dict[int, list[OrderLine]] = defaultdict(list)
    for order in orders:
        for line in order.lines.all():
            delivered = getattr(line, "delivered", None)
            items[line.pk] = delivered.quantity if delivered else Decimal(0)
            by_offer[line.offer_id].append(line)
    amounts: dict[int, int] = {}
    for lines in by_offer.values():
        weights = {line.pk: items[line.pk] for line in lines}
        total = to_minor(lines[0].price.amount * sum(weights.values()))
        amounts.update(split_exactly(total, weights) if total else dict.fromkeys(weights, 0))
    result = []
    for order in orders:
        lines = list(order.lines.all())
        cost = received_cost(
            {line.pk: Wish.of(line.offer, items[line.pk], price=line.price.amount) for line in lines},
            fees,
            agreed={line.pk: community_set_aside(line) for line in lines},
            amounts={line.pk: amounts[line.pk] for line in lines},
            point_id=point_of(order.slot, cycle),
        )
        result.append(Bill(order, lines, items, cost))
    return result


@transaction.atomic
def settle_cycle(*, cycle: OrderCycle, actor: User | None, at: datetime) -> Settlement:
    """Take from what was set aside the price of what was received, release the rest, credit producers and fees.

    What a household's set-aside money does not cover comes from its prepaid balance; what that does not cover, it
    owes. Settling a settled cycle gives its settlement. Raises ValidationError `wrong_state` before everything has
    been received.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state == OrderCycle.State.SETTLED:
        return cycle.settlement
    if cycle.state != OrderCycle.State.RECEIVED:
        raise ValidationError(_("Record every delivery before settling."), "wrong_state")
    settlement = Settlement.objects.create(cycle=cycle, at=at, actor=actor)
    euros: dict[int, int] = defaultdict(int)
    community: dict[int, int] = defaultdict(int)
    fees: dict[int, int] = defaultdict(int)
    for bill in bills(cycle):
        due = charge(bill, actor=actor, at=at)
        _keep(settlement, bill, due)
        for line in bill.lines:
            cost = bill.cost.lines[line.pk]
            euros[line.offer.producer_id] += cost.amount - cost.community
            community[line.offer.producer_id] += cost.community
        for fee, amount in bill.cost.fees.items():
            fees[fee.payee_id] += amount
    _credit(cycle, euros, community, fees, actor=actor, at=at)
    SettledProducer.objects.bulk_create(
        SettledProducer(
            settlement=settlement,
            producer_id=pk,
            euro_minor=euros[pk],
            community_minor=community[pk],
        )
        for pk in sorted({*euros, *community})
        if euros[pk] or community[pk]
    )
    _prove_cleared(cycle)
    move_cycle(cycle, OrderCycle.State.SETTLED, actor=actor, at=at)
    return settlement


def charge(bill: Bill, *, actor: User | None, at: datetime) -> int:
    """Take a bill from its household and give the cents it still owes."""
    order, cycle = bill.order, bill.order.cycle
    placements = list(order.placements.all())
    last = placements[-1]
    common: dict[str, Any] = {"happened_at": at, "memo": order.reference, "actor": acting(actor)}
    beyond = bill.cost.euros
    community = cycle.community_currency.code if cycle.community_currency else ""
    for hold_id, price, currency in (
        (last.euro_hold_id, bill.cost.euros, bookkeeping.EUR),
        (last.community_hold_id, bill.cost.community, community),
    ):
        if hold_id is None:
            continue
        taken = min(price, ledger.holds([hold_id])[hold_id].open)
        if taken:
            ledger.capture(
                hold_id,
                key=f"order:{order.pk}:settle:{hold_id}",
                kind="order settled",
                legs=[(bookkeeping.clearing(cycle.pk, currency), taken)],
                **common,
            )
        ledger.release(hold_id, key=f"order:{order.pk}:settle-rest:{hold_id}", **common)
        if currency == bookkeeping.EUR:
            beyond -= taken
    if not beyond:
        return 0
    return _charge_beyond_hold(bill, beyond, common)


def _charge_beyond_hold(bill: Bill, beyond: int, common: dict[str, Any]) -> int:
    order = bill.order
    from_balance = min(beyond, max(0, ledger.balance(bookkeeping.household(order.household_id))))
    legs = bookkeeping.charged_beyond_hold(
        order.cycle_id,
        order.household_id,
        from_balance=from_balance,
        on_due=beyond - from_balance,
    )
    ledger.post(
        ledger.NewEntry(
            key=f"order:{order.pk}:settle-beyond",
            kind="order settled",
            legs=legs,
            **common,
        )
    )
    return beyond - from_balance


def _keep(settlement: Settlement, bill: Bill, due: int) -> None:
    settled = SettledOrder.objects.create(
        settlement=settlement,
        order=bill.order,
        goods_minor=bill.cost.goods,
        fees_minor=bill.cost.fees_total,
        community_minor=bill.cost.community,
        euro_minor=bill.cost.euros,
        due_minor=due,
    )
    SettledLine.objects.bulk_create(
        SettledLine(
            settled_order=settled,
            line=line,
            quantity=bill.items[line.pk],
            amount_minor=bill.cost.lines[line.pk].amount,
            community_minor=bill.cost.lines[line.pk].community,
        )
        for line in bill.lines
    )


def _credit(
    cycle: OrderCycle,
    euros: dict[int, int],
    community: dict[int, int],
    fees: dict[int, int],
    *,
    actor: User | None,
    at: datetime,
) -> None:
    legs = bookkeeping.producers_credited(cycle.pk, bookkeeping.EUR, euros) + bookkeeping.fees_credited(cycle.pk, fees)
    if cycle.community_currency:
        for producer in Organisation.objects.filter(pk__in=[pk for pk, amount in community.items() if amount]):
            wallet_of(producer, cycle.community_currency)
        legs += bookkeeping.producers_credited(cycle.pk, cycle.community_currency.code, community)
    if legs:
        ledger.post(
            ledger.NewEntry(
                key=f"cycle:{cycle.pk}:settle",
                kind="cycle settled",
                happened_at=at,
                legs=legs,
                memo=cycle.name,
                actor=acting(actor),
            )
        )


def _prove_cleared(cycle: OrderCycle) -> None:
    codes = [
        code(cycle.pk, currency)
        for currency in currencies_of(cycle)
        for code in (bookkeeping.held, bookkeeping.clearing)
    ]
    left = {code: balance for code, balance in ledger.balances(codes).items() if balance}
    if left:
        raise AssertionError(f"cycle {cycle.pk} does not clear: {left}")  # rolls the whole settlement back
