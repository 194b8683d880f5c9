"""Fairs and events: where the market's people meet; also to be had as a calendar."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock
from cms.languages import address, best_in, reading_locale
from cms.maps import Spot
from cms.models.pictures import Pictured
from cms.models.public import Searchable
from market.people.models import Organisation


class EventIndexPage(Searchable, Page):
    """What is to come, and what has been."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.EventPage"]
    template = "cms/event_index_page.html"
    menu_icon = "cycle"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        events = events_in(reading_locale())
        context["coming"] = list(events.filter(ends_at__gte=now))
        context["past"] = events.filter(ends_at__lt=now).order_by("-starts_at")[:12]
        placed = [event for event in context["coming"] if event.latitude is not None]
        context["spots"] = [Spot.of(event, address(event, request), event.title) for event in placed]
        return context


class EventPage(Searchable, Pictured, Page):
    """A fair, a tasting, an open day, an assembly."""

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    host = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    introduction = models.TextField(_("in two sentences"), max_length=400)
    story = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldPanel("place"),
        FieldPanel("address"),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel("host"),
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("picture_words"),
        FieldPanel("story"),
    ]
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types: list[str] = []
    template = "cms/event_page.html"

    def clean(self) -> None:
        """Refuse an event that ends before it begins."""
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": ValidationError(_("It cannot end before it begins."), "order")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        if self.latitude is not None:
            context["spots"] = [Spot.of(self, address(self, request), self.place)]
        return context


def events_in(locale_id: int) -> models.QuerySet[EventPage]:
    """Every event once, the next first, in a language where it is written in it."""
    events = best_in(EventPage.objects.all(), locale_id).select_related("picture", "locale", "host")
    return events.defer("story").order_by("starts_at")
