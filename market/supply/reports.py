"""The sheets of a distribution: who gets what, per household and per product."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from market.cycles.models import Offer, OrderCycle
from market.ordering.models import Order, OrderLine
from market.supply.models import SupplierOrder

ZERO = Decimal(0)


@dataclass
class Packed:
    """One thing to put into one bag."""

    line: OrderLine
    items: Decimal


@dataclass
class Bag:
    """Everything of one household."""

    order: Order
    rows: list[Packed] = field(default_factory=list)


@dataclass
class Crate:
    """Everything of one product."""

    offer: Offer
    rows: list[Packed] = field(default_factory=list)

    @property
    def items(self) -> Decimal:
        return sum((row.items for row in self.rows), ZERO)


def taken_home(line: OrderLine) -> Decimal:
    """Items of a line a household takes home: what came, or what the packs promise as long as nothing has come."""
    if delivered := getattr(line, "delivered", None):
        return delivered.quantity
    if hasattr(line.offer, "delivery_line") or not hasattr(line, "share"):
        return ZERO
    return line.share.result


def packing(cycle: OrderCycle) -> tuple[list[Bag], list[Crate]]:
    """Lay out a cycle's goods per household and per product, in one query."""
    lines = (
        OrderLine.objects.filter(order__cycle=cycle)
        .select_related("order__household", "offer__producer", "offer__delivery_line", "share", "delivered")
        .order_by("order__household__name", "offer__producer__name", "name", "pk")
    )
    bags: dict[int, Bag] = {}
    crates: dict[int, Crate] = {}
    for line in lines:
        bag = bags.setdefault(line.order_id, Bag(line.order))
        items = taken_home(line)
        if not items:
            continue
        row = Packed(line, items)
        bag.rows.append(row)
        crates.setdefault(line.offer_id, Crate(line.offer)).rows.append(row)
    return list(bags.values()), sorted(crates.values(), key=lambda crate: (str(crate.offer.producer), crate.offer.name))


def supplier_order_rows(supplier_order: SupplierOrder) -> Iterable[list[str]]:
    """The lines of a supplier order as cells: number, product, packs, items in a pack, items."""
    for line in supplier_order.lines.select_related("offer__product"):
        yield [
            line.offer.product.sku,
            line.offer.name,
            str(line.packs),
            f"{line.offer.pack_size.normalize():f}",
            f"{line.quantity.normalize():f}",
            line.offer.unit_text,
        ]
