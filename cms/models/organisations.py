"""The organisations of the market: the list of all, and the page on which each tells its story."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, PageManager
from wagtail.query import PageQuerySet

from cms.blocks import StoryBlock
from cms.models.pictures import CabasImage
from market.cycles.models import Offer, OrderCycle
from market.people.models import Organisation


class OrganisationIndexPage(Page):
    """Every organisation of the market; a page of its own is optional."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.OrganisationPage"]
    template = "cms/organisation_index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        kind = request.GET.get("kind", "")
        sought = request.GET.get("q", "").strip()[:80]
        organisations = Organisation.objects.filter(is_market=False)
        if kind in Organisation.Kind.values:
            organisations = organisations.filter(kind=kind)
        if sought:
            words = [models.Q(**{f"{field}__icontains": sought}) for field in ("name", "summary", "place")]
            organisations = organisations.filter(words[0] | words[1] | words[2])
        pages = {page.organisation_id: page for page in OrganisationPage.objects.shown_in(self.locale)}
        context["rows"] = [(organisation, pages.get(organisation.pk)) for organisation in organisations]
        context["kinds"] = Organisation.Kind.choices
        context["kind"], context["sought"] = kind, sought
        return context


class OrganisationPageQuerySet(PageQuerySet["OrganisationPage"]):
    def shown_in(self, locale: Locale) -> Self:
        """Pages in this language, and in another where there is none in this, each with its picture."""
        translated = self.live().filter(locale=locale).values("organisation")
        best = self.live().filter(
            models.Q(locale=locale)
            | models.Q(pk__in=self.live().exclude(organisation__in=translated).filter(alias_of=None).values("pk"))
        )
        best = best.select_related("organisation", "picture", "locale").prefetch_related("picture__renditions")
        return best.order_by("organisation__name", "pk")


class OrganisationPage(Page):
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
    story = StreamField(
        StoryBlock(),
        verbose_name=_("story"),
        help_text=_("Who you are, what you make and how, and whom it helps. Two or three paragraphs are enough."),
    )

    objects = PageManager.from_queryset(OrganisationPageQuerySet)()

    content_panels = [*Page.content_panels, FieldPanel("picture"), FieldPanel("story")]
    settings_panels = [FieldPanel("organisation"), *Page.settings_panels]
    parent_page_types = ["cms.OrganisationIndexPage"]
    subpage_types: list[str] = []
    template = "cms/organisation_page.html"

    def clean(self) -> None:
        """Refuse a second page of an organisation in one language."""
        super().clean()
        others = OrganisationPage.objects.filter(organisation=self.organisation_id, locale=self.locale_id)
        if self.organisation_id and others.exclude(pk=self.pk).exists():
            raise ValidationError(
                {"organisation": ValidationError(_("This organisation has a page in this language."), "one_page")}
            )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        open_now = OrderCycle.objects.taking_orders_at(now).filter(offers__producer=self.organisation_id).distinct()
        public = open_now.filter(audience=OrderCycle.Audience.PUBLIC).select_related("pickup_point", "organiser")
        offers = Offer.objects.filter(producer=self.organisation_id, cycle__in=public).select_related("cycle")
        context["cycles"] = list(public)
        context["offers"] = offers.order_by("cycle__closes_at", "category", "name")
        context["groups"] = Organisation.objects.filter(
            cycles__in=open_now.filter(audience=OrderCycle.Audience.MEMBERS)
        ).distinct()
        return context
