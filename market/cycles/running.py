"""Drafting and opening cycles, for coordinators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from market.cycles.forms import CycleForm, PickupPointForm, usual_times
from market.cycles.models import OrderCycle
from market.cycles.services import draft_cycle, open_cycle, redraft_cycle, set_fees
from market.people.access import SignedInRequest, coordinated_by


@login_required
def new(request: SignedInRequest, slug: str) -> HttpResponse:
    """Draft a cycle for one of the organisations I coordinate."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    form = CycleForm(request.POST or None, organiser=organiser, initial=usual_times(timezone.now()))
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in CycleForm.Meta.fields}
        cycle = draft_cycle(
            organiser=organiser,
            products=form.products(),
            actor=request.user,
            at=timezone.now(),
            **data,
        )
        set_fees(cycle=cycle, fees=form.fees())
        messages.success(request, _("The draft is kept. Look through it, then open it."))
        return redirect("market:desk:board", cycle.pk)
    context = {"form": form, "organiser": organiser}
    return render(request, "market/cycles/form.html", context, status=400 if form.is_bound else 200)


@login_required
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    drafts = OrderCycle.objects.run_by(coordinated_by(request.user)).filter(state=OrderCycle.State.DRAFT)
    cycle = get_object_or_404(drafts.select_related("organiser"), pk=pk)
    form = CycleForm(request.POST or None, instance=cycle, organiser=cycle.organiser)
    if request.method == "POST" and form.is_valid():
        redraft_cycle(cycle=form.save(commit=False), products=form.products(), fees=form.fees())
        return redirect("market:desk:board", cycle.pk)
    context = {"form": form, "organiser": cycle.organiser, "cycle": cycle}
    return render(request, "market/cycles/form.html", context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def open_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a draft for orders."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    try:
        open_cycle(cycle=cycle, actor=request.user, at=timezone.now())
        messages.success(request, _("The cycle is open."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("market:desk:board", cycle.pk)


@login_required
def pickup_point(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add a place where goods are handed out."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    form = PickupPointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.organisation = organiser
        form.save()
        return redirect("market:cycles:new", organiser.slug)
    context = {"form": form, "organiser": organiser}
    return render(request, "market/cycles/pickup_point.html", context, status=400 if form.is_bound else 200)
