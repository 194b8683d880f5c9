"""The sheets of a distribution: who gets what, per household and per product."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from market.cycles.models import OrderCycle
from market.folding import in_order
from market.ordering.models import Order, OrderLine
from market.supply.models import SupplierOrder, SupplierOrderLine
from market.templatetags.market import quantity, weight_unit

ZERO = Decimal(0)


@dataclass
class Packed:
    """One thing to put into one bag."""

    line: OrderLine
    items: Decimal

    @property
    def weight(self) -> str:
        """Its true weight with the unit, where it was weighed."""
        delivered = getattr(self.line, "delivered", None)
        if delivered is None or delivered.weight is None:
            return ""
        return f"{quantity(delivered.weight)} {weight_unit(self.line.offer.unit)}"

    @property
    def paid(self) -> Decimal:
        """Items it is paid as: by true weight where it was weighed."""
        delivered = getattr(self.line, "delivered", None)
        return delivered.paid_items if delivered and delivered.weight is not None else self.items


@dataclass
class Bag:
    """Everything of one household."""

    order: Order
    rows: list[Packed] = field(default_factory=list)


def taken_home(line: OrderLine) -> Decimal:
    """Items of a line a household takes home: what came, or what the packs promise as long as nothing has come."""
    if delivered := getattr(line, "delivered", None):
        return delivered.quantity
    if hasattr(line.offer, "delivery_line") or not hasattr(line, "share"):
        return ZERO
    return line.share.result


def packed(cycles: Iterable[OrderCycle]) -> list[Packed]:
    """Everything households take home of these cycles, in one query."""
    lines = (
        OrderLine.objects.filter(order__cycle__in=[cycle.pk for cycle in cycles])
        .select_related("order__household", "offer__producer", "offer__delivery_line", "share", "delivered")
        .order_by("order__household__name", "offer__producer__name", "name", "pk")
    )
    return [Packed(line, items) for line in lines if (items := taken_home(line))]


def packing(cycle: OrderCycle) -> list[Bag]:
    """Lay out a cycle's goods per household, in two queries."""
    orders = Order.objects.filter(cycle=cycle).select_related("household", "slot__point")
    by_name = sorted(orders, key=lambda order: (in_order(str(order.household)), order.pk))
    bags = {order.pk: Bag(order) for order in by_name}
    for row in packed([cycle]):
        bags[row.line.order_id].rows.append(row)
    return list(bags.values())


def in_name_order(lines: Iterable[SupplierOrderLine]) -> list[SupplierOrderLine]:
    """The lines of a supplier order as everybody reads them, on the phone and on paper alike: by name."""
    return sorted(lines, key=lambda line: (in_order(line.offer.name), line.pk))


def supplier_order_rows(supplier_order: SupplierOrder) -> Iterable[list[str]]:
    """The lines of a supplier order as cells: number, product, packs, items in a pack, items."""
    for line in in_name_order(supplier_order.lines.select_related("offer__product")):
        yield [
            line.offer.product.sku,
            line.offer.name,
            str(line.packs),
            f"{line.offer.pack_size.normalize():f}",
            f"{line.quantity.normalize():f}",
            line.offer.unit_text,
        ]
