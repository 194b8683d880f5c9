"""A household's basket and orders."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from market import linked_data
from market.cycles.audience import fees_for
from market.cycles.models import Offer, OrderCycle
from market.ordering.baskets import set_line
from market.ordering.changes import closed_producers
from market.ordering.closing import CLOSED, set_aside_for
from market.ordering.costs import Wish, order_cost
from market.ordering.forms import LineForm
from market.ordering.machines import line_data
from market.ordering.models import BasketLine, Order, OrderLine
from market.ordering.prices import ItemPrice, item_price, item_prices
from market.ordering.progress import pack_progress, status_version, supplier_progress
from market.ordering.repeating import last_order, repeat_last_order
from market.ordering.reports import RULES, explain
from market.ordering.slots import chosen_slot, point_of
from market.ordering.visitor import adopt_basket, keep_visitor_line, public_or_signed_in, visitor_lines
from market.people.access import SignedInRequest, household_of
from market.people.models import Household
from market.rows import the_only
from market.templatetags.market import price

ZERO = Decimal(0)


def visible_cycle(request: SignedInRequest, pk: int) -> OrderCycle:
    """A cycle this person may look at; whose groups they are in is asked only where not everybody may."""
    cycles = OrderCycle.objects.all()
    if request.method == "GET":  # what is posted is answered by going elsewhere, where all this is shown
        cycles = cycles.select_related("organiser", "pickup_point", "community_currency")
    cycle: OrderCycle = get_object_or_404(cycles, pk=pk)
    check_visible(request, cycle)
    return cycle


def check_visible(request: SignedInRequest, cycle: OrderCycle) -> None:
    if not cycle.is_public and not OrderCycle.objects.visible_to(request.user).filter(pk=cycle.pk).exists():
        raise Http404


def own_orders(request: SignedInRequest) -> QuerySet[Order]:
    return Order.objects.filter(household__people=request.user).select_related(
        "cycle__organiser", "cycle__pickup_point", "cycle__community_currency", "household"
    )


@public_or_signed_in("offers__pk")
def line(request: SignedInRequest, pk: int) -> HttpResponse:
    """One offer on its own page: look, choose, keep in the basket."""
    household = household_of(request.user)
    shown = ("cycle", "producer", "product") if request.method == "GET" else ("cycle",)
    offer: Offer = get_object_or_404(Offer.objects.select_related(*shown), pk=pk)
    check_visible(request, offer.cycle)
    visiting = household is None and offer.cycle.audience == OrderCycle.Audience.PUBLIC
    if request.method != "GET":
        kept = None
    elif visiting:
        kept = next((row for row in visitor_lines(request, offer.cycle) if row.offer_id == offer.pk), None)
    else:
        kept = the_only(BasketLine.objects.filter(household=household, offer=offer))
    initial = {"quantity": kept.quantity, "tolerance": kept.tolerance} if kept else {"quantity": Decimal(1)}
    form = LineForm(request.POST or None, offer=offer, initial=initial)
    status = 200
    if request.method == "POST" and (household or visiting) and form.is_valid():
        try:
            keep_line(household, form) if household else keep_chosen(request, form)
            messages.success(request, _("%(name)s is in your basket.") % {"name": offer.name})
            return redirect("market:ordering:basket", offer.cycle_id)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            status = 409 if refusal.code in {"closed", "not_open_yet"} else 400
    elif request.method == "POST":
        status = 400
    progress = pack_progress(offer.cycle, household, offers=[offer])[offer.pk]
    context: dict[str, Any] = {"offer": offer, "cycle": offer.cycle, "form": form, "progress": progress}
    context["rule"], context["rule_name"] = RULES[offer.shared_by], OrderCycle.Strategy(offer.shared_by).label
    context["drawn"] = offer.shared_by == OrderCycle.Strategy.LOT
    context["item"] = item_prices(household, offer.cycle, [offer])[offer.pk]
    context["may_choose"] = household is not None or visiting
    context["linked_data"] = linked_data.write(line_data(offer, offer.cycle, context["item"].price))
    return render(request, "market/ordering/line.html", context, status=status)


def keep_chosen(request: HttpRequest, form: LineForm) -> None:
    """Keep what a valid form says in a visitor's basket."""
    quantity, tolerance = form.cleaned_data["quantity"], form.cleaned_data.get("tolerance", Decimal(0))
    keep_visitor_line(request, form.offer, quantity=quantity, tolerance=tolerance, at=timezone.now())


