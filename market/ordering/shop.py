"""The shop of one cycle: every offer with its packs, and one form for all the lines a household wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market import linked_data
from market.cycles.models import Offer, OrderCycle
from market.ordering.forms import LineForm
from market.ordering.machines import shop_data
from market.ordering.models import BasketLine
from market.ordering.prices import ItemPrice, item_prices
from market.ordering.progress import PackProgress, pack_progress, public_version
from market.ordering.views import keep_line, visible_cycle
from market.ordering.visitor import kept_for_strangers, public_or_signed_in
from market.people.access import SignedInRequest, household_of
from market.people.models import Household, Organisation

OFFERS_PER_PAGE = 24
# What the shop and the rules of its lines read of an offer; the rest stays in the database.
SHOWN = (
    "cycle", "product", "name", "category", "unit", "unit_amount", "unit_text", "price", "price_currency", "deposit",
    "deposit_currency", "weight", "vat_percent", "pack_size",
    "minimum_packs", "step", "community_share", "available", "wanted", "tolerated", "changes", "strategy",
    "producer__name", "producer__slug", "producer__summary",
)  # fmt: skip


@dataclass(frozen=True)
class ShopLine:
    """An offer as one household sees it."""

    offer: Offer
    item: ItemPrice
    progress: PackProgress
    form: LineForm | None  # nobody without a household writes here
    kept: BasketLine | None


@kept_for_strangers(public_version)
@public_or_signed_in()
def shop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look through the offers of a cycle, keep what is wanted; a wrong line never loses the others."""
    cycle = visible_cycle(request, pk)
    household = household_of(request.user)
    page = Paginator(offers_sought(request, cycle), OFFERS_PER_PAGE).get_page(request.GET.get("page"))
    lines = shop_lines(request, cycle, household, list(page))
    status = 200
    if request.method == "POST" and household:
        wrong = keep_lines(household, lines)
        if not wrong and (number := request.POST.get("turn_to", "")):
            asked = request.GET.copy()
            asked["page"] = number
            return redirect(f"{request.path}?{asked.urlencode()}")
        if not wrong:
            messages.success(request, _("Kept in your basket. Nothing is ordered yet."))
            return redirect("market:ordering:basket", cycle.pk)
        messages.error(
            request,
            ngettext(
                "%(wrong)s line needs another look; the others are kept.",
                "%(wrong)s lines need another look; the others are kept.",
                wrong,
            )
            % {"wrong": wrong},
        )
        status = 400
    taking_orders = cycle.takes_orders_at(timezone.now())
    context = {
        "cycle": cycle,
        "household": household,
        "shelves": [(key, list(rows)) for key, rows in groupby(lines, key=lambda row: row.offer.producer)],
        "producers": Organisation.objects.filter(pk__in=cycle.offers.values("producer")).only("name").order_by("name"),
        "chosen": request.GET.get("producer", ""),
        "sought": request.GET.get("q", ""),
        "page": page,
        "linked_data": linked_data.write(shop_data(cycle, [(line.offer, line.item.price) for line in lines])),
        "taking_orders": taking_orders,
        # Who has no form here yet chooses on the page of each offer.
        "choosable": taking_orders and not household and cycle.audience == OrderCycle.Audience.PUBLIC,
    }
    return render(request, "market/ordering/shop.html", context, status=status)


def offers_sought(request: SignedInRequest, cycle: OrderCycle) -> QuerySet[Offer]:
    """The offers of a cycle by the words and the producer asked for."""
    offers = cycle.offers.select_related("producer").only(*SHOWN)
    if sought := request.GET.get("q", "").strip():
        offers = offers.filter(name__icontains=sought)
    if (producer := request.GET.get("producer", "")).isdigit():
        offers = offers.filter(producer=int(producer))
    return offers


def shop_lines(
    request: SignedInRequest, cycle: OrderCycle, household: Household | None, offers: Sequence[Offer]
) -> list[ShopLine]:
    """Each offer with its packs and this household's form."""
    bars = pack_progress(cycle, household, offers)
    prices = item_prices(household, cycle, offers)
    baskets = BasketLine.objects.filter(household=household, offer__in=offers) if household else ()
    kept = {row.offer_id: row for row in baskets}
    lines = []
    for offer in offers:
        offer.cycle = cycle
        row = kept.get(offer.pk)
        initial = {"quantity": row.quantity, "tolerance": row.tolerance} if row else {}
        data = request.POST if request.method == "POST" else None
        form = LineForm(data, offer=offer, initial=initial) if household else None
        lines.append(ShopLine(offer, prices[offer.pk], bars[offer.pk], form, row))
    return lines


def keep_lines(household: Household, lines: list[ShopLine]) -> int:
    """Save every line that changed; give how many need another look."""
    wrong = 0
    for line in lines:
        form = line.form
        assert form
        # A line the browser did not send (a filtered page, an old tab) is no wish to have nothing.
        if form.add_prefix("quantity") not in form.data:
            continue
        if not form.is_valid():
            wrong += 1
            continue
        wanted = (form.cleaned_data["quantity"], form.cleaned_data.get("tolerance", 0))
        before = (line.kept.quantity, line.kept.tolerance) if line.kept else (0, 0)
        if wanted == before:
            continue
        try:
            keep_line(household, form)
        except ValidationError as refusal:
            form.add_error("quantity", refusal)
            wrong += 1
    return wrong
