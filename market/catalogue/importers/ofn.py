"""Open Food Network's product list (comma-separated, one product per line).

`price` includes VAT and is per item; one item holds `units` of `unit_type` (g, kg, ml, …), or of what
`variant_unit_name` says when `unit_type` is empty. `on_demand` means without limit, else `on_hand` is in stock. A
display name tells variants of a product apart and is put behind the name. The list knows no packs, and names its tax
category without a percentage: the number in the name is taken if there is one.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from market.catalogue.importers.sheet import MOST_ITEMS, ProductRow, Record

LABEL = "Open Food Network"
REQUIRED = ("name", "price", "units")

# UN/ECE Rec 20 codes, https://unece.org/trade/uncefact/cl-recommendations (kl is a cubic metre).
UNITS = {
    "mg": "MGM", "g": "GRM", "kg": "KGM", "t": "TNE", "oz": "ONZ", "lb": "LBR",
    "ml": "MLT", "cl": "CLT", "dl": "DLT", "l": "LTR", "kl": "MTQ", "gal": "GLL",
}  # fmt: skip
YES = {"1", "true", "yes", "y", "x"}


def read_row(record: Record, default_vat: Decimal) -> ProductRow:
    name, shown = record.text("name", longest=120, required=True), record.text("display_name", longest=70)
    kind = record.text("unit_type").lower()
    if kind and kind not in UNITS:
        record.fault("unit_type", _("Write one of: %(units)s; or nothing.") % {"units": ", ".join(UNITS)}, "unit")
    amount = record.number("units", default=Decimal(1), most=MOST_ITEMS)
    if amount == 0 and not record.faults:
        record.fault("units", _("How much is in one item? Write more than zero."), "zero")
    word = kind or record.text("variant_unit_name", longest=40)
    on_demand = record.text("on_demand").lower() in YES
    stock = record.number("on_hand", default=Decimal(0), decimals=3, most=MOST_ITEMS)
    without_limit = on_demand or not record.text("on_hand")
    return ProductRow(
        line=record.line,
        sku=record.text("sku", longest=60),
        name=f"{name}, {shown}" if shown and shown != name else name,
        description=record.cells.get("description", "").strip(),
        category=record.text("category", longest=80),
        unit=UNITS.get(kind, "H87"),
        unit_amount=amount or Decimal(1),
        unit_text=f"{amount.normalize():f} {word}".strip() if word else "",
        price=record.number("price"),
        vat_percent=_vat(record.text("tax_category"), default_vat),
        manufacturer=record.text("producer", longest=120),
        available=True,
        stock=None if without_limit else stock,
    )


def _vat(category: str, default: Decimal) -> Decimal:
    match = re.search(r"([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s*%", category)
    return Decimal(match[1].replace(",", ".")) if match else default
