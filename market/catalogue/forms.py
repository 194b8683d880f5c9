"""Uploading a price list, and products by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from djmoney.forms.widgets import MoneyWidget

from market.catalogue.importers import FORMATS
from market.catalogue.models import Allergen, Product


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Price list"),
        help_text=gettext_lazy("A CSV file, as your spreadsheet saves it. You see what changes before anything does."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Layout"), choices=[(name, module.LABEL) for name, module in FORMATS.items()]
    )


class HiddenCurrency(forms.HiddenInput):
    """Carries the currency along, without the attributes of a field that somebody fills in."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, {"id": (attrs or {}).get("id")})


class ProductForm(forms.ModelForm):
    """A product by hand; its price is in euros, so nobody is asked for a currency."""

    allergens = forms.MultipleChoiceField(
        label=gettext_lazy("Allergens"),
        choices=Allergen.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whoever buys must be able to read them before the order."),
    )

    class Meta:
        model = Product
        fields = ["name", "sku", "description", "category", "price", "vat_percent", "unit_text", "unit_amount", "unit",
                  "weight", "weighed", "pack_size", "minimum_packs", "community_share", "origin",
                  "ingredients", "allergens", "available"]  # fmt: skip
        widgets = {
            "price": MoneyWidget(
                default_currency="EUR",
                amount_widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
                currency_widget=HiddenCurrency(),
            )
        }
        help_texts = {
            "pack_size": gettext_lazy("How many items come together; 1 if each comes alone."),
            "unit_text": gettext_lazy("For example: 500 g, a jar, a bunch."),
            "unit": gettext_lazy("KGM kilogram, GRM gram, LTR litre, MLT millilitre, H87 piece."),
            "price": gettext_lazy("In euros."),
            "community_share": gettext_lazy("How much of the price you take in community currency."),
        }
