"""Undoing a settlement: everything it booked is booked back, and the orders' money is set aside as it was."""

from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.cycles.services import lock_cycle, move_cycle
from market.ordering.models import Placement
from market.ordering.services import set_aside
from market.people.models import User, acting
from market.settlement.models import SettledFee, SettledLine, SettledOrder, Settlement, SupplierInvoice


@transaction.atomic
def undo_settlement(*, cycle: OrderCycle, reason: str, actor: User | None, at: datetime) -> OrderCycle:
    """Take a settlement back by entries the other way round, so that deliveries can be corrected and settled again.

    Producers and owners of fees give back what they were credited, households get back what they paid, and what an
    order cost is set aside for it anew. Nothing is struck out of the books. Raises ValidationError `wrong_state`,
    `reason_missing`, `invoiced`, `given_back`, `paid_out`.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state != OrderCycle.State.SETTLED:
        raise ValidationError(_("Only a settled cycle can be undone."), "wrong_state")
    if not reason.strip():
        raise ValidationError(_("Say why the settlement is undone: it stands in the history."), "reason_missing")
    settlement = cycle.settlement
    if SupplierInvoice.objects.filter(supplier_order__cycle=cycle).exists():
        raise ValidationError(_("Take back the invoices of this cycle first."), "invoiced")
    if settlement.orders.filter(given_back_at__isnull=False).exists():
        raise ValidationError(_("An order of this cycle was given back: that cannot be undone."), "given_back")
    _take_back(settlement, actor=actor, at=at)
    for settled in settlement.orders.select_related("order__household", "order__cycle__community_currency"):
        _pay_back(settled, actor=actor, at=at)
    SettledLine.objects.filter(settled_order__settlement=settlement).delete()
    SettledFee.objects.filter(settled_order__settlement=settlement).delete()
    settlement.orders.all().delete()
    settlement.producers.all().delete()
    settlement.delete()
    move_cycle(cycle, OrderCycle.State.RECEIVED, actor=actor, at=at, reason=reason.strip()[:200])
    return cycle


def _take_back(settlement: Settlement, *, actor: User | None, at: datetime) -> None:
    """Return to clearing what producers, fees and stock were credited."""
    key = f"cycle:{settlement.cycle_id}:settle:{settlement.pk}"
    try:
        ledger.reverse(key, key=f"{key}:undone", happened_at=at, memo=settlement.cycle.name, actor=acting(actor))
    except ledger.UnknownEntry:  # nobody took anything home
        return
    except ledger.FloorReached as refusal:
        raise ValidationError(
            _(
                "A producer or group no longer has this money here: it was paid out, or given back for what was "
                "missing. It has to be paid in again first."
            ),
            "paid_out",
        ) from refusal


def _pay_back(settled: SettledOrder, *, actor: User | None, at: datetime) -> None:
    """Return to a household what its order took, and set aside again what was paid of it."""
    order, cycle = settled.order, settled.order.cycle
    beyond = f"order:{order.pk}:settle-beyond:{settled.settlement_id}"
    charged = _legs_of(beyond)
    if charged:
        ledger.reverse(beyond, key=f"{beyond}:undone", happened_at=at, memo=order.reference, actor=acting(actor))
    legs = []
    captured = settled.euro_minor - sum(leg.amount for leg in charged)
    if captured:
        legs += bookkeeping.capture_returned(cycle.pk, order.household_id, bookkeeping.EUR, captured)
    if settled.community_minor and cycle.community_currency:
        code = cycle.community_currency.code
        legs += bookkeeping.capture_returned(cycle.pk, order.household_id, code, settled.community_minor)
    due = bookkeeping.household_due(order.household_id)
    if paid_meanwhile := max(0, ledger.balances([due]).get(due, 0)):
        legs += bookkeeping.debt_returned(order.household_id, paid_meanwhile)
    if legs:
        ledger.post(
            ledger.NewEntry(
                key=f"order:{order.pk}:settlement-undone:{settled.settlement_id}",
                kind="settlement undone",
                happened_at=at,
                legs=legs,
                memo=order.reference,
                actor=acting(actor),
            )
        )
    key = uuid4()
    paid = settled.euro_minor - settled.due_minor
    holds = set_aside(order, paid, settled.community_minor, key=str(key), actor=actor, at=at)
    Placement.objects.create(key=key, order=order, at=at, actor=actor, **holds)


def _legs_of(key: str) -> tuple[ledger.Leg, ...]:
    try:
        return ledger.find_entry(key).legs
    except ledger.UnknownEntry:
        return ()
