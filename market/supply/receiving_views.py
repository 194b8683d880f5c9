"""At the door: counting, weighing, correcting, and what is left over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from market.catalogue.models import Product
from market.figures import read_amount, read_decimal, read_key
from market.money import to_minor
from market.people.access import SignedInRequest, received_by
from market.supply.access import received_order
from market.supply.forms import Field, read_seen, read_typed
from market.supply.models import DeliveredShare, Delivery, DeliveryLine, StockMovement, SupplierOrder, SupplierOrderLine
from market.supply.receiving import correct_share, keep_surplus, receive_all_as_ordered, receive_delivery, weigh_share
from market.supply.reports import in_name_order
from market.supply.stock import count_stock


def say_what_came(request: SignedInRequest, came: list[Delivery]) -> None:
    """Say how many deliveries were recorded with one press."""
    words = ngettext(
        "%(number)d delivery recorded as complete.", "%(number)d deliveries recorded as complete.", len(came)
    )
    messages.success(request, words % {"number": len(came)})


@login_required
def receive(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of one supplier order, and who gets how much of it."""
    row = received_order(request, pk)
    lines = in_name_order(row.lines.select_related("offer__delivery_line"))
    faults: dict[int, str] = {}
    if "all_came" in request.POST:
        came = receive_all_as_ordered(cycle=row.cycle, actor=request.user, at=timezone.now())
        say_what_came(request, came)
        return redirect("market:supply:pickup", row.cycle_id)
    if request.method == "POST" and _record(request, row, lines, faults):
        return redirect("market:supply:receive", row.pk)
    recorded = hasattr(row, "delivery")
    coming = SupplierOrder.objects.filter(cycle=row.cycle, sent_at__isnull=False, delivery__isnull=True)
    context = {
        "supplier_order": row,
        "cycle": row.cycle,
        "lines": [
            Field(line, request.POST.get(f"items-{line.offer_id}"), faults.get(line.offer_id, "")) for line in lines
        ],
        "transport": request.POST.get("transport"),
        "note": request.POST.get("note", row.delivery.note if recorded else ""),
        "shares": DeliveredShare.objects.filter(delivery_line__delivery__supplier_order=row)
        .select_related("line__order__household", "line__offer", "line__share")
        .order_by("line__name", "line__order__household__name"),
        "left": [line.offer.delivery_line for line in lines if recorded and _is_left(line)],
        "recorded": recorded,
        "coming": coming.count() if recorded else 0,
        "weighed": any(line.offer.weighed for line in lines),
        "may_keep": row.producer_id != row.cycle.organiser_id,
    }
    return render(request, "market/supply/receive.html", context, status=400 if request.method == "POST" else 200)


def _is_left(line: SupplierOrderLine) -> bool:
    delivered: DeliveryLine | None = getattr(line.offer, "delivery_line", None)
    return delivered is not None and bool(delivered.stock or delivered.leftover)


def _record(
    request: SignedInRequest, row: SupplierOrder, lines: list[SupplierOrderLine], faults: dict[int, str]
) -> bool:
    """Record what was typed; what is wrong goes into `faults` or a message, and nothing typed is lost."""
    received = read_typed(request, [line.offer_id for line in lines], faults, required=True)
    if faults:
        return False
    try:
        transport = read_amount(request.POST.get("transport", ""))
        receive_delivery(
            supplier_order=row,
            received=received,
            seen={line.offer_id: read_seen(request, line.offer_id) for line in lines},
            transport_minor=to_minor(transport),
            note=request.POST.get("note", "")[:300],
            actor=request.user,
            at=timezone.now(),
        )
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return False
    messages.success(request, _("Recorded and shared out."))
    return True


@login_required
def weigh(request: SignedInRequest, pk: int) -> HttpResponse:
    """The scales: the true weight of each household's goods, for everything one producer brought that is weighed."""
    row = received_order(request, pk)
    shares = DeliveredShare.objects.filter(
        delivery_line__delivery__supplier_order=row, line__offer__weighed=True, quantity__gt=0
    ).select_related("line__order__household", "line__offer", "delivery_line__delivery__supplier_order", "weighed_by")
    rows = list(shares.order_by("line__name", "line__order__household__name"))
    faults: dict[int, str] = {}
    if request.method == "POST":
        kept = sum(_weigh(request, share, faults) for share in rows)
        if kept:
            words = ngettext("%(number)d weight kept.", "%(number)d weights kept.", kept)
            messages.success(request, words % {"number": kept})
        if not faults:
            return redirect("market:supply:weigh", row.pk)
        rows = list(shares.order_by("line__name", "line__order__household__name"))
    context = {
        "supplier_order": row,
        "cycle": row.cycle,
        "fields": [Field(s, request.POST.get(f"items-{s.pk}") if s.pk in faults else None, faults.get(s.pk, ""))
                   for s in rows],
        "waiting": sum(1 for share in rows if share.weight is None),
    }  # fmt: skip
    return render(request, "market/supply/weigh.html", context, status=400 if faults else 200)


def _weigh(request: SignedInRequest, share: DeliveredShare, faults: dict[int, str]) -> int:
    """Keep one weight if it was typed or changed; give 1 for a weight kept."""
    text, seen = request.POST.get(f"items-{share.pk}"), read_seen(request, share.pk)
    if text is None:
        return 0
    try:
        weight = read_decimal(text, decimals=3) if text.strip() else None
        if weight == seen:
            return 0
        weigh_share(share=share, weight=weight, seen=seen, actor=request.user, at=timezone.now())
    except ValidationError as refusal:
        faults[share.pk] = refusal.messages[0]
        return 0
    return 1


@login_required
@require_POST
def keep(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put what is left of a product into the group's stock, or leave it out of it."""
    lines = DeliveryLine.objects.filter(delivery__supplier_order__cycle__organiser__in=received_by(request.user))
    line = get_object_or_404(lines.select_related("delivery__supplier_order"), pk=pk)
    try:
        keep_surplus(delivery_line=line, keep=request.POST.get("keep") == "1", actor=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:supply:receive", line.delivery.supplier_order_id)


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
                quantity=read_decimal(request.POST.get("quantity", ""), decimals=3, required=True),
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
def stock(request: SignedInRequest, slug: str) -> HttpResponse:
    """What a group keeps on its shelf; count it, and say why it is not what it should be."""
    group = get_object_or_404(received_by(request.user), slug=slug)
    kept = Product.objects.filter(producer=group, kept_from__isnull=False).select_related("kept_from__producer")
    counting, fault = 0, ""
    if request.method == "POST":
        counting = read_key(request.POST.get("product"))
        product = get_object_or_404(kept, pk=counting)
        try:
            count_stock(
                product=product,
                counted=read_decimal(request.POST.get("counted", ""), decimals=3, required=True),
                reason=request.POST.get("reason", "")[:200],
                actor=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Counted: %(name)s.") % {"name": product})
            return redirect("market:supply:stock", group.slug)
        except ValidationError as refusal:
            fault = refusal.messages[0]
    movements = StockMovement.objects.filter(product__producer=group).select_related("product", "actor")
    context = {
        "group": group,
        "products": kept.order_by("-available", "name"),
        "movements": movements[:30],
        "counting": counting,
        "typed": request.POST,
        "fault": fault,
    }
    return render(request, "market/supply/stock.html", context, status=400 if fault else 200)
