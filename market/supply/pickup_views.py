"""Packing and handing out."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market.cycles.models import OrderCycle
from market.figures import read_key
from market.ordering.models import Order, OrderLine
from market.people.access import SignedInRequest, received_by
from market.supply.access import receiving_cycle
from market.supply.forms import read_typed
from market.supply.models import Claim
from market.supply.pickup import claim_missing, mark_collected, mark_packed, withdraw_claim
from market.supply.reports import packing


@login_required
def pickup(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick off whose crate is packed and who has fetched it, one by one or all at once."""
    cycle = receiving_cycle(request, pk)
    if request.method == "POST":
        _tick_off(request, cycle)
        return redirect("market:supply:pickup", cycle.pk)
    bags = packing(cycle)
    sought = request.GET.get("q", "").strip().casefold()
    shown = [bag for bag in bags if sought in f"{bag.order.reference} {bag.order.household}".casefold()]
    full = [bag.order for bag in bags if bag.rows]
    collected = sum(1 for order in full if order.collected_at)
    to_pack = sum(1 for order in full if not order.packed_at and not order.collected_at)
    context = {
        "cycle": cycle,
        "bags": shown,
        "claims": {claim.line_id: claim for claim in Claim.objects.filter(line__order__cycle=cycle)},
        "collected": collected,
        "all": len(full),
        "packed": len(full) - to_pack,
        "to_pack": to_pack,
        "to_come": len(full) - collected,
        "sought": request.GET.get("q", ""),
    }
    return render(request, "market/supply/pickup.html", context)


def _tick_off(request: SignedInRequest, cycle: OrderCycle) -> None:
    """Set or take back the tick that was pressed, for the order chosen or for all that are left."""
    orders = Order.objects.filter(cycle=cycle)
    if "all" not in request.POST:
        orders = orders.filter(pk=get_object_or_404(orders, pk=read_key(request.POST.get("order"))).pk)
    at = None if request.POST.get("undo") else timezone.now()
    ticked = mark_packed(orders=orders, at=at) if "packed" in request.POST else mark_collected(orders=orders, at=at)
    if "all" in request.POST:
        words = ngettext("%(number)d household ticked off.", "%(number)d households ticked off.", ticked)
        messages.success(request, words % {"number": ticked})


@login_required
def missing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note what was missing or spoilt in one household's goods; the treasurer decides on the credit."""
    orders = Order.objects.filter(cycle__organiser__in=received_by(request.user)).select_related("cycle", "household")
    order = get_object_or_404(orders, pk=pk)
    lines = list(
        OrderLine.objects.filter(order=order, delivered__quantity__gt=0)
        .select_related("offer", "delivered")
        .prefetch_related("claims")
        .order_by("name")
    )
    claims = {line.pk: next(iter(line.claims.all()), None) for line in lines}
    proposed = {pk: claim for pk, claim in claims.items() if claim and claim.state == Claim.State.PROPOSED}
    faults: dict[int, str] = {}
    if request.method == "POST":
        open_lines = [pk for pk, claim in claims.items() if claim is None or pk in proposed]
        noted = read_typed(request, open_lines, faults)
        noted = {pk: items for pk, items in noted.items() if items or pk in proposed}
        if not faults and not noted:
            messages.error(request, _("Write how many items were missing or spoilt."))
        elif not faults and _claim(request, lines, noted, faults):
            messages.success(request, _("Noted. The treasurer decides on the credit."))
            return redirect("market:supply:pickup", order.cycle_id)
    context = {
        "order": order,
        "cycle": order.cycle,
        "fields": [
            (line, claims[line.pk], request.POST.get(f"items-{line.pk}"), faults.get(line.pk, "")) for line in lines
        ],
        "note": request.POST.get("note", next((claim.note for claim in proposed.values()), "")),
    }
    return render(request, "market/supply/missing.html", context, status=400 if request.method == "POST" else 200)


def _claim(request: SignedInRequest, lines: list[OrderLine], noted: dict[int, Decimal], faults: dict[int, str]) -> bool:
    """Note all or nothing; what is refused is named in `faults`."""
    with transaction.atomic():
        for line in lines:
            if line.pk not in noted:
                continue
            try:
                if not noted[line.pk]:
                    withdraw_claim(line=line)
                    continue
                claim_missing(
                    line=line,
                    quantity=noted[line.pk],
                    note=request.POST.get("note", "")[:200],
                    actor=request.user,
                    at=timezone.now(),
                )
            except ValidationError as refusal:
                faults[line.pk] = refusal.messages[0]
        transaction.set_rollback(bool(faults))
    return not faults
