"""Each person's first page, and the coordinator's board of a cycle."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.cycles.forms import ReopenForm
from market.cycles.models import OrderCycle
from market.desk.reports import board as board_of
from market.ordering.closing import close_cycle
from market.ordering.models import Order
from market.people.access import (
    SignedInRequest,
    coordinated_by,
    edited_by,
    household_of,
    is_market_treasurer,
    kept_by,
    received_by,
    reported_to,
)
from market.supply.models import Claim, SupplierOrder
from market.supply.services import reopen_cycle

RUNNING = [
    OrderCycle.State.DRAFT,
    OrderCycle.State.OPEN,
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
            .select_related("cycle__pickup_point", "cycle__organiser")
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
        "catalogues": edited_by(user),
        "to_settle": OrderCycle.objects.run_by(kept_by(user))
        .filter(state=OrderCycle.State.RECEIVED)
        .select_related("organiser"),
        "claims": Claim.objects.filter(
            state=Claim.State.PROPOSED, line__order__cycle__organiser__in=kept_by(user)
        ).count(),
        "reported": reported_to(user).filter(cycles__isnull=False).distinct()[:12],
        "treasurer": is_market_treasurer(user),
    }
    return render(request, "market/desk/home.html", context)


@login_required
def board(request: SignedInRequest, pk: int) -> HttpResponse:
    """One cycle on one page: what is done, what comes next, how it stands."""
    user = request.user
    mine = Q(organiser__in=received_by(user)) | Q(organiser__in=kept_by(user))  # a coordinator is a receiver too
    cycles = OrderCycle.objects.filter(mine).select_related("organiser", "pickup_point", "community_currency")
    cycle = get_object_or_404(cycles, pk=pk)
    context = {
        "cycle": cycle,
        "board": board_of(cycle),
        "steps": cycle.steps.select_related("actor"),
        "fees": cycle.fees.select_related("payee"),
        "offers": cycle.offers.count(),
        "may_run": coordinated_by(request.user).filter(pk=cycle.organiser_id).exists(),
        "reopen_form": ReopenForm(),
    }
    return render(request, "market/desk/board.html", context)


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
        messages.error(request, _("Write the new closing day and time."))
        return redirect("market:desk:board", cycle.pk)
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
    return redirect("market:desk:board", cycle.pk)
