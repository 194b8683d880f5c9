"""Settling a cycle: look at the bills, then take the money."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.cycles.services import currencies_of
from market.people.access import SignedInRequest, coordinated_by, kept_by
from market.settlement.bills import bills
from market.settlement.forms import GiveBackForm
from market.settlement.models import SettledOrder, SupplierInvoice
from market.settlement.refunds import give_back_order
from market.settlement.services import settle_cycle


@login_required
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every household's bill of a cycle before and after settling. Coordinators may look, treasurers settle."""
    mine = kept_by(request.user)
    cycles = OrderCycle.objects.run_by(mine) | OrderCycle.objects.run_by(coordinated_by(request.user))
    cycle = get_object_or_404(cycles.distinct(), pk=pk)
    may_settle = mine.filter(pk=cycle.organiser_id).exists()
    if request.method == "POST":
        if not may_settle:
            raise Http404
        try:
            settle_cycle(cycle=cycle, actor=request.user, at=timezone.now())
            messages.success(request, _("The cycle is settled."))
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("market:settlement:settle", cycle.pk)
    context: dict[str, Any] = {"cycle": cycle, "may_settle": may_settle}
    if cycle.state == OrderCycle.State.SETTLED:
        settlement = cycle.settlement
        orders = list(settlement.orders.select_related("order__household").order_by("order__household__name"))
        producers = list(settlement.producers.select_related("producer").order_by("producer__name"))
        codes = [bookkeeping.clearing(cycle.pk, code) for code in currencies_of(cycle)]
        codes += [bookkeeping.held(cycle.pk, code) for code in currencies_of(cycle)]
        context |= {
            "settlement": settlement,
            "settled": orders,
            "producers": producers,
            "sums": {
                "goods": sum(row.goods_minor for row in orders),
                "fees": sum(row.fees_minor for row in orders),
                "transport": sum(row.transport_minor for row in orders),
            },
            "paid": [sum(row.euro_minor for row in orders), sum(row.community_minor for row in orders)],
            "earned": [sum(row.euro_minor for row in producers), sum(row.community_minor for row in producers)],
            "invoiced": SupplierInvoice.objects.filter(supplier_order__cycle=cycle).exists(),
            "still_owed": sum(row.due_minor for row in orders),
            "accounts": ledger.balances(codes).items(),
        }
    else:
        rows = sorted(bills(cycle), key=lambda bill: (bill.order.household.name, bill.order.pk))
        context["bills"] = rows
        context["sums"] = {
            "goods": sum(bill.cost.goods for bill in rows),
            "fees": sum(bill.cost.fees_total for bill in rows),
            "transport": sum(bill.transport_total for bill in rows),
            "community": sum(bill.cost.community for bill in rows),
            "euros": sum(bill.euros for bill in rows),
        }
    return render(request, "market/settlement/settle.html", context)


@login_required
def give_back(request: SignedInRequest, reference: str) -> HttpResponse:
    """Give a household back what a settled order cost, after a look at what that means."""
    mine = SettledOrder.objects.filter(order__cycle__organiser__in=kept_by(request.user))
    settled = get_object_or_404(
        mine.select_related("order__household", "order__cycle__community_currency"), order__reference=reference
    )
    cycle = settled.order.cycle
    form = GiveBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_back_order(settled=settled, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The order is given back."))
            return redirect("market:settlement:settle", cycle.pk)
    context = {"settled": settled, "order": settled.order, "cycle": cycle, "form": form}
    return render(request, "market/settlement/give_back.html", context, status=400 if form.is_bound else 200)
