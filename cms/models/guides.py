"""Guides: how to begin, for those who buy, for new cooperatives and for new groups."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock
from cms.languages import best_in, reading_locale
from cms.models.public import Searchable


class GuideIndexPage(Searchable, Page):
    """All guides, by whom they are for."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidePage"]
    template = "cms/guide_index_page.html"
    menu_icon = "info"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        guides = list(best_in(GuidePage.objects.select_related("locale"), reading_locale()).order_by("path"))
        context["audiences"] = [
            (name, [guide for guide in guides if guide.audience == code]) for code, name in GuidePage.Audience.choices
        ]
        return context


class GuidePage(Searchable, Page):
    """One thing explained from the beginning."""

    class Audience(models.TextChoices):
        CONSUMER = "consumer", _("If you want to buy")
        COOPERATIVE = "cooperative", _("If you make something")
        GROUP = "group", _("If you want to order together")

    audience = models.CharField(_("who it is for"), max_length=12, choices=Audience.choices)
    introduction = models.TextField(_("in two sentences"), max_length=400)
    story = StreamField(StoryBlock(), verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("audience"), FieldPanel("introduction"), FieldPanel("story")]
    parent_page_types = ["cms.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "cms/guide_page.html"
