"""After the settlement: invoices beside what was credited, claims to decide on, and taking a settlement back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from market.cycles.models import OrderCycle
from market.figures import read_amount, read_key
from market.money import to_minor
from market.people.access import SignedInRequest, kept_by
from market.settlement.claims import accept_claim, refuse_claim
from market.settlement.invoices import record_invoice, retract_invoice
from market.settlement.models import SupplierInvoice
from market.settlement.reports import InvoiceRow, invoice_rows
from market.settlement.undoing import undo_settlement
from market.supply.models import Claim


def kept_cycle(request: SignedInRequest, pk: int) -> OrderCycle:
    """A cycle whose money this person looks after."""
    return get_object_or_404(OrderCycle.objects.run_by(kept_by(request.user)).select_related("organiser"), pk=pk)


@login_required
def invoices(request: SignedInRequest, pk: int) -> HttpResponse:
    """All producers' invoices of a cycle in one form, beside what each was credited."""
    cycle = kept_cycle(request, pk)
    rows = invoice_rows(cycle)
    faults: dict[int, str] = {}
    if request.method == "POST":
        back = read_key(request.POST.get("take_back"))
        kept = sum(_record(request, row, faults) for row in rows if row.pk != back)
        if kept and not back:
            words = ngettext("%(number)d invoice kept.", "%(number)d invoices kept.", kept)
            messages.success(request, words % {"number": kept})
        for row in rows:
            if row.pk == back and row.invoice:
                _take_back(request, row.invoice, faults)
        if not faults:
            return redirect("market:settlement:invoices", cycle.pk)
        rows = invoice_rows(cycle)
    typed = request.POST if faults else {}
    fields = [
        (row, typed.get(f"amount-{row.pk}"), typed.get(f"number-{row.pk}"), typed.get(f"reason-{row.pk}"),
         faults.get(row.pk, ""))
        for row in rows
    ]  # fmt: skip
    recorded = [row.invoice for row in rows if row.invoice]
    context = {
        "cycle": cycle,
        "fields": fields,
        "credited": sum(row.credited for row in rows),
        "recorded": len(recorded),
        "asked": sum(invoice.amount_minor for invoice in recorded),
        "difference": sum(invoice.difference_minor for invoice in recorded),
        "settled": cycle.state == OrderCycle.State.SETTLED,
        "blank": any(row.invoice is None for row in rows),
    }
    return render(request, "market/settlement/invoices.html", context, status=400 if faults else 200)


def _take_back(request: SignedInRequest, invoice: SupplierInvoice, faults: dict[int, str]) -> None:
    try:
        retract_invoice(invoice=invoice, actor=request.user, at=timezone.now())
        messages.success(
            request, _("The invoice of %(name)s is taken back.") % {"name": invoice.supplier_order.producer}
        )
    except ValidationError as refusal:
        faults[invoice.supplier_order_id] = refusal.messages[0]


def _record(request: SignedInRequest, row: InvoiceRow, faults: dict[int, str]) -> int:
    """Record one invoice if its amount was typed, or if all others agree; give 1 for one that was.

    A number or a reason without an amount, and an amount that was rubbed out, are refused instead of forgotten.
    """
    text = request.POST.get(f"amount-{row.pk}", "").strip()
    agrees = "others_agree" in request.POST and row.invoice is None
    if not text and not agrees:
        if any(request.POST.get(f"{name}-{row.pk}", "").strip() for name in ("number", "reason")):
            faults[row.pk] = _("Write what this invoice asks for.")
        return 0
    try:
        record_invoice(
            supplier_order=row.supplier_order,
            number=request.POST.get(f"number-{row.pk}", "")[:60],
            amount_minor=to_minor(read_amount(text)) if text else row.credited,
            reason=request.POST.get(f"reason-{row.pk}", "")[:200],
            actor=request.user,
            at=timezone.now(),
        )
    except ValidationError as refusal:
        faults[row.pk] = refusal.messages[0]
        return 0
    return 1


@login_required
def claims(request: SignedInRequest) -> HttpResponse:
    """Everything households missed that waits for a decision, and what was decided lately."""
    mine = Claim.objects.filter(line__order__cycle__organiser__in=kept_by(request.user)).select_related(
        "line__order__household", "line__order__cycle", "line__offer__producer", "actor", "decided_by"
    )
    waiting = mine.filter(state=Claim.State.PROPOSED)
    if request.method == "POST":
        chosen = waiting if "all" in request.POST else [get_object_or_404(mine, pk=read_key(request.POST.get("claim")))]
        for claim in chosen:
            try:
                _decide(request, claim)
            except ValidationError as refusal:
                messages.error(request, f"{claim.line.order.household}: {refusal.messages[0]}")
        return redirect("market:settlement:claims")
    context = {
        "waiting": waiting,
        "decided": mine.exclude(state=Claim.State.PROPOSED)[:30],
    }
    return render(request, "market/settlement/claims.html", context)


def _decide(request: SignedInRequest, claim: Claim) -> None:
    answer, at = request.POST.get("answer", ""), timezone.now()
    decision = request.POST.get("decision", "")
    if decision in Claim.Bearer.values:
        accept_claim(claim=claim, bearer=decision, answer=answer, actor=request.user, at=at)
        messages.success(request, _("Credited to %(household)s.") % {"household": claim.line.order.household})
    else:
        refuse_claim(claim=claim, answer=answer, actor=request.user, at=at)


@login_required
@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a settlement back, with its reason."""
    cycle = kept_cycle(request, pk)
    try:
        undo_settlement(cycle=cycle, reason=request.POST.get("reason", ""), actor=request.user, at=timezone.now())
        messages.success(request, _("The settlement is undone: correct what was wrong, then settle again."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:settlement:settle", cycle.pk)
