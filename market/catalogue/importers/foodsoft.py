"""Foodsoft's article upload (semicolons, 18 columns, found by name or, in another language, by position).

Prices and deposits are net; VAT is in percent. An item is the least a household orders:

- *Group order unit* or *Price unit* is named: households order in group order units (else in whole supplier order
  units), and the price is for one price unit (else for one supplier order unit). A supplier order unit is named in its
  column, or freely in *Unit*. The ratios form a chain: “10 Piece, 2 x” is ten pieces of two x each, so twenty x; a
  comma or backslash inside a name has a backslash before it. Weights and volumes convert into each other. A pack is
  one supplier order unit. A crate of “8 Piece, 500 gram” for 12.00 has 8 items of 500 g at 1.50. Where households
  order in steps (*Group order granularity*, say 100 gram) that divide the pack, an item is one step: a price per gram
  would be rounded too coarsely.
- Neither is named: *Unit* says what one item is (“500 g”), the price is for that item, and the first ratio says how
  many come together (“20 Piece”). Lists that groups brought along from before version 5 look like this; Foodsoft's own
  test reads 500 g, 20, 1.20 from such a line, and 250 g, 40, 0.60 after a change of unit.

The deposit is for one supplier order unit, in the second case for one item. *Minimum order quantity* counts supplier
order units, that is packs. *Billing unit* is of no use here. An empty *avail.* means no. The list knows no stock and
no longer description.
Source: foodsoft `app/lib/foodsoft_file.rb`, `app/lib/articles_csv.rb`, `app/models/concerns/price_calculation.rb`
and `spec/integration/articles_spec.rb` (5.0).
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from market.catalogue.importers.rows import ProductRow
from market.catalogue.importers.sheet import HIGHEST_PRICE, MOST_ITEMS, Record
from market.catalogue.importers.units import PIECE, Measure, measure

LABEL = "Foodsoft"
REQUIRED = ("name", "price (net)", "vat", "ratios to supplier order unit")
NUMBER = "order number"
POSITIONS = (
    "avail.", "order number", "name", "supplier order unit", "unit", "ratios to supplier order unit",
    "minimum order quantity", "billing unit", "group order granularity", "group order unit", "price (net)",
    "price unit", "vat", "deposit", "note", "category", "origin", "manufacturer",
)  # fmt: skip
RATIOS = "ratios to supplier order unit"


def read_row(record: Record, default_vat: Decimal) -> ProductRow:
    vat = record.number("vat", default=default_vat, decimals=2, most=Decimal(100), percent=True)
    net, deposit = record.number("price (net)"), record.number("deposit", default=Decimal(0))
    step = record.number("group order granularity", default=Decimal(1), decimals=3, most=MOST_ITEMS)
    if step == 0 and not record.is_wrong("group order granularity"):
        record.fault("group order granularity", _("Write more than zero, or nothing."), "zero")
    minimum = record.number("minimum order quantity", default=Decimal(0), decimals=3, most=MOST_ITEMS)
    article = _Article(record)
    if article.by_item:
        words, pack = article.ordered, article.first_ratio
        price, with_deposit = net, deposit
        held = measure(words)
    else:
        words, pack = article.item, article.held_in_pack("group order unit")
        held = article.held_in_item(pack)
        if step not in {0, 1} and pack % step == 0:
            words, pack = f"{step.normalize():f} {words}", pack / step
            held = held and Measure(held.amount * step, held.unit)
        price, with_deposit = net * article.held_in_pack("price unit") / pack, deposit / pack
    if not 0 < pack <= MOST_ITEMS or pack != round(pack, 3):
        record.fault(RATIOS, _("A pack must hold a number of items with at most 3 decimals."), "pack")
    if held is None or held.amount > MOST_ITEMS or held.amount != round(held.amount, 4):
        held = Measure(Decimal(1), PIECE)
    if price > HIGHEST_PRICE:
        record.fault("price unit", _("At most %(most)s.") % {"most": HIGHEST_PRICE}, "too_large")
    return ProductRow(
        line=record.line,
        sku=record.text("order number", longest=60),
        name=record.text("name", required=True),
        category=record.text("category", longest=80),
        unit=held.unit,
        unit_amount=held.amount,
        unit_text=words,
        pack_size=pack,
        minimum_packs=int(minimum.to_integral_value("ROUND_CEILING")),
        price=gross(min(price, HIGHEST_PRICE), vat),
        vat_percent=vat,
        deposit=gross(min(with_deposit, HIGHEST_PRICE), vat),
        origin=record.text("origin", longest=120),
        manufacturer=record.text("manufacturer", longest=120),
        note=record.text("note"),
        available=record.yes("avail.", blank="avail." not in record.columns),
    )


class _Article:
    """How the units of one line hang together: what is ordered from the producer, and what of it is one item."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.ordered = record.text("supplier order unit", longest=48) or record.text("unit", longest=48)
        self.item = record.text("group order unit", longest=48) or self.ordered
        self.by_item = not any(
            record.text(column) for column in ("supplier order unit", "group order unit", "price unit")
        )
        self.ratios = _ratios(record)
        self.first_ratio = next(iter(self.ratios.values()), Decimal(1))

    def held_in_pack(self, column: str) -> Decimal:
        """Say how many of the unit named in a column make one supplier order unit."""
        name = self.record.text(column).lower()
        if not name or name == self.ordered.lower():
            return Decimal(1)
        if name in self.ratios:
            return self.ratios[name]
        if (one := measure(name)) and (held := self.weight_or_volume(one)):
            return held
        if not self.record.is_wrong(RATIOS):
            self.record.fault(column, _("The ratios must say how many of this make one supplier order unit."), "unit")
        return Decimal(1)

    def weight_or_volume(self, one: Measure) -> Decimal | None:
        """Say how many times a weight or volume is in one supplier order unit, if anything tells."""
        known = [(self.ordered, Decimal(1)), *self.ratios.items()]
        for name, number in known:
            if (other := measure(name)) and (times := other.times(one)):
                return number * times
        return None

    def held_in_item(self, pack: Decimal) -> Measure | None:
        """Say what one item weighs or holds: from its own name, else from the ratios."""
        if held := measure(self.item):
            return held
        for name, number in self.ratios.items():
            if (one := measure(name)) and pack:
                return Measure(one.amount * number / pack, one.unit)
        return None


def _ratios(record: Record) -> dict[str, Decimal]:
    """Read the chain “10 Piece, 2 x” as how many of each unit make one supplier order unit: 10 pieces, 20 x."""
    ratios: dict[str, Decimal] = {}
    total = Decimal(1)
    for part in re.split(r"(?<!\\),(?![0-9])", record.text(RATIOS, longest=500)):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*([0-9]{1,9}(?:[.,][0-9]{1,9})?)\s+(.+?)\s*", re.sub(r"\\([\\,])", r"\1", part))
        total *= Decimal(match[1].replace(",", ".")) if match else 0
        if match is None or not 0 < total <= MOST_ITEMS:
            record.fault(
                RATIOS, _("Write a number and a unit, for example “10 Piece”, several with commas between."), "ratio"
            )
            break
        ratios.setdefault(match[2].lower(), total)
    return ratios


def gross(net: Decimal, vat_percent: Decimal) -> Decimal:
    """Add VAT, to four decimals, halves up."""
    return (net * (1 + vat_percent / 100)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
