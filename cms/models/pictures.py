"""Pictures of producers, products and the market."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CabasImage(AbstractImage):
    """A picture of a producer, a product or the market. Its own model from the first migration on, because an image
    model cannot be exchanged later."""

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class PicturedPageForm(WagtailAdminPageForm):  # type: ignore[misc]
    """A page whose picture is described in its own language, beginning with what the picture was uploaded with."""

    def clean(self) -> dict[str, Any]:
        """Take over the picture's description, so that it stands in the page and can be translated with it."""
        data: dict[str, Any] = super().clean()
        picture = data.get("picture")
        kept = "picture" in self.changed_data and "picture_words" not in self.changed_data
        if picture and (kept or not data.get("picture_words")):
            data["picture_words"] = picture.description
        return data


class Pictured(models.Model):
    """A page with a picture, and words for those who cannot see it in the language of the page."""

    picture = models.ForeignKey(
        CabasImage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_words = models.CharField(
        _("what there is to see"),
        max_length=255,
        blank=True,
        help_text=_("In the language of this page. Left empty, it is what the picture was described with."),
    )

    base_form_class = PicturedPageForm

    class Meta:
        abstract = True

    @property
    def picture_says(self) -> str:
        """Words for those who cannot see the picture: the page's own, or else those it was uploaded with."""
        return self.picture_words or (self.picture.default_alt_text if self.picture else "")


class CabasRendition(AbstractRendition):
    image = models.ForeignKey(CabasImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="one_rendition_per_filter_and_focus",
            )
        ]