def keep_line(household: Household, form: LineForm) -> None:
    """Keep what a valid form says in the basket."""
    set_line(
        household=household,
        offer=form.offer,
        quantity=form.cleaned_data["quantity"],
        tolerance=form.cleaned_data.get("tolerance", Decimal(0)),
        at=timezone.now(),
    )


def _status_tag(request: SignedInRequest, pk: int) -> str | None:
    """What the page of a cycle's status depends on: the status, who looks, and in which form."""
    version = status_version(OrderCycle.objects.visible_to(request.user), pk)
    person = request.user.pk if request.user.is_authenticated else 0
    return f'"{version}-{person}-{get_language()}-{int(bool(request.htmx))}"' if version else None


@public_or_signed_in()
@require_GET
@vary_on_headers("HX-Request", "Cookie")
@cache_control(private=True, no_cache=True)
@condition(etag_func=_status_tag)
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """How full packs and supplier orders are; an open page asks again and again, and 304 says that nothing changed."""
    cycle = visible_cycle(request, pk)
    if request.htmx and "bars" in request.GET:  # the shop asks for the offers it shows, each bar for its place
        wanted = [
            int(number) for number in request.GET["bars"].split(",")[:500] if number.isdecimal() and len(number) < 19
        ]
        shown = pack_progress(cycle, household_of(request.user), cycle.offers.filter(pk__in=wanted))
        return render(request, "market/ordering/_bars.html", {"bars": shown.items()})
    offers = list(cycle.offers.select_related("producer"))
    bars = pack_progress(cycle, household_of(request.user), offers)
    rows = [(offer, bars[offer.pk]) for offer in offers if offer.wanted or offer.tolerated]
    context = {
        "cycle": cycle,
        "mine": [(offer, bar) for offer, bar in rows if bar.at_risk],
        "open": sorted(((offer, bar) for offer, bar in rows if bar.open), key=lambda row: row[1].missing),
        "full": [(offer, bar) for offer, bar in rows if not bar.open and offer.pack_size != 1],
        "suppliers": supplier_progress(cycle, offers).values(),
        "taking_orders": cycle.takes_orders_at(timezone.now()),
    }
    template = "market/ordering/_progress.html" if request.htmx else "market/ordering/progress.html"
    return render(request, template, context)


