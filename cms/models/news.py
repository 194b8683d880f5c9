"""News of the market, and the list they stand in."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock
from cms.languages import best_in, reading_locale
from cms.models.pictures import Pictured
from cms.models.public import Searchable


class NewsIndexPage(Searchable, Page):
    """All news, the newest first; also to be had as a feed."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    template = "cms/news_index_page.html"
    menu_icon = "news"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["items"] = latest_news(reading_locale())[:40]
        return context


class NewsPage(Searchable, Pictured, Page):
    """Something that happened, told once."""

    day = models.DateField(_("day"), default=timezone.localdate)
    introduction = models.TextField(_("in two sentences"), max_length=400)
    story = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("day"),
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("picture_words"),
        FieldPanel("story"),
    ]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"


def latest_news(locale_id: int) -> models.QuerySet[NewsPage]:
    """Every news once, in a language where it is written in it, the newest first, each with its picture."""
    news = best_in(NewsPage.objects.all(), locale_id).select_related("picture", "locale")
    return news.defer("story").order_by("-day", "-pk")
