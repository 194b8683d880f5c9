"""The proof that settled cycles left nothing behind, and producers' invoices beside what they were credited."""

from typing import NamedTuple

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.settlement.invoices import given_back_by_producers
from market.settlement.models import SettledProducer, SupplierInvoice
from market.supply.models import SupplierOrder


def prove_cleared() -> tuple[list[str], list[str]]:
    """Prove for `check_ledger` that holding and clearing accounts of settled cycles are zero."""
    settled = set(OrderCycle.objects.filter(state=OrderCycle.State.SETTLED).values_list("pk", flat=True))
    left = {}
    for code, balance in ledger.balances_like("cycle:").items():
        _cycle, pk, _account, _currency = code.split(":")
        if balance and int(pk) in settled:
            left[code] = balance
    lines = [f"{len(settled)} settled cycles, {len(left)} of their accounts not at zero."]
    return lines, [f"clearing: {code} still holds {balance}" for code, balance in left.items()]


class InvoiceRow(NamedTuple):
    """One supplier order with what its producer was credited, in cents, and its invoice if there is one.

    Of what the settlement credited, `back` was taken back for goods that were missing at the pick-up.
    """

    supplier_order: SupplierOrder
    credited: int
    back: int
    invoice: SupplierInvoice | None

    @property
    def pk(self) -> int:
        return self.supplier_order.pk


def invoice_rows(cycle: OrderCycle) -> list[InvoiceRow]:
    """Set every producer's invoice of a cycle beside what it was credited, in three queries."""
    back = given_back_by_producers([cycle.pk])
    rows = SettledProducer.objects.filter(settlement__cycle=cycle)
    credited = {producer: euros + community for producer, euros, community in rows.values_list(
        "producer", "euro_minor", "community_minor"
    )}  # fmt: skip
    orders = SupplierOrder.objects.filter(cycle=cycle).select_related("producer", "invoice")
    rows_of = []
    for order in orders.exclude(producer=cycle.organiser_id).order_by("producer__name"):
        less = back.get((cycle.pk, order.producer_id), 0)
        invoice = getattr(order, "invoice", None)
        rows_of.append(InvoiceRow(order, credited.get(order.producer_id, 0) - less, less, invoice))
    return rows_of
