"""Each person's first page, and the coordinator's board of a cycle."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.cycles.forms import CompleteForm, ReopenForm
from market.cycles.models import OrderCycle
from market.desk.reports import board as board_of
from market.ordering.closing import close_cycle, start_completing
from market.ordering.models import Order
from market.ordering.reminders import nudge
from market.people.access import (
    SignedInRequest,
    coordinated_by,
    edited_by,
    household_of,
    is_market_treasurer,
    keeps_the_square,
    kept_by,
    received_by,
    reported_to,
)
from market.supply.cancelling import cancel_cycle
from market.supply.models import Claim, SupplierOrder
from market.supply.services import reopen_cycle

DAY = timedelta(days=1)
RUNNING = [
    OrderCycle.State.DRAFT,
    OrderCycle.State.OPEN,
    OrderCycle.State.COMPLETING,
    OrderCycle.State.CLOSED,
    OrderCycle.State.ORDERED,
    OrderCycle.State.RECEIVED,
]


@never_cache
def who(request: HttpRequest) -> HttpResponse:
    """The person's corner of a page that is the same for everybody; nothing for who has never been here."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return HttpResponse(status=204)
    return render(request, "market/desk/who.html")


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """What I came for, one click away."""
    now, user = timezone.now(), request.user
    household = household_of(user)
    open_cycles = OrderCycle.objects.visible_to(user).taking_orders_at(now)
    context: dict[str, object] = {
        "household": household,
        "now": now,
        "open_cycles": open_cycles.select_related("organiser").order_by("closes_at"),
    }
    if household:
        currency = CommunityCurrency.objects.order_by("pk").first()
        codes = [bookkeeping.household(household.pk), bookkeeping.household_due(household.pk)]
        wallet = bookkeeping.household(household.pk, currency.code) if currency else ""
        balances = ledger.balances([*codes, wallet])
        orders = Order.objects.filter(household=household)
        context |= {
            "ordered": set(orders.values_list("cycle", flat=True)),
            "pickups": orders.filter(collected_at__isnull=True)
            .exclude(cycle__state__in=[OrderCycle.State.SETTLED, OrderCycle.State.CANCELLED])
            .select_related("cycle__pickup_point", "cycle__organiser", "slot__point")
            .order_by("cycle__distribution_at"),
            "balance": balances.get(codes[0], 0),
            "owed": -balances.get(codes[1], 0),
            "currency": currency,
            "units": balances.get(wallet, 0),
        }
    coordinated = coordinated_by(user)
    context |= {
        "groups": coordinated,
        "running": OrderCycle.objects.run_by(coordinated)
        .filter(state__in=RUNNING)
        .select_related("organiser")
        .order_by("closes_at"),
        "deliveries": SupplierOrder.objects.filter(
            cycle__organiser__in=received_by(user), sent_at__isnull=False, delivery__isnull=True
        ).select_related("producer", "cycle"),
        "to_hand_out": OrderCycle.objects.run_by(received_by(user))
        .filter(state__in=[OrderCycle.State.ORDERED, OrderCycle.State.RECEIVED])
        .select_related("organiser")
        .order_by("distribution_at"),
        "catalogues": edited_by(user),
        "to_settle": OrderCycle.objects.run_by(kept_by(user))
        .filter(state=OrderCycle.State.RECEIVED)
        .select_related("organiser"),
        "claims": Claim.objects.filter(
            state=Claim.State.PROPOSED, line__order__cycle__organiser__in=kept_by(user)
        ).count(),
        "reported": reported_to(user).filter(cycles__isnull=False).distinct()[:12],
        "treasurer": is_market_treasurer(user),
        "keeps_the_square": keeps_the_square(user),
    }
    return render(request, "market/desk/home.html", context)


@login_required
def board(request: SignedInRequest, pk: int, **refused: Any) -> HttpResponse:
    """One cycle on one page: what is done, what comes next, how it stands.

    `refused` are the forms of this page that were just refused, with what was typed into them.
    """
    user = request.user
    mine = Q(organiser__in=received_by(user)) | Q(organiser__in=kept_by(user))  # a coordinator is a receiver too
    cycles = OrderCycle.objects.filter(mine).select_related("organiser", "pickup_point", "community_currency")
    cycle = get_object_or_404(cycles, pk=pk)
    steps = list(cycle.steps.select_related("actor"))
    context = {
        "cycle": cycle,
        "board": board_of(cycle, steps, at=timezone.now()),
        "steps": steps,
        "fees": cycle.fees.select_related("payee", "tag"),
        "may_run": coordinated_by(request.user).filter(pk=cycle.organiser_id).exists(),
        "reopen_form": ReopenForm(),
        "complete_form": CompleteForm(initial={"completes_at": cycle.completes_at or cycle.closes_at + DAY}),
        **refused,
    }
    return render(request, "market/desk/board.html", context, status=400 if refused else 200)


@login_required
@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a cycle now."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    try:
        close_cycle(cycle=cycle, actor=request.user, at=timezone.now())
        messages.success(request, _("The cycle is closed and its packs are shared out."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:desk:board", cycle.pk)


@login_required
@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a closed cycle again, until a producer has been told."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return board(request, cycle.pk, reopen_form=form)
    try:
        reopen_cycle(
            cycle=cycle,
            closes_at=form.cleaned_data["closes_at"],
            actor=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The cycle is open again."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return board(request, cycle.pk, reopen_form=form)
    return redirect("market:desk:board", cycle.pk)


@login_required
@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call a cycle off, with its reason."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    try:
        cancel_cycle(cycle=cycle, reason=request.POST.get("reason", ""), actor=request.user, at=timezone.now())
        messages.success(request, _("The cycle is cancelled, and everybody who ordered is written to."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return board(request, cycle.pk, cancelling=request.POST.get("reason", ""))
    return redirect("market:desk:board", cycle.pk)


@login_required
@require_POST
def complete(request: SignedInRequest, pk: int) -> HttpResponse:
    """End ordering, but let packs be completed for a while."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return board(request, cycle.pk, complete_form=form)
    until = form.cleaned_data["completes_at"]
    try:
        start_completing(cycle=cycle, actor=request.user, at=timezone.now(), until=until)
        messages.success(request, _("Packs can now be completed, and nothing else changed."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return board(request, cycle.pk, complete_form=form)
    return redirect("market:desk:board", cycle.pk)


@login_required
@require_POST
def nudge_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to those who have not ordered yet, once per press."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    last = parse_datetime(request.POST.get("last", "")[:40])
    try:
        if nudge(cycle=cycle, last=last, actor=request.user, at=timezone.now()):
            messages.success(request, _("Those who have not ordered yet are written to, each in their language."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:desk:board", cycle.pk)
