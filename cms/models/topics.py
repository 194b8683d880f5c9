"""Seasons and sectors: what the market has of one kind, found by words and by activity."""

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock
from cms.languages import best_in, reading_locale
from cms.models.organisations import OrganisationPage, on_offer
from cms.models.pictures import Pictured
from cms.models.public import Searchable
from market.folding import fold
from market.people.models import Organisation

MONTH = [MinValueValidator(1), MaxValueValidator(12)]


class TopicPage(Searchable, Pictured, Page):
    """A season (squash in autumn) or a sector (repair): its story, its offers and its organisations."""

    introduction = models.TextField(_("in two sentences"), max_length=400)
    first_month = models.PositiveSmallIntegerField(_("season from month"), null=True, blank=True, validators=MONTH)
    last_month = models.PositiveSmallIntegerField(_("season to month"), null=True, blank=True, validators=MONTH)
    words = models.CharField(
        _("words in product names"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas, in every language your producers write: squash, carbassa, calabaza."),
    )
    activity = models.CharField(_("activity"), max_length=16, choices=Organisation.Activity.choices, blank=True)
    story = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("picture_words"),
        FieldRowPanel([FieldPanel("first_month"), FieldPanel("last_month")]),
        FieldPanel("words"),
        FieldPanel("activity"),
        FieldPanel("story"),
    ]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/topic_page.html"
    menu_icon = "leaf"

    def is_season(self, day: date) -> bool:
        """Whether it is the time of the year; a season may reach over New Year's Eve."""
        if not self.first_month or not self.last_month:
            return False
        months = (day.month - self.first_month) % 12
        return months <= (self.last_month - self.first_month) % 12

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        wanted = [fold(word.strip()) for word in self.words.split(",") if word.strip()]
        offers = on_offer(timezone.now()) if wanted else []
        context["offers"] = [offer for offer in offers if any(word in fold(offer.name) for word in wanted)][:24]
        context["stalls"] = []
        if self.activity:
            stalls = OrganisationPage.objects.shown_in(reading_locale())
            context["stalls"] = stalls.filter(organisation__activity=self.activity)
        return context


def in_season(locale_id: int, day: date) -> list[TopicPage]:
    """Topics whose season it is, each once, in a language where it is written in it."""
    topics = best_in(TopicPage.objects.select_related("locale"), locale_id).filter(first_month__isnull=False)
    return [topic for topic in topics if topic.is_season(day)]
