"""Ordering from producers, and where they answer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market.cycles.models import OrderCycle
from market.figures import read_key
from market.people.access import SignedInRequest, coordinated_by
from market.spreadsheet import as_file
from market.supply.access import received_order
from market.supply.emails import answer_address, supplier_order_csv, supplier_order_pdf
from market.supply.forms import Field, read_typed
from market.supply.models import SupplierOrder
from market.supply.receiving import receive_all_as_ordered
from market.supply.receiving_views import say_what_came
from market.supply.reports import in_name_order
from market.supply.services import (
    answer_supplier_order,
    ask_silent,
    prepare_supplier_orders,
    send_all_supplier_orders,
    send_supplier_order,
)


@login_required
def orders(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is ordered from each producer; send one or all."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    if request.method == "POST":
        try:
            send(request, cycle)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("market:supply:orders", cycle.pk)
    prepare_supplier_orders(cycle=cycle)
    rows = SupplierOrder.objects.filter(cycle=cycle).select_related("cycle", "producer", "delivery")
    rows = rows.prefetch_related("lines__offer")
    context = {
        "cycle": cycle,
        "orders": [(row, in_name_order(row.lines.all()), answer_address(row)) for row in rows],
        "silent": [row for row in rows if row.is_silent_at(timezone.now())],
        "coming": [row for row in rows if row.sent_at and not hasattr(row, "delivery")],
    }
    return render(request, "market/supply/orders.html", context)


def send(request: SignedInRequest, cycle: OrderCycle) -> None:
    """Send the supplier order chosen, or all of them; or record that all that is still to come came as agreed."""
    common: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    if "all_came" in request.POST:
        came = receive_all_as_ordered(cycle=cycle, **common)
        say_what_came(request, came)
        return
    if "ask" in request.POST:
        asked = len(ask_silent(cycle=cycle, at=common["at"]))
        words = ngettext("%(number)d producer was asked by mail.", "%(number)d producers were asked by mail.", asked)
        messages.success(request, words % {"number": asked})
        return
    if "supplier_order" in request.POST:
        row = get_object_or_404(SupplierOrder, cycle=cycle, pk=read_key(request.POST["supplier_order"]))
        before = row.sent_at
        send_supplier_order(supplier_order=row, **common)
        words = _("%(name)s had its order already; it was not sent again.") if before else _("Sent to %(name)s.")
        messages.success(request, words % {"name": row.producer})
    else:
        sent = send_all_supplier_orders(cycle=cycle, **common)
        messages.success(
            request, _("All supplier orders are sent.") if sent else _("No pack filled: there is nothing to order.")
        )


@login_required
def order_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """A supplier order as its producer gets it."""
    row = received_order(request, pk)
    with translation.override(row.producer.language):
        content = supplier_order_pdf(row)
    return HttpResponse(content, content_type="application/pdf")


@login_required
def order_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """A supplier order as a spreadsheet, as its producer gets it."""
    row = received_order(request, pk)
    with translation.override(row.producer.language):
        content = supplier_order_csv(row)
    return as_file(content, f"order-{row.pk}.csv")


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Where a producer without an account confirms an order, or says what it cannot bring."""
    row = get_object_or_404(
        SupplierOrder.objects.select_related("cycle__organiser", "cycle__pickup_point", "producer"),
        token=token,
        sent_at__isnull=False,
    )
    faults: dict[int, str] = {}
    with translation.override(row.producer.language):
        if request.method == "POST":
            quantities = read_typed(request, [line.pk for line in row.lines.all()], faults, required=True)
            if not faults:
                try:
                    answer_supplier_order(
                        supplier_order=row,
                        quantities=quantities,
                        remark=request.POST.get("remark", "")[:300],
                        at=timezone.now(),
                    )
                    messages.success(request, _("Thank you. The group knows."))
                    return redirect("market:supply:answer", token)
                except ValidationError as refusal:
                    messages.error(request, refusal.messages[0])
        lines = [
            Field(line, request.POST.get(f"items-{line.pk}"), faults.get(line.pk, ""))
            for line in in_name_order(row.lines.select_related("offer"))
        ]
        context = {
            "supplier_order": row,
            "cycle": row.cycle,
            "lines": lines,
            "remark": request.POST.get("remark", row.remark),
            "delivered": hasattr(row, "delivery"),
        }
        status = 400 if request.method == "POST" else 200
        return render(request, "market/supply/answer.html", context, status=status)
