"""The organisations of the market: the list of all, and the page on which each tells its story."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.blocks import StoryBlock
from cms.languages import address, best_in, reading_locale
from cms.maps import Spot, nearest, spots_of
from cms.models.pictures import CabasImage, Pictured
from cms.models.public import Searchable
from market.catalogue.models import Product
from market.cycles.models import Offer, OrderCycle, PickupPoint
from market.people.models import Enrolment, Organisation

PER_PAGE = 24


def on_offer(at: datetime) -> models.QuerySet[Offer]:
    """What anybody may order at this moment."""
    public = OrderCycle.objects.taking_orders_at(at).filter(audience=OrderCycle.Audience.PUBLIC)
    return Offer.objects.filter(cycle__in=public).select_related("producer", "cycle").order_by("name", "pk")


class OrganisationIndexPage(Searchable, Page):
    """Every organisation of the market; a page of its own is optional."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.OrganisationPage"]
    template = "cms/organisation_index_page.html"
    menu_icon = "producer"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        everybody = Organisation.objects.filter(is_market=False)
        asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "kind", "activity", "territory")}
        organisations = everybody.sought(asked["q"])
        for name in ("kind", "activity", "territory"):
            if asked[name]:
                organisations = organisations.filter(**{name: asked[name]})
        if "currency" in request.GET:
            organisations = organisations.filter(takes_currency=True)
        page = Paginator(organisations, PER_PAGE).get_page(request.GET.get("page"))
        pages = OrganisationPage.objects.shown_in(reading_locale()).filter(organisation__in=[row.pk for row in page])
        stalls = {stall.organisation_id: stall for stall in pages}
        context["rows"] = [(organisation, stalls.get(organisation.pk)) for organisation in page]
        context["list_page"], context["asked"] = page, {**asked, "currency": "currency" in request.GET}
        context["spots"] = spots_of(context["rows"], request)
        context["kinds"] = Organisation.Kind.choices
        context["activities"] = Organisation.Activity.choices
        territories = everybody.exclude(territory="").values_list("territory", flat=True)
        context["territories"] = sorted(set(territories))
        return context


class OrganisationPageQuerySet(PageQuerySet["OrganisationPage"]):
    def shown_in(self, locale_id: int) -> Self:
        """One page of each organisation, in this language where there is one, each with its picture."""
        # Stories are long, and no list tells them.
        best: Self = (
            best_in(self, locale_id, same="organisation")
            .select_related("organisation", "picture", "locale")
            .defer("story")
        )
        return best.order_by("organisation__name", "pk")


class OrganisationPage(Searchable, Pictured, Page):
    """The story of one organisation, in one language, with what it offers now."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    picture = models.ForeignKey(
        CabasImage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Your place, your people or your work; wide rather than tall."),
    )
    stands_for = models.TextField(
        _("what you stand for"),
        max_length=400,
        blank=True,
        help_text=_("Up to six, one in each line: organic, paid by the hour, returns its jars."),
    )
    story = StreamField(
        StoryBlock(),
        verbose_name=_("story"),
        help_text=_("Who you are, what you make and how, and whom it helps. Two or three paragraphs are enough."),
    )

    objects = PageManager.from_queryset(OrganisationPageQuerySet)()

    content_panels = [
        HelpPanel(template="cms/admin/lacking.html"),
        *Page.content_panels,
        FieldPanel("picture"),
        FieldPanel("picture_words"),
        FieldPanel("stands_for"),
        FieldPanel("story"),
    ]
    # Whose page it is, its editors do not decide.
    settings_panels = [FieldPanel("organisation", permission="cms.change_organisationpage"), *Page.settings_panels]
    parent_page_types = ["cms.OrganisationIndexPage"]
    subpage_types: list[str] = []
    template = "cms/organisation_page.html"
    menu_icon = "producer"

    def clean(self) -> None:
        """Refuse a second page of an organisation in one language."""
        super().clean()
        others = OrganisationPage.objects.filter(organisation=self.organisation_id, locale=self.locale_id)
        if self.organisation_id and others.exclude(pk=self.pk).exists():
            raise ValidationError(
                {"organisation": ValidationError(_("This organisation has a page in this language."), "one_page")}
            )

    @property
    def values(self) -> list[str]:
        return [line.strip() for line in self.stands_for.splitlines() if line.strip()][:6]

    def summary_for_cards(self) -> str:
        return self.search_description or self.organisation.summary

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        is_group = self.organisation.kind == Organisation.Kind.PURCHASING_GROUP
        return "cms/group_page.html" if is_group else self.template

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        here = self.organisation
        open_now = OrderCycle.objects.taking_orders_at(timezone.now())
        if here.kind == Organisation.Kind.PURCHASING_GROUP:
            context.update(group_context(here, open_now))
        else:
            context.update(producer_context(here, open_now))
        context["neighbours"] = nearest(here, OrganisationPage.objects.shown_in(reading_locale()))
        if here.latitude is not None:
            context["spots"] = [Spot.of(here, address(self, request))]
        return context


def producer_context(producer: Organisation, open_now: models.QuerySet[OrderCycle]) -> dict[str, Any]:
    """What a producer makes, offers now, and where it sells."""
    public = open_now.filter(audience=OrderCycle.Audience.PUBLIC)
    on_sale = Offer.objects.filter(producer=producer, cycle__in=public)
    on_sale = on_sale.select_related("product", "cycle__pickup_point", "cycle__organiser")
    offers = list(on_sale.order_by("cycle__closes_at", "category", "name"))
    products = list(Product.objects.filter(producer=producer, available=True).order_by("category__name", "name"))
    lately = OrderCycle.objects.filter(
        offers__producer=producer, audience=OrderCycle.Audience.MEMBERS, closes_at__gte=timezone.now() - timedelta(60)
    )
    return {
        "cycles": list({offer.cycle_id: offer.cycle for offer in offers}.values()),
        "offers": offers,
        "groups": Organisation.objects.filter(cycles__in=lately.exclude(state=OrderCycle.State.DRAFT)).distinct(),
        "products": products,
        "takes_currency": producer.takes_currency or any(product.community_share for product in products),
    }


def group_context(group: Organisation, open_now: models.QuerySet[OrderCycle]) -> dict[str, Any]:
    """How to join a group, what it orders next, from whom, and where it hands out."""
    planned = OrderCycle.objects.filter(
        organiser=group, state=OrderCycle.State.DRAFT, opens_by_clock=True, opens_at__gt=timezone.now()
    )
    lately = OrderCycle.objects.filter(organiser=group, closes_at__gte=timezone.now() - timedelta(60))
    offered = Organisation.objects.filter(offers__cycle__in=lately.exclude(state=OrderCycle.State.DRAFT)).distinct()
    suppliers = list(offered.order_by("name"))
    stalls = OrganisationPage.objects.shown_in(reading_locale()).filter(organisation__in=[row.pk for row in suppliers])
    shown = {stall.organisation_id: stall for stall in stalls}
    return {
        "open_cycle": open_now.filter(organiser=group).select_related("pickup_point").order_by("closes_at").first(),
        "planned": planned.select_related("pickup_point").order_by("opens_at").first(),
        "pickup_points": PickupPoint.objects.filter(organisation=group),
        "members": Enrolment.objects.filter(group=group, status=Enrolment.Status.JOINED).count(),
        "suppliers": [(row, shown.get(row.pk)) for row in suppliers],
    }
