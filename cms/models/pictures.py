"""Pictures of producers, products and the market."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CabasImage(AbstractImage):
    """A picture of a producer, a product or the market. Its own model from the first migration on, because an image
    model cannot be exchanged later."""

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class CabasRendition(AbstractRendition):
    image = models.ForeignKey(CabasImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="one_rendition_per_filter_and_focus",
            )
        ]
