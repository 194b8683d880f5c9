"""Settling a cycle: what really came is paid, the rest is released, and the clearing accounts end at zero."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_of
from market.cycles.models import OrderCycle
from market.cycles.services import currencies_of, lock_cycle, move_cycle
from market.money import to_minor
from market.ordering.closing import last_placements
from market.ordering.models import Order
from market.people.models import Organisation, User, acting
from market.people.services import open_accounts
from market.rows import Figure, collecting_later, write_figures
from market.settlement.bills import Bill, bills
from market.settlement.models import SettledFee, SettledLine, SettledOrder, SettledProducer, Settlement
from market.settlement.tasks import mail_statements
from market.supply.models import DeliveryLine


class Common(TypedDict):
    """What all entries of one order have in common."""

    happened_at: datetime
    memo: str
    actor: str


@collecting_later()
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
    open_accounts(bookkeeping.group_accounts(cycle.organiser_id))
    settlement = Settlement.objects.create(cycle=cycle, at=at, actor=actor)
    earned = Earned(cycle)
    billed = bills(cycle)
    owed = charge(billed, settlement, actor=actor, at=at)
    _keep(settlement, billed, owed)
    for bill in billed:
        earned.add(bill)
    _credit(settlement, earned, actor=actor, at=at)
    SettledProducer.objects.bulk_create(earned.rows(settlement))
    _prove_cleared(cycle)
    move_cycle(cycle, OrderCycle.State.SETTLED, actor=actor, at=at)
    mail_statements.enqueue(settlement.pk)
    return settlement


class Earned:
    """What the bills of a cycle bring to whom, in cents: producers, the owners of fees, the group's own stock."""

    def __init__(self, cycle: OrderCycle) -> None:
        self.cycle = cycle
        self.euros: dict[int, int] = defaultdict(int)
        self.community: dict[int, int] = defaultdict(int)
        self.fees: dict[int, int] = defaultdict(int)
        self.discounts = 0
        self.from_stock = 0
        self.into_stock = stock_bought(cycle)
        self.transport: dict[int, int] = defaultdict(int)

    def add(self, bill: Bill) -> None:
        for line in bill.lines:
            cost = bill.cost.lines[line.pk]
            if line.offer.product.kept_from_id:  # its producer was paid when it came; this pays the group's shelf
                self.from_stock += cost.amount
                continue
            self.euros[line.offer.producer_id] += cost.amount - cost.community
            self.community[line.offer.producer_id] += cost.community
        for fee, amount in bill.cost.fees.items():
            if amount < 0:
                self.discounts -= amount
            else:
                self.fees[fee.payee_id] += amount
        for producer_id, amount in bill.transport.items():
            self.transport[producer_id] += amount

    def rows(self, settlement: Settlement) -> list[SettledProducer]:
        """What each producer earned, to be kept beside the ledger."""
        rows = []
        for pk in sorted({*self.euros, *self.community, *self.transport, *self.into_stock}):
            transport, stock = self.transport[pk], self.into_stock.get(pk, 0)
            row = SettledProducer(
                settlement=settlement,
                producer_id=pk,
                euro_minor=self.euros[pk] + transport + stock,
                community_minor=self.community[pk],
                transport_minor=transport,
                stock_minor=stock,
            )
            if row.euro_minor or row.community_minor:
                rows.append(row)
        return rows


def stock_bought(cycle: OrderCycle) -> dict[int, int]:
    """Price what the group keeps of a cycle's deliveries, in cents by producer."""
    amounts: dict[int, int] = defaultdict(int)
    kept = DeliveryLine.objects.filter(offer__cycle=cycle, stock__gt=0, offer__product__kept_from__isnull=True)
    for line in kept.exclude(offer__producer=cycle.organiser_id).select_related("offer"):
        amounts[line.offer.producer_id] += to_minor(line.offer.price.amount * line.stock)
    return dict(amounts)


