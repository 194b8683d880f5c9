"""Pictures and pages of the public site."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page

from market.people.models import Organisation


class CabasImage(AbstractImage):
    """A picture of a producer, a product or the market. Its own model from the first migration on, because an image
    model cannot be exchanged later."""

    admin_form_fields = Image.admin_form_fields


class CabasRendition(AbstractRendition):
    image = models.ForeignKey(CabasImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="one_rendition_per_filter_and_focus",
            )
        ]


class HomePage(Page):
    """The front door: what this market is, and the ways in."""

    headline = models.CharField(max_length=120)
    introduction = models.TextField(max_length=600)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    max_count_per_parent = 1
    template = "cms/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["producers"] = Organisation.objects.producers()
        context["groups"] = Organisation.objects.purchasing_groups()
        return context
