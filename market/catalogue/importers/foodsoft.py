"""Foodsoft's article upload (semicolons, 18 columns).

Prices and deposits are net; VAT is in percent. Two ways of describing a product occur in real files:

- *Unit* says what one item is ("500 g") and the first ratio how many come in a pack ("20 Piece"). The price is then
  that of one item, as in the files groups carried over from earlier versions; read as the price of the whole pack,
  ten kilograms of tomatoes would cost 1.20.
- *Supplier order unit* names what is ordered ("Crate", "Kilogram"). The price is for one *Price unit*, or for one
  supplier order unit if none is named; households order in *Group order units*, of which the ratios say how many make
  one supplier order unit ("10 Piece, 2 x": ten pieces, or two x; a comma inside a name is written with a backslash).

*Minimum order quantity* counts supplier order units, that is packs.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from market.catalogue.importers.sheet import MOST_ITEMS, ProductRow, Record, gross

LABEL = "Foodsoft"
REQUIRED = ("name", "price (net)", "vat")

UNITS = {
    "g": "GRM", "gr": "GRM", "gram": "GRM", "kg": "KGM", "kilogram": "KGM", "l": "LTR", "liter": "LTR", "litre": "LTR",
    "ml": "MLT", "milliliter": "MLT", "millilitre": "MLT", "cl": "CLT", "dl": "DLT", "mg": "MGM", "t": "TNE",
}  # fmt: skip
NO = {"no", "n", "0", "false", "nein", "nee", "non"}


def read_row(record: Record, default_vat: Decimal) -> ProductRow:
    vat = record.number("vat", default=default_vat, decimals=2, most=Decimal(100))
    ratios = _ratios(record)
    text, ordered_in = record.text("unit", longest=60), record.text("supplier order unit", longest=60)
    if text:
        items_in_pack, per_item, words = next(iter(ratios.values()), Decimal(1)), Decimal(1), text
    else:
        group_unit = record.text("group order unit").lower()
        price_unit = record.text("price unit").lower()
        items_in_pack = ratios.get(group_unit, Decimal(1))
        # One price unit is 1/ratio of a supplier order unit; an item is 1/items_in_pack of it.
        per_item = items_in_pack / ratios.get(price_unit, Decimal(1))
        words = record.text("group order unit", longest=60) or ordered_in
    amount, unit = _measure(words)
    net, deposit = record.number("price (net)"), record.number("deposit", default=Decimal(0))
    minimum = record.number("minimum order quantity", default=Decimal(0), decimals=3, most=MOST_ITEMS)
    step = record.number("group order granularity", default=Decimal(1), decimals=3, most=MOST_ITEMS)
    if step == 0 and not record.faults:
        record.fault("group order granularity", _("Write more than zero, or nothing."), "zero")
    return ProductRow(
        line=record.line,
        sku=record.text("order number", longest=60),
        name=record.text("name", required=True),
        category=record.text("category", longest=80),
        unit=unit,
        unit_amount=amount,
        unit_text=words,
        pack_size=items_in_pack,
        minimum_packs=int(minimum.to_integral_value("ROUND_CEILING")),
        price=_rounded(gross(net, vat) / per_item),
        vat_percent=vat,
        deposit=_rounded(gross(deposit, vat) / per_item),
        origin=record.text("origin", longest=120),
        manufacturer=record.text("manufacturer", longest=120),
        note=record.text("note"),
        available=record.text("avail.").lower() not in NO,
    )


def _ratios(record: Record) -> dict[str, Decimal]:
    """Read "10 Piece, 2 x" as how many of each unit make one supplier order unit."""
    ratios: dict[str, Decimal] = {}
    for part in re.split(r"(?<!\\),", record.text("ratios to supplier order unit")):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*([0-9]+(?:[.,][0-9]+)?)\s+(.+?)\s*", part.replace("\\,", ","))
        number = Decimal(match[1].replace(",", ".")) if match else Decimal(0)
        if match is None or not 0 < number <= MOST_ITEMS or number != round(number, 3):
            record.fault(
                "ratios to supplier order unit",
                _("Write a number and a unit, for example “10 Piece”, several with commas between."),
                "ratio",
            )
            continue
        ratios[match[2].lower()] = number
    return ratios


def _measure(words: str) -> tuple[Decimal, str]:
    """Read "500 g", "4x250ml" or "kg" as an amount and a UN/ECE Rec 20 unit; a piece if it is neither."""
    pattern = r"(?:([0-9]+)\s*[x×]\s*)?([0-9]+(?:[.,][0-9]+)?)?\s*([a-z]+)\.?"
    match = re.fullmatch(pattern, words.strip().lower())
    if match is None or match[3] not in UNITS:
        return Decimal(1), "H87"
    amount = Decimal((match[2] or "1").replace(",", ".")) * int(match[1] or 1)
    if not 0 < amount <= MOST_ITEMS or amount != round(amount, 4):
        return Decimal(1), "H87"
    return amount, UNITS[match[3]]


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.0001"), ROUND_HALF_UP)
