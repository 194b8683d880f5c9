"""The pages beside a draft: copying a cycle, choosing products, producers' terms, pick-up slots, schedules."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market.catalogue.models import Product
from market.cycles.copying import changes_since, copy_cycle, later
from market.cycles.drafting import CHANGEABLE, add_slots, choose_products, drop_slot, set_sharing, set_terms
from market.cycles.forms import CopyForm
from market.cycles.models import OrderCycle, Schedule, SupplierTerms
from market.cycles.running import own_cycles
from market.cycles.scheduling import next_opening
from market.cycles.terms_forms import ScheduleForm, SlotsForm, TermsForm
from market.figures import read_key
from market.people.access import SignedInRequest, coordinated_by
from market.people.models import Organisation

# As many products are laid open at once; more are folded by producer.
SHOWN_OPEN = 60


@login_required
def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draft the next cycle from this one."""
    cycle = get_object_or_404(own_cycles(request), pk=pk)
    form = CopyForm(request.POST or None, initial=next_times(cycle))
    if request.method == "POST" and form.is_valid():
        draft = copy_cycle(cycle=cycle, actor=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The draft is kept. Look what became of the products since, then open it."))
        return redirect("market:cycles:products", draft.pk)
    context = {"form": form, "cycle": cycle, "changes": changes_since(cycle)}
    return render(request, "market/cycles/copy.html", context, status=400 if form.is_bound else 200)


def next_times(cycle: OrderCycle) -> dict[str, Any]:
    """Propose the same times some weeks later, so many that the cycle closes in the future."""
    weeks = max(1, (timezone.now() - cycle.closes_at) // timedelta(days=7) + 1)
    days = timedelta(days=7 * weeks)
    moved = {name: later(getattr(cycle, name), days) for name in ("opens_at", "closes_at", "distribution_at")}
    return {"name": cycle.name, **moved}


@login_required
def products(request: SignedInRequest, pk: int) -> HttpResponse:
    """Producers of a draft, how many of their products are in it, and all or none of them with one press."""
    cycle = get_object_or_404(own_cycles(request).filter(state=OrderCycle.State.DRAFT), pk=pk)
    if request.method == "POST":
        producer = get_object_or_404(Organisation, pk=read_key(request.POST.get("producer")))
        wanted = Product.objects.available().filter(producer=producer).select_related("category")
        choose_products(cycle=cycle, producer=producer, products=list(wanted) if "all" in request.POST else [])
        return redirect("market:cycles:products", cycle.pk)
    offered = Count("products", filter=Q(products__available=True, products__offers__cycle=cycle), distinct=True)
    available = Count("products", filter=Q(products__available=True), distinct=True)
    rows = Organisation.objects.annotate(offered=offered, on_sale=available).filter(on_sale__gt=0)
    context: dict[str, Any] = {"cycle": cycle, "rows": rows}
    if cycle.copied_from:
        context["changes"] = changes_since(cycle.copied_from)
    return render(request, "market/cycles/products.html", context)


@login_required
def producer_products(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """Choose among the products of one producer."""
    cycle = get_object_or_404(own_cycles(request).filter(state=OrderCycle.State.DRAFT), pk=pk)
    producer = get_object_or_404(Organisation, slug=slug)
    wares = list(Product.objects.available().filter(producer=producer).select_related("category"))
    if request.method == "POST":
        chosen = set(request.POST.getlist("product"))
        wanted = [product for product in wares if str(product.pk) in chosen]
        choose_products(cycle=cycle, producer=producer, products=wanted)
        kept = ngettext("%(count)s product is offered.", "%(count)s products are offered.", len(wanted))
        messages.success(request, kept % {"count": len(wanted)})
        return redirect("market:cycles:products", cycle.pk)
    offered = set(cycle.offers.filter(producer=producer).values_list("product", flat=True))
    rows = sorted(wares, key=lambda row: (str(row.category or ""), row.name))
    context = {"cycle": cycle, "producer": producer, "rows": [(row, row.pk in offered) for row in rows]}
    return render(request, "market/cycles/producer_products.html", context)


@login_required
def sharing(request: SignedInRequest, pk: int) -> HttpResponse:
    """By which rule each offer of a draft is shared when its packs do not fill; many at once."""
    cycle = get_object_or_404(own_cycles(request).filter(state=OrderCycle.State.DRAFT), pk=pk)
    if request.method == "POST":
        offers, producers = (
            [int(text) for text in request.POST.getlist(name) if text.isdecimal()] for name in ("offer", "producer")
        )
        rule = request.POST.get("strategy", "")
        try:
            number = set_sharing(cycle=cycle, offers=offers, producers=producers, strategy=rule)
            told = ngettext("Kept for %(count)s product.", "Kept for %(count)s products.", number)
            messages.success(request, told % {"count": number})
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("market:cycles:sharing", cycle.pk)
    columns = ("pk", "name", "unit_text", "pack_size", "strategy", "producer", "producer__name")
    listed = cycle.offers.order_by("producer__name", "producer", "name").values(*columns)
    rules = dict(OrderCycle.Strategy.choices)
    shelves = []
    for (producer, name), found in groupby(listed, key=lambda row: (row["producer"], row["producer__name"])):
        rows = [{**row, "rule": rules.get(row["strategy"], "")} for row in found]
        shelves.append({"pk": producer, "name": name, "rows": rows, "own": sum(1 for row in rows if row["rule"])})
    context = {"cycle": cycle, "shelves": shelves, "rules": OrderCycle.Strategy.choices}
    context["few"] = sum(len(shelf["rows"]) for shelf in shelves) <= SHOWN_OPEN
    return render(request, "market/cycles/sharing.html", context)


@login_required
def terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """What each producer of a cycle asks for: minimum, consequence, its own deadline."""
    cycle = get_object_or_404(own_cycles(request).filter(state__in=CHANGEABLE), pk=pk)
    known = {row.producer_id: row for row in cycle.supplier_terms.all()}
    forms = []
    for producer in Organisation.objects.filter(offers__cycle=cycle).distinct().order_by("name"):
        row = known.get(producer.pk, SupplierTerms(producer=producer))
        row.cycle = cycle
        forms.append(TermsForm(request.POST or None, instance=row, prefix=f"producer-{producer.pk}"))
    status = 200
    if request.method == "POST":
        if all(form.is_valid() for form in forms):
            try:
                set_terms(cycle=cycle, terms=[form.instance for form in forms if form.has_changed()])
            except ValidationError as refusal:
                messages.error(request, refusal.messages[0])
            else:
                messages.success(request, _("Kept."))
            return redirect("market:desk:board", cycle.pk)
        status = 400
    return render(request, "market/cycles/terms.html", {"cycle": cycle, "forms": forms}, status=status)


@login_required
def slots(request: SignedInRequest, pk: int) -> HttpResponse:
    """When and where the goods of a cycle are fetched."""
    cycle = get_object_or_404(own_cycles(request).filter(state__in=CHANGEABLE), pk=pk)
    form = SlotsForm(request.POST if "add" in request.POST else None, cycle=cycle)
    try:
        if "drop" in request.POST:
            drop_slot(slot=get_object_or_404(cycle.slots, pk=request.POST["drop"]))
            return redirect("market:cycles:slots", cycle.pk)
        if form.is_bound and form.is_valid():
            add_slots(cycle=cycle, slots=form.slots())
            return redirect("market:cycles:slots", cycle.pk)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("market:cycles:slots", cycle.pk)
    context = {"cycle": cycle, "form": form, "slots": cycle.slots.select_related("point")}
    return render(request, "market/cycles/slots.html", context, status=400 if form.is_bound else 200)


@login_required
def schedules(request: SignedInRequest, slug: str) -> HttpResponse:
    """The schedules of an organisation."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    context = {
        "organiser": organiser,
        "schedules": [
            (row, next_opening(row, timezone.now())) for row in organiser.schedules.annotate(drafted=Count("cycles"))
        ],
        "may_add": organiser.cycles.exists(),
    }
    return render(request, "market/cycles/schedules.html", context)


@login_required
def schedule(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Make or change a schedule."""
    organiser = get_object_or_404(coordinated_by(request.user), slug=slug)
    row = get_object_or_404(organiser.schedules, pk=pk) if pk else Schedule(organiser=organiser)
    initial = {} if pk else usual_schedule()
    form = ScheduleForm(request.POST or None, instance=row, organiser=organiser, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The schedule is kept. Its cycles are drafted when their time comes."))
        return redirect("market:cycles:schedules", organiser.slug)
    context = {"form": form, "organiser": organiser}
    return render(request, "market/cycles/schedule.html", context, status=400 if form.is_bound else 200)


def usual_schedule() -> dict[str, Any]:
    """Propose the usual week: opens on Thursday at noon, closes on Sunday at 22:00, hands out on Wednesday."""
    today = timezone.localdate()
    return {
        "first_on": today + timedelta(days=(3 - today.weekday()) % 7 or 7),
        "opens_time": "12:00",
        "closes_after_days": 3,
        "closes_time": "22:00",
        "hands_out_after_days": 6,
        "hands_out_time": "18:00",
        "remind_hours": 12,
    }
