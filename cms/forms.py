"""Forms of the editors' part."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm


class PictureForm(BaseImageForm):
    """A picture needs words for those who cannot see it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("description"):
            field.required = True
            field.label = _("What there is to see")
            field.help_text = _(
                "One sentence for those who cannot see the picture: “Two bakers pull loaves from the oven”."
            )