@public_or_signed_in()
def basket(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything a household has chosen in a cycle, over all its producers."""
    cycle = visible_cycle(request, pk)
    household = household_of(request.user)
    if household:
        adopt_basket(request, household, at=timezone.now())
    ordered_lines = OrderLine.objects.filter(order__cycle=cycle, order__household=household).select_related("order")
    order = ordered_lines[0].order if ordered_lines else None
    ordered = {row.offer_id: (row.quantity, row.tolerance) for row in ordered_lines}
    if household:
        rows = BasketLine.objects.filter(household=household, offer__cycle=cycle).select_related("offer__producer")
        lines = list(rows.order_by("offer__producer__name", "offer__name"))
    else:
        lines = visitor_lines(request, cycle)
    groups: dict[Any, list[tuple[BasketLine, ItemPrice, bool]]] = defaultdict(list)
    fees, point_id = fees_for(cycle, household), point_of(chosen_slot(household, cycle), cycle)
    firm = order_cost({row.offer_id: Wish.of(row.offer, row.quantity) for row in lines}, fees, point_id=point_id)
    all_of_it = {row.offer_id: Wish.of(row.offer, row.quantity + row.tolerance) for row in lines}
    most = order_cost(all_of_it, fees, point_id=point_id)
    for kept in lines:
        changed = ordered.pop(kept.offer_id, None) != (kept.quantity, kept.tolerance)
        groups[kept.offer.producer].append((kept, item_price(kept.offer, fees, point_id), changed))
    context = {
        "cycle": cycle,
        "groups": dict(groups),
        "firm": firm,
        "most": most,
        "changed": bool(ordered) or any(changed for rows in groups.values() for _line, _item, changed in rows),
        "taking_orders": cycle.takes_orders_at(timezone.now()),
        "order": order,
        "closed": closed_producers(cycle, timezone.now()),
        "last": last_order(household, cycle) if household and not order else None,
    }
    return render(request, "market/ordering/basket.html", context)


@public_or_signed_in("offers__pk")
@require_POST
def step(request: SignedInRequest, pk: int) -> HttpResponse:
    """One step more or less of an offer in the basket, by a thumb."""
    cycles = OrderCycle.objects.visible_to(request.user)
    offer: Offer = get_object_or_404(Offer.objects.filter(cycle__in=cycles).select_related("cycle", "producer"), pk=pk)
    household = household_of(request.user)
    if household:
        kept = BasketLine.objects.filter(household=household, offer=offer).first()
    else:
        kept = next((row for row in visitor_lines(request, offer.cycle) if row.offer_id == offer.pk), None)
    amounts = {"quantity": kept.quantity if kept else ZERO, "tolerance": kept.tolerance if kept else ZERO}
    field = "tolerance" if request.POST.get("field") == "tolerance" else "quantity"
    amounts[field] = max(ZERO, amounts[field] + (-offer.step if request.POST.get("by") == "-1" else offer.step))
    try:
        if household:
            set_line(household=household, offer=offer, **amounts, at=timezone.now())
        else:
            keep_visitor_line(request, offer, **amounts, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(reverse("market:ordering:basket", args=[offer.cycle_id]) + f"#offer-{offer.pk}")


@login_required
@require_POST
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put what was ordered last time into the basket, and say what is missing or costs something else now."""
    cycle = visible_cycle(request, pk)
    household = get_object_or_404(Household.objects.of(request.user).order_by("pk")[:1])
    try:
        repeated = repeat_last_order(household=household, cycle=cycle, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("market:ordering:basket", cycle.pk)
    if repeated.kept:
        messages.success(request, _("What you ordered last time is in your basket. Nothing is ordered yet."))
    if repeated.gone:
        words = _("Not to be had this time, or out of season: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(repeated.gone)})
    for name, old, new in repeated.prices:
        words = _("%(name)s costs %(new)s now; last time it was %(old)s.")
        messages.info(request, words % {"name": name, "new": price(new), "old": price(old)})
    return redirect("market:ordering:basket", cycle.pk)


@login_required
def orders(request: SignedInRequest) -> HttpResponse:
    """My household's orders, newest first, and baskets that were never ordered."""
    household = household_of(request.user)
    unplaced = OrderCycle.objects.filter(
        Exists(BasketLine.objects.filter(household=household, offer__cycle=OuterRef("pk"))),
        ~Exists(Order.objects.filter(household=household, cycle=OuterRef("pk"))),
    )
    context = {
        "orders": own_orders(request).select_related("settled").order_by("-placed_at"),
        "unplaced": unplaced,
        "now": timezone.now(),
    }
    return render(request, "market/ordering/orders.html", context)


@login_required
def order(request: SignedInRequest, reference: str) -> HttpResponse:
    """One order: what was ordered, what came, what it costs, where to fetch it."""
    orders = own_orders(request).select_related("settled", "slot__point", "cycle__pickup_point")
    found = get_object_or_404(orders.prefetch_related("settled__fees__fee"), reference=reference)
    lines = found.lines.select_related("offer__producer", "share", "delivered", "settled").prefetch_related("claims")
    lines = lines.order_by("offer__producer__name", "name")
    context = {
        "order": found,
        "cycle": found.cycle,
        "lines": lines,
        **set_aside_for(found),
        "closed": found.cycle.state in CLOSED,
        "taking_orders": found.cycle.takes_orders_at(timezone.now()),
    }
    return render(request, "market/ordering/order.html", context)


@login_required
def why(request: SignedInRequest, pk: int) -> HttpResponse:
    """Why a line got what it got: the log, the packs, the rule."""
    found: OrderLine = get_object_or_404(
        OrderLine.objects.filter(order__household__people=request.user).select_related(
            "order__cycle", "offer", "share", "delivered__delivery_line"
        ),
        pk=pk,
    )
    return render(
        request, "market/ordering/why.html", {"why": explain(found), "line": found, "cycle": found.order.cycle}
    )
