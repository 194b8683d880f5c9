"""The front door."""

from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.languages import best_in, reading_locale
from cms.models.events import events_in
from cms.models.news import latest_news
from cms.models.organisations import OrganisationIndexPage, OrganisationPage, on_offer
from cms.models.public import Searchable
from cms.models.topics import in_season
from market.currencies.models import CommunityCurrency
from market.cycles.models import OrderCycle
from market.people.models import Organisation


class HomePage(Searchable, Page):
    """The front door: what this market is, what is open now, and who is on it."""

    headline = models.CharField(max_length=120)
    introduction = models.TextField(max_length=600)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    max_count_per_parent = 1
    subpage_types = [
        "cms.OrganisationIndexPage",
        "cms.NewsIndexPage",
        "cms.EventIndexPage",
        "cms.GuideIndexPage",
        "cms.TopicPage",
        "cms.PlainPage",
    ]
    template = "cms/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now, locale = timezone.now(), reading_locale()
        # Of each only its name and price are shown, and there may be many.
        shown = on_offer(now).select_related(None).only("name", "price", "price_currency", "cycle")
        offers = list(shown[:200])
        public = OrderCycle.objects.filter(audience=OrderCycle.Audience.PUBLIC).taking_orders_at(now)
        cycles = list(public.select_related("organiser", "pickup_point").order_by("closes_at")[:6])
        context["open_now"] = [(cycle, [row for row in offers if row.cycle_id == cycle.pk]) for cycle in cycles]
        context["next_pickup"] = min(cycles, key=lambda cycle: cycle.distribution_at, default=None)
        context["season"] = in_season(locale, timezone.localdate())
        context["fresh"] = offers[:12]
        context["newest"], context["groups"] = newest_stalls(locale)
        counts = Organisation.objects.exclude(activity="").values_list("activity").annotate(how_many=Count("pk"))
        names = dict(Organisation.Activity.choices)
        context["sectors"] = [(code, names.get(code, code), how_many) for code, how_many in counts.order_by("activity")]
        context["index"] = best_in(OrganisationIndexPage.objects.select_related("locale"), locale).first()
        context["news"] = latest_news(locale)[:2]
        context["events"] = events_in(locale).filter(ends_at__gte=now)[:3]
        context["currency"] = CommunityCurrency.objects.order_by("pk").first()
        return context


def newest_stalls(locale_id: int) -> tuple[list[OrganisationPage], list[OrganisationPage]]:
    """The three producers and the three groups who came last, found in one query."""
    stalls = OrganisationPage.objects.shown_in(locale_id)
    is_group = Q(organisation__kind=Organisation.Kind.PURCHASING_GROUP)
    late = stalls.order_by("-first_published_at", "-pk").values("pk")
    rows = stalls.filter(Q(pk__in=late.exclude(is_group)[:3]) | Q(pk__in=late.filter(is_group)[:3]))
    found = list(rows.order_by("-first_published_at", "-pk"))
    groups = [row for row in found if row.organisation.kind == Organisation.Kind.PURCHASING_GROUP]
    return [row for row in found if row not in groups], groups