def charge(billed: Sequence[Bill], settlement: Settlement, *, actor: User | None, at: datetime) -> dict[int, int]:
    """Take bills from their households, in a few steps for all of them, and give the cents each order still owes."""
    cycle = settlement.cycle
    latest = last_placements(cycle)
    states = ledger.holds(hold_id for last in latest.values() for hold_id in last.holds)
    community = cycle.community_currency.code if cycle.community_currency else ""
    draws, beyond = [], {}
    for bill in billed:
        last, order = latest[bill.order.pk], bill.order
        common: Common = {"happened_at": at, "memo": order.reference, "actor": acting(actor)}
        left = bill.euros
        for hold_id, price, currency in (
            (last.euro_hold_id, bill.euros, bookkeeping.EUR),
            (last.community_hold_id, bill.cost.community, community),
        ):
            if hold_id is None:
                continue
            held = states[hold_id].open
            taken = min(price, held)
            to = bookkeeping.clearing(cycle.pk, currency)
            key = f"order:{order.pk}:settle:{hold_id}"
            if taken:
                draws.append(
                    ledger.NewDraw(hold_id=hold_id, key=key, kind="order settled", payees=((to, taken),), **common)
                )
            if held > taken:
                key = f"order:{order.pk}:settle-rest:{hold_id}"
                draws.append(ledger.NewDraw(hold_id=hold_id, key=key, released=held - taken, **common))
            if currency == bookkeeping.EUR:
                left -= taken
        if left:
            beyond[order.pk] = (order, left)
    ledger.draw(draws)
    return _charge_beyond_holds(beyond, settlement, actor=actor, at=at)


def _charge_beyond_holds(
    beyond: Mapping[int, tuple[Order, int]], settlement: Settlement, *, actor: User | None, at: datetime
) -> dict[int, int]:
    """Take from the prepaid balances what the holds did not cover; give what is owed of it, by order."""
    balances = ledger.balances([bookkeeping.household(order.household_id) for order, _left in beyond.values()])
    owed, entries = {}, []
    for order, left in beyond.values():
        from_balance = min(left, max(0, balances.get(bookkeeping.household(order.household_id), 0)))
        owed[order.pk] = left - from_balance
        legs = bookkeeping.charged_beyond_hold(
            order.cycle_id, order.household_id, from_balance=from_balance, on_due=left - from_balance
        )
        entries.append(
            ledger.NewEntry(
                key=f"order:{order.pk}:settle-beyond:{settlement.pk}",
                kind="order settled",
                happened_at=at,
                legs=legs,
                memo=order.reference,
                actor=acting(actor),
            )
        )
    ledger.post(entries)
    return owed


def _keep(settlement: Settlement, billed: Sequence[Bill], owed: Mapping[int, int]) -> None:
    """Write down what every order and line cost, beside the ledger."""
    settled = SettledOrder.objects.bulk_create(
        [
            SettledOrder(
                settlement=settlement,
                order=bill.order,
                goods_minor=bill.cost.goods,
                fees_minor=bill.cost.fees_total,
                transport_minor=bill.transport_total,
                community_minor=bill.cost.community,
                euro_minor=bill.euros,
                due_minor=owed.get(bill.order.pk, 0),
            )
            for bill in billed
        ],
        batch_size=500,
    )
    lines: list[tuple[Figure, ...]] = []
    fees: list[tuple[Figure, ...]] = []
    for row, bill in zip(settled, billed, strict=True):
        for line in bill.lines:
            cost = bill.cost.lines[line.pk]
            came, weight = (line.came, line.weight) if line.items else (0, None)
            lines.append((row.pk, line.pk, came, weight, cost.amount, cost.community))
        for fee, amount in bill.cost.fees.items():
            if amount:
                fees.append((row.pk, fee.pk, fee.payee_id, amount, bill.cost.fee_vat.get(fee, 0)))
    columns = ["settled_order", "line", "quantity", "weight", "amount_minor", "community_minor"]
    write_figures(SettledLine, columns, lines)
    write_figures(SettledFee, ["settled_order", "fee", "payee", "amount_minor", "vat_minor"], fees)


def _credit(settlement: Settlement, earned: Earned, *, actor: User | None, at: datetime) -> None:
    cycle = settlement.cycle
    legs = [
        *bookkeeping.producers_credited(cycle.pk, bookkeeping.EUR, earned.euros),
        *bookkeeping.producers_credited(cycle.pk, bookkeeping.EUR, earned.transport),
        *bookkeeping.fees_credited(cycle.pk, earned.fees),
        *bookkeeping.discounts_borne(cycle.pk, cycle.organiser_id, earned.discounts),
        *bookkeeping.stock_sold(cycle.pk, cycle.organiser_id, earned.from_stock),
        *bookkeeping.stock_bought(cycle.organiser_id, earned.into_stock),
    ]
    if cycle.community_currency:
        paid = [pk for pk, amount in earned.community.items() if amount]
        for producer in Organisation.objects.filter(pk__in=paid):
            wallet_of(producer, cycle.community_currency)
        legs += bookkeeping.producers_credited(cycle.pk, cycle.community_currency.code, earned.community)
    if legs:
        ledger.post(
            ledger.NewEntry(
                key=f"cycle:{cycle.pk}:settle:{settlement.pk}",
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
