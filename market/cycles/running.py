"""Drafting and opening cycles, for coordinators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from market.cycles.forms import CycleForm, PickupPointForm, usual_times
from market.cycles.models import Fee, OrderCycle
from market.cycles.services import draft_cycle, open_cycle, redraft_cycle, set_fees
from market.cycles.terms_forms import BaseFees, FeeFormSet
from market.people.access import SignedInRequest, coordinated_by
from market.people.models import Organisation


def own_cycles(request: SignedInRequest) -> QuerySet[OrderCycle]:
    """Cycles of the organisations I coordinate."""
    return OrderCycle.objects.run_by(coordinated_by(request.user)).select_related("organiser")


def producers_with_goods() -> list[Organisation]:
    return list(Organisation.objects.filter(products__available=True).distinct())


@login_required
def new(request: SignedInRequest, slug: str) -> HttpResponse:
    """Draft a cycle for one of the organisations I coordinate."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    form = CycleForm(request.POST or None, organiser=organiser, initial=usual_times(timezone.now()))
    fees = _fees(request, organiser, Fee.objects.none())
    if request.method == "POST" and form.is_valid() and fees.is_valid():
        data = {name: form.cleaned_data[name] for name in CycleForm.Meta.fields if name != "tags"}
        cycle = draft_cycle(
            organiser=organiser,
            products=form.products(),
            actor=request.user,
            at=timezone.now(),
            **data,
        )
        cycle.tags.set(form.cleaned_data.get("tags", []))
        set_fees(cycle=cycle, fees=fees.fees())
        messages.success(request, _("The draft is kept. Look through it, then open it."))
        return _after_keeping(request, cycle)
    context = {"form": form, "fees": fees, "organiser": organiser}
    return render(request, "market/cycles/form.html", context, status=400 if form.is_bound else 200)


@login_required
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    cycle = get_object_or_404(own_cycles(request).filter(state=OrderCycle.State.DRAFT), pk=pk)
    form = CycleForm(request.POST or None, instance=cycle, organiser=cycle.organiser)
    fees = _fees(request, cycle.organiser, cycle.fees.all())
    if request.method == "POST" and form.is_valid() and fees.is_valid():
        redraft_cycle(cycle=form.save(commit=False), products=form.products(), fees=fees.fees())
        cycle.tags.set(form.cleaned_data.get("tags", []))
        return _after_keeping(request, cycle)
    context = {"form": form, "fees": fees, "organiser": cycle.organiser, "cycle": cycle}
    return render(request, "market/cycles/form.html", context, status=400 if form.is_bound else 200)


def _fees(request: SignedInRequest, organiser: Organisation, fees: QuerySet[Fee]) -> BaseFees:
    terms = {"organiser": organiser, "producers": producers_with_goods()}
    return FeeFormSet(  # type: ignore[return-value]
        request.POST or None, queryset=fees, prefix="fees", form_kwargs=terms
    )


def _after_keeping(request: SignedInRequest, cycle: OrderCycle) -> HttpResponse:
    """Go on where the button pressed says: to one more fee, to the products, or to the board, opened or not."""
    if "another_fee" in request.POST:
        return redirect(reverse("market:cycles:edit", args=[cycle.pk]) + "?fees=1#fees")
    if "choose" in request.POST:
        return redirect("market:cycles:products", cycle.pk)
    if "open" in request.POST:
        _open(request, cycle)
    return redirect("market:desk:board", cycle.pk)


@login_required
@require_POST
def open_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a draft for orders."""
    cycle = get_object_or_404(OrderCycle.objects.run_by(coordinated_by(request.user)), pk=pk)
    _open(request, cycle)
    return redirect("market:desk:board", cycle.pk)


def _open(request: SignedInRequest, cycle: OrderCycle) -> None:
    try:
        open_cycle(cycle=cycle, actor=request.user, at=timezone.now())
        messages.success(request, _("The cycle is open."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])


@login_required
def pickup_point(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add a place where goods are handed out, and go back to the cycle it was missing in."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    form = PickupPointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.organisation = organiser
        form.save()
        wanted = request.GET.get("cycle", "")
        cycle = own_cycles(request).filter(pk=wanted).first() if wanted.isdecimal() else None
        if cycle:
            return redirect(f"market:cycles:{'slots' if 'slots' in request.GET else 'edit'}", cycle.pk)
        return redirect("market:cycles:new", organiser.slug)
    context = {"form": form, "organiser": organiser}
    return render(request, "market/cycles/pickup_point.html", context, status=400 if form.is_bound else 200)
