"""Ordering from producers, receiving at the door, packing and handing out."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from market.cycles.models import OrderCycle
from market.figures import read_decimal
from market.ordering.models import Order
from market.people.access import SignedInRequest, coordinated_by, received_by
from market.spreadsheet import MARK, csv_row
from market.supply.emails import answer_address, supplier_order_pdf
from market.supply.models import DeliveredShare, SupplierOrder
from market.supply.reports import Bag, Crate, packing
from market.supply.services import (
    answer_supplier_order,
    correct_share,
    mark_collected,
    prepare_supplier_orders,
    receive_delivery,
    send_all_supplier_orders,
    send_supplier_order,
)


def receiving_cycle(request: SignedInRequest, pk: int) -> OrderCycle:
    cycles = OrderCycle.objects.run_by(received_by(request.user)).select_related("organiser", "pickup_point")
    return get_object_or_404(cycles, pk=pk)


def received_order(request: SignedInRequest, pk: int) -> SupplierOrder:
    orders = SupplierOrder.objects.filter(cycle__organiser__in=received_by(request.user))
    return get_object_or_404(orders.select_related("cycle__organiser", "producer"), pk=pk)


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
    rows = SupplierOrder.objects.filter(cycle=cycle).select_related("producer", "delivery")
    rows = rows.prefetch_related("lines__offer")
    context = {"cycle": cycle, "orders": [(row, answer_address(row)) for row in rows]}
    return render(request, "market/supply/orders.html", context)


def send(request: SignedInRequest, cycle: OrderCycle) -> None:
    """Send the supplier order chosen, or all of them."""
    common: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    chosen = request.POST.get("supplier_order", "")
    if chosen.isdigit():
        row = get_object_or_404(SupplierOrder, cycle=cycle, pk=int(chosen))
        send_supplier_order(supplier_order=row, **common)
        messages.success(request, _("Sent to %(name)s.") % {"name": row.producer})
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
            quantities = _typed(request, [line.pk for line in row.lines.all()], faults)
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
            (line, request.POST.get(f"items-{line.pk}"), faults.get(line.pk))
            for line in row.lines.select_related("offer")
        ]
        context = {"supplier_order": row, "cycle": row.cycle, "lines": lines, "delivered": hasattr(row, "delivery")}
        status = 400 if request.method == "POST" else 200
        return render(request, "market/supply/answer.html", context, status=status)


def _typed(request: HttpRequest, keys: list[int], faults: dict[int, str]) -> dict[int, Decimal]:
    """Read the quantities a person typed, by key; what cannot be read is named in `faults`."""
    quantities = {}
    for key in keys:
        try:
            quantities[key] = read_decimal(request.POST.get(f"items-{key}", ""), decimals=3)
        except ValidationError as refusal:
            faults[key] = refusal.messages[0]
    return quantities


@login_required
def receive(request: SignedInRequest, pk: int) -> HttpResponse:
    """At the door: what came of one supplier order, and who gets how much of it."""
    row = received_order(request, pk)
    lines = list(row.lines.select_related("offer__delivery_line"))
    faults: dict[int, str] = {}
    if request.method == "POST":
        received = _typed(request, [line.offer_id for line in lines], faults)
        if not faults:
            try:
                receive_delivery(
                    supplier_order=row,
                    received=received,
                    note=request.POST.get("note", "")[:300],
                    actor=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _("Recorded and shared out."))
                return redirect("market:supply:receive", row.pk)
            except ValidationError as refusal:
                messages.error(request, refusal.messages[0])
    context = {
        "supplier_order": row,
        "cycle": row.cycle,
        "lines": [(line, request.POST.get(f"items-{line.offer_id}"), faults.get(line.offer_id)) for line in lines],
        "shares": DeliveredShare.objects.filter(delivery_line__delivery__supplier_order=row)
        .select_related("line__order__household", "line__offer", "line__share")
        .order_by("line__name", "line__order__household__name"),
        "recorded": hasattr(row, "delivery"),
    }
    return render(request, "market/supply/receive.html", context, status=400 if request.method == "POST" else 200)


@login_required
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set by hand what one household takes home; the others share the rest anew."""
    shares = DeliveredShare.objects.filter(
        delivery_line__delivery__supplier_order__cycle__organiser__in=received_by(request.user)
    ).select_related("line__order__household", "line__offer", "delivery_line__delivery__supplier_order__cycle")
    share = get_object_or_404(shares, pk=pk)
    supplier_order = share.delivery_line.delivery.supplier_order
    fault = ""
    if request.method == "POST":
        try:
            correct_share(
                share=share,
                quantity=read_decimal(request.POST.get("quantity", ""), decimals=3),
                actor=request.user,
                at=timezone.now(),
            )
            return redirect("market:supply:receive", supplier_order.pk)
        except ValidationError as refusal:
            fault = refusal.messages[0]
    context = {
        "share": share,
        "supplier_order": supplier_order,
        "typed": request.POST.get("quantity"),
        "fault": fault,
    }
    return render(request, "market/supply/correct.html", context, status=400 if fault else 200)


@login_required
def packing_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who gets what, per household or per product; to print, or as a spreadsheet."""
    cycle = receiving_cycle(request, pk)
    bags, crates = packing(cycle)
    by = "product" if request.GET.get("by") == "product" else "household"
    if request.GET.get("format") == "csv":
        return _packing_csv(cycle, by, bags if by == "household" else crates)
    context = {"cycle": cycle, "bags": bags, "crates": crates, "by": by, "printed_at": timezone.now()}
    return render(request, "market/supply/packing.html", context)


def _packing_csv(cycle: OrderCycle, by: str, groups: list[Bag] | list[Crate]) -> HttpResponse:
    lines = [csv_row([_("Household"), _("Code"), _("Product"), _("Producer"), _("Items")])]
    for group in groups:
        for row in group.rows:
            order, line = row.line.order, row.line
            items = f"{row.items.normalize():f}"
            lines.append(csv_row([str(order.household), order.reference, line.name, str(line.offer.producer), items]))
    response = HttpResponse(MARK + "".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="packing-{cycle.pk}-{by}.csv"'
    return response


@login_required
def pickup(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick off who has fetched their goods."""
    cycle = receiving_cycle(request, pk)
    if request.method == "POST":
        order = get_object_or_404(Order, cycle=cycle, pk=request.POST.get("order", "0"))
        mark_collected(order=order, at=None if request.POST.get("undo") else timezone.now())
        return redirect("market:supply:pickup", cycle.pk)
    bags, _crates = packing(cycle)
    sought = request.GET.get("q", "").strip().casefold()
    shown = [bag for bag in bags if sought in f"{bag.order.reference} {bag.order.household}".casefold()]
    collected = sum(1 for bag in bags if bag.order.collected_at)
    context = {
        "cycle": cycle,
        "bags": shown,
        "collected": collected,
        "all": len(bags),
        "sought": request.GET.get("q", ""),
    }
    return render(request, "market/supply/pickup.html", context)
