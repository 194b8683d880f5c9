"""What producers ask for, beside what the settlement credited them; the group bears the difference, with its reason."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.cycles.services import lock_cycle
from market.people.models import User, acting
from market.settlement.models import SettledProducer, SupplierInvoice
from market.supply.models import Claim, SupplierOrder


def credited(supplier_order: SupplierOrder) -> int:
    """Cents a settled cycle credited a producer: goods in every money, transport, and what the group keeps.

    What it gave back since for missing goods is taken off: it does not ask for that, and must not bear it twice.
    """
    rows = SettledProducer.objects.filter(
        settlement__cycle=supplier_order.cycle_id, producer=supplier_order.producer_id
    )
    earned = sum(euros + community for euros, community in rows.values_list("euro_minor", "community_minor"))
    back = given_back_by_producers([supplier_order.cycle_id])
    return earned - back.get((supplier_order.cycle_id, supplier_order.producer_id), 0)


def given_back_by_producers(cycles: Iterable[int]) -> dict[tuple[int, int], int]:
    """Cents that producers bore of what was missing at the pick-up, by cycle and producer."""
    borne = Claim.objects.filter(
        line__order__cycle__in=list(cycles), state=Claim.State.ACCEPTED, bearer=Claim.Bearer.PRODUCER
    )
    sums = borne.order_by().values_list("line__order__cycle", "line__offer__producer").annotate(Sum("charged_minor"))
    return {(cycle, producer): cents for cycle, producer, cents in sums}


@transaction.atomic
def record_invoice(
    *, supplier_order: SupplierOrder, number: str, amount_minor: int, reason: str, actor: User | None, at: datetime
) -> SupplierInvoice:
    """Record a producer's invoice and book the difference to what it was credited, between it and the group.

    Recording again replaces what was recorded: the earlier difference is reversed. Raises ValidationError
    `wrong_state` before the cycle is settled, `reason_missing` for a difference without one, `paid_out` when the
    producer no longer has the money here that its invoice is lower by.
    """
    cycle = lock_cycle(supplier_order.cycle_id)
    if cycle.state != OrderCycle.State.SETTLED:
        raise ValidationError(_("Invoices are compared once the cycle is settled."), "wrong_state")
    difference, number, reason = amount_minor - credited(supplier_order), number.strip(), reason.strip()
    if difference and not reason:
        raise ValidationError(_("Say why the invoice differs from what was credited."), "reason_missing")
    invoice = SupplierInvoice.objects.filter(supplier_order=supplier_order).first()
    if invoice and (invoice.amount_minor, invoice.number, invoice.reason) == (amount_minor, number, reason):
        return invoice
    if invoice:
        retract_invoice(invoice=invoice, actor=actor, at=at)
    invoice = SupplierInvoice.objects.create(
        supplier_order=supplier_order,
        number=number,
        amount_minor=amount_minor,
        difference_minor=difference,
        reason=reason,
        actor=actor,
        at=at,
    )
    if difference:
        invoice.entry_key = f"invoice:{invoice.pk}"
        _post(invoice, cycle, actor, at)
        invoice.save(update_fields=["entry_key"])
    return invoice


def _post(invoice: SupplierInvoice, cycle: OrderCycle, actor: User | None, at: datetime) -> None:
    producer_id = invoice.supplier_order.producer_id
    try:
        ledger.post(
            ledger.NewEntry(
                key=invoice.entry_key,
                kind="invoice difference",
                happened_at=at,
                legs=bookkeeping.invoice_difference(cycle.organiser_id, producer_id, invoice.difference_minor),
                memo=f"{invoice.number} {invoice.reason}".strip(),
                actor=acting(actor),
            )
        )
    except ledger.FloorReached as refusal:
        raise ValidationError(
            _("The producer has already been paid out more than this invoice: it has to pay it in again first."),
            "paid_out",
        ) from refusal


@transaction.atomic
def retract_invoice(*, invoice: SupplierInvoice, actor: User | None, at: datetime) -> None:
    """Take an invoice back: its difference is reversed. Raises ValidationError `paid_out`."""
    if invoice.entry_key:
        try:
            ledger.reverse(invoice.entry_key, key=f"{invoice.entry_key}:undone", happened_at=at, actor=acting(actor))
        except ledger.FloorReached as refusal:
            raise ValidationError(
                _("The producer has already been paid out this difference: it has to pay it in again first."),
                "paid_out",
            ) from refusal
    invoice.delete()
