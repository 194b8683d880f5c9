"""The front door."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.organisations import OrganisationPage
from market.currencies.models import CommunityCurrency
from market.cycles.models import OrderCycle
from market.people.models import Organisation


class HomePage(Page):
    """The front door: what this market is, what is open now, and who is on it."""

    headline = models.CharField(max_length=120)
    introduction = models.TextField(max_length=600)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    max_count_per_parent = 1
    subpage_types = ["cms.OrganisationIndexPage", "cms.PlainPage"]
    template = "cms/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        open_now = OrderCycle.objects.filter(audience=OrderCycle.Audience.PUBLIC).taking_orders_at(timezone.now())
        context["open_now"] = open_now.select_related("organiser", "pickup_point").order_by("closes_at")
        context["pages"] = OrganisationPage.objects.shown_in(self.locale)
        context["groups"] = Organisation.objects.purchasing_groups()
        context["currency"] = CommunityCurrency.objects.order_by("pk").first()
        return context
