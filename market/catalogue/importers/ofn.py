"""Open Food Network's product list (comma-separated, one product per line).

`price` includes VAT and is per item; one item holds `units` of `unit_type` (g, kg, ml, …), or of what
`variant_unit_name` says when `unit_type` is empty. `on_demand` 1 means without limit, else `on_hand` is in stock; “-”
counts as empty. A display name tells variants of a product apart and is put behind the name. The list knows no packs,
minimums, deposits or origins; `producer` becomes who made it. It names its tax category without a percentage: the
number in the name is taken if there is one. Source: openfoodnetwork `app/models/product_import/entry_validator.rb`
and `unit_converter.rb` (2025), whose gallon is the imperial one.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from market.catalogue.importers.rows import ProductRow
from market.catalogue.importers.sheet import MOST_ITEMS, Record
from market.catalogue.importers.units import PIECE

LABEL = "Open Food Network"
REQUIRED = ("name", "price", "units")
NUMBER = "sku"
POSITIONS: tuple[str, ...] = ()  # columns are found by name only

# https://unece.org/trade/uncefact/cl-recommendations (kl is a cubic metre).
UNITS = {
    "mg": "MGM", "g": "GRM", "kg": "KGM", "t": "TNE", "oz": "ONZ", "lb": "LBR",
    "ml": "MLT", "cl": "CLT", "dl": "DLT", "l": "LTR", "kl": "MTQ", "gal": "GLI",
}  # fmt: skip


def read_row(record: Record, default_vat: Decimal) -> ProductRow:
    name, shown = record.text("name", longest=120, required=True), record.text("display_name", longest=70)
    kind = record.text("unit_type").lower()
    if kind and kind not in UNITS:
        record.fault("unit_type", _("Write one of: %(units)s; or nothing.") % {"units": ", ".join(UNITS)}, "unit")
    word = kind or record.text("variant_unit_name", longest=40)
    amount = record.number("units", default=None if kind else Decimal(1), most=MOST_ITEMS)
    if amount == 0 and not record.is_wrong("units"):
        record.fault("units", _("How much is in one item? Write more than zero."), "zero")
    if amount not in {0, 1} and not word:
        record.fault("unit_type", _("Of what? Write a unit here, or a word in variant_unit_name."), "unit")
    without_limit = record.yes("on_demand", blank=False) or record.is_blank("on_hand")
    return ProductRow(
        line=record.line,
        sku=record.text("sku", longest=60),
        name=f"{name}, {shown}" if shown and shown != name else name,
        description=record.cells.get("description", "").strip(),
        category=record.text("category", longest=80),
        unit=UNITS.get(kind, PIECE),
        unit_amount=amount or Decimal(1),
        unit_text=f"{amount.normalize():f} {word}" if word else "",
        price=record.number("price"),
        vat_percent=_vat(record.text("tax_category"), default_vat),
        manufacturer=record.text("producer", longest=120),
        available=True,
        stock=None if without_limit else record.number("on_hand", decimals=3, most=MOST_ITEMS),
    )


def _vat(category: str, default: Decimal) -> Decimal:
    """Find the percentage in “Reduced 5.5%”, “IVA 10” or “21”; a number that may mean anything else is left alone."""
    number = r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,2})?)"
    patterns = (rf"{number}\s*%", rf"\b(?:vat|tva|iva|btw|mwst)\s*{number}(?![0-9.,])", rf"^{number}$")
    for pattern in patterns:
        if match := re.search(pattern, category, re.IGNORECASE):
            return Decimal(match[1].replace(",", "."))
    return default
