"""What households choose of an offer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from market.cycles.models import Offer
from market.figures import QuantityField


class LineForm(forms.Form):
    """How much of one offer a household wants."""

    quantity = QuantityField(label=gettext_lazy("I want"))
    tolerance = QuantityField(
        label=gettext_lazy("and would also take up to"),
        help_text=gettext_lazy("Extra items you accept if they complete a pack."),
    )

    def __init__(self, data: Any = None, *, offer: Offer, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"offer-{offer.pk}", initial=initial)
        self.offer = offer
        if offer.pack_size == 1:
            # A pack of one needs nobody's help to fill.
            del self.fields["tolerance"]
