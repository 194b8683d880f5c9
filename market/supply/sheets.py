"""The sheets of a pick-up day: read once, in a fixed number of queries, and laid out as tables."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Offer, OrderCycle
from market.folding import in_order
from market.money import to_minor
from market.ordering.models import Order
from market.people.models import Organisation
from market.supply.models import SupplierOrder, SupplierOrderLine
from market.supply.reports import Packed, in_name_order, packed
from market.tables import Column, Group, Table, and_together
from market.templatetags.market import quantity

ZERO = Decimal(0)


def cycles_of_day(organiser: Organisation, day: date) -> list[OrderCycle]:
    """The cycles an organiser hands out on one day of the market's clock, once there is something to hand out."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    states = OrderCycle.State
    return list(
        OrderCycle.objects.filter(
            organiser=organiser,
            distribution_at__gte=start,
            distribution_at__lt=timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time())),
            state__in=[states.CLOSED, states.ORDERED, states.RECEIVED, states.SETTLED],
        )
        .select_related("organiser", "pickup_point")
        .order_by("distribution_at", "pk")
    )


@dataclass
class PickupDay:
    """Everything that is handed out on one day, over all its cycles."""

    organiser: Organisation
    day: date
    cycles: Sequence[OrderCycle]

    @cached_property
    def rows(self) -> list[Packed]:
        return packed(self.cycles)

    @cached_property
    def orders(self) -> dict[int, list[Order]]:
        """Orders by household, in the order of the households' names; a household may have one in every cycle."""
        orders = list(Order.objects.filter(cycle__in=self.cycles).select_related("household", "slot__point"))
        found: dict[int, list[Order]] = defaultdict(list)
        for order in sorted(orders, key=lambda row: (in_order(str(row.household)), row.household_id, row.pk)):
            found[order.household_id].append(order)
        return found

    @cached_property
    def supplier_orders(self) -> list[SupplierOrder]:
        orders = SupplierOrder.objects.filter(cycle__in=self.cycles).select_related("producer", "cycle")
        return list(
            orders.prefetch_related("lines__offer__product", "lines__offer__delivery_line").order_by(
                "producer__name", "cycle_id", "pk"
            )
        )

    def heading(self, order: SupplierOrder) -> str:
        """Name the producer of an order, and the cycle where it has more than one order on this day."""
        several = sum(1 for row in self.supplier_orders if row.producer_id == order.producer_id) > 1
        return f"{order.producer} · {order.cycle.name}" if several else str(order.producer)

    @cached_property
    def owed(self) -> dict[int, int]:
        codes = {bookkeeping.household_due(pk): pk for pk in self.orders}
        return {codes[code]: -balance for code, balance in ledger.balances(codes).items()}

    @cached_property
    def by_household(self) -> dict[int, list[Packed]]:
        found: dict[int, list[Packed]] = {pk: [] for pk in self.orders}
        for row in self.rows:
            found[row.line.order.household_id].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (in_order(str(row.line.offer.producer)), in_order(_named(row))))
        return found

    @cached_property
    def by_product(self) -> list[tuple[str, str, list[Packed]]]:
        """Goods by producer and name of the product, over all cycles: (producer, product, rows by household)."""
        found: dict[tuple[str, str, int], list[Packed]] = defaultdict(list)
        for rows in self.by_household.values():
            for row in rows:
                offer = row.line.offer
                found[str(offer.producer), _named(row), offer.product_id].append(row)
        ordered = sorted(found, key=lambda key: (in_order(key[0]), in_order(key[1]), key[2]))
        return [(producer, product, found[producer, product, pk]) for producer, product, pk in ordered]

    def title_of(self, household: int) -> str:
        orders = self.orders[household]
        slots = [str(order.slot) for order in orders if order.slot]
        return " · ".join([str(orders[0].household), *(order.reference for order in orders), *slots])

    @property
    def headline(self) -> str:
        places = {str(cycle.pickup_point) for cycle in self.cycles if cycle.pickup_point}
        when = timezone.localtime(self.cycles[0].distribution_at).strftime("%d/%m/%Y") if self.cycles else ""
        return " · ".join([str(self.organiser), when, *sorted(places)])


def _titled(name: str, offer: Offer) -> str:
    return f"{name} · {offer.unit_text}" if offer.unit_text else name


def _named(row: Packed) -> str:
    return _titled(row.line.name, row.line.offer)


def _into_one(rows: Sequence[Packed]) -> list[list[Packed]]:
    """Put together what one household gets of one product in several cycles: it is taken from one heap, in one go.

    What is weighed stays apart, as every bag has its own weight.
    """
    found: dict[tuple[Any, ...], list[Packed]] = defaultdict(list)
    for row in rows:
        bag = row.line.pk if row.line.offer.weighed else None
        found[row.line.order.household_id, row.line.offer.product_id, _named(row), bag].append(row)
    return list(found.values())


def _items(rows: Sequence[Packed]) -> Decimal:
    return sum((row.items for row in rows), ZERO)


def household_sheets(day: PickupDay) -> Table:
    """What goes into each household's crate."""
    weighed = any(row.weight for row in day.rows)
    columns = [Column("☐", "tick"), Column(_("Items"), "quantity"), Column(_("Product")), Column(_("Producer"))]
    columns += [Column(_("Weight"))] if weighed else []
    groups = []
    for household, rows in day.by_household.items():
        cells = [
            [
                "",
                _items(same),
                _named(same[0]),
                str(same[0].line.offer.producer),
                *([same[0].weight] if weighed else []),
            ]
            for same in _into_one(rows)
        ]
        nothing = "" if cells else _("Nothing came for this household.")
        groups.append(Group(cells, day.title_of(household), nothing, key=f"h{household}"))
    title = f"{_('Packing list per household')} · {day.headline}"
    return Table("household", title, columns, groups, grouped_by=_("Household"))


def product_sheets(day: PickupDay) -> Table:
    """Who gets how much of each product."""
    weighed = any(row.weight for row in day.rows)
    columns = [Column("☐", "tick"), Column(_("Items"), "quantity"), Column(_("Household")), Column(_("Code"))]
    columns += [Column(_("Weight"))] if weighed else []
    groups = []
    for producer, product, rows in day.by_product:
        cells = [
            ["", _items(same), str(same[0].line.order.household), " ".join(row.line.order.reference for row in same),
             *([same[0].weight] if weighed else [])]
            for same in _into_one(rows)
        ]  # fmt: skip
        key = f"p{min(row.line.offer_id for row in rows)}"
        groups.append(Group(cells, f"{product}: {quantity(_items(rows))} · {producer}", key=key))
    title = f"{_('Packing list per product')} · {day.headline}"
    return Table("product", title, columns, groups, grouped_by=_("Product"))


def matrix(day: PickupDay) -> Table:
    """Products down, households across."""
    households = list(day.by_household)
    columns = [Column(_("Product"))]
    columns += [Column(str(day.orders[pk][0].household), "quantity") for pk in households]
    rows = []
    for _producer, product, packed_rows in day.by_product:
        items: dict[int, Decimal] = defaultdict(Decimal)
        for row in packed_rows:
            items[row.line.order.household_id] += row.items
        cells = [items.get(pk) for pk in households]
        rows.append([product, *cells, sum(items.values(), ZERO)])
    title = f"{_('Products by household')} · {day.headline}"
    return Table("matrix", title, [*columns, Column(_("Sum"), "quantity")], [Group(rows)] if rows else [])


def labels(day: PickupDay) -> Table:
    """A label for each household's crate."""
    columns = [Column(_("Household")), Column(_("Code")), Column(_("Items"), "quantity"), Column(_("Day"), "day")]
    groups = [
        Group(
            [[str(orders[0].household), " ".join(order.reference for order in orders),
              sum((row.items for row in day.by_household[household]), ZERO), day.day]],
            key=f"h{household}",
        )
        for household, orders in day.orders.items()
    ]  # fmt: skip
    return Table("labels", f"{_('Labels')} · {day.headline}", columns, groups)


def cash_list(day: PickupDay) -> Table:
    """Who has come, what is owed, what was paid at the table, with room to sign."""
    columns = [
        Column(_("Household")), Column(_("Code")), Column(_("Goods"), "money"), Column(_("Still owed"), "money"),
        Column(_("Cash paid"), "blank"), Column(_("Signature"), "blank"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for household, orders in day.orders.items():
        goods = sum(to_minor(row.line.price.amount * row.paid) for row in day.by_household[household])
        codes = " ".join(order.reference for order in orders)
        rows.append([str(orders[0].household), codes, goods, day.owed.get(household) or None, None, None])
    total = [_("in all"), "", sum(row[2] for row in rows), sum(row[3] or 0 for row in rows), None, None]
    groups = [Group(rows, total=total)] if rows else []
    return Table("cash", f"{_('Signatures and cash')} · {day.headline}", columns, groups, room=2)


def order_sheets(day: PickupDay) -> Table:
    """What each producer was asked to bring."""
    lines = [line for order in day.supplier_orders for line in order.lines.all()]
    numbered = any(line.offer.product.sku for line in lines)
    columns = [Column("☐", "tick"), Column(_("Product")), *([Column(_("Number"))] if numbered else []),
               Column(_("Packs"), "quantity"), Column(_("In a pack"), "quantity"), Column(_("Items"), "quantity"),
               Column(_("Confirmed"), "quantity")]  # fmt: skip
    groups = [
        Group(
            [["", _titled(line.offer.name, line.offer), *([line.offer.product.sku] if numbered else []),
              *_in_packs(line), line.quantity, line.confirmed] for line in in_name_order(order.lines.all())],
            f"{day.heading(order)}{f' · {order.producer.phone}' if order.producer.phone else ''}",
            order.remark,
            key=f"s{order.pk}",
        )
        for order in day.supplier_orders
    ]  # fmt: skip
    title = f"{_('Supplier orders')} · {day.headline}"
    return Table("orders", title, columns, groups, grouped_by=_("Producer"))


def comparison(day: PickupDay) -> Table:
    """What came beside what was ordered and confirmed, and what the difference is worth."""
    columns = [Column(_("Product")), Column(_("Ordered"), "quantity"), Column(_("Confirmed"), "quantity"),
               Column(_("Came"), "quantity"), Column(_("Difference"), "quantity"), Column(_("Worth"), "money"),
               Column(_("Into stock"), "quantity"), Column(_("Left over"), "quantity")]  # fmt: skip
    groups = []
    for order in day.supplier_orders:
        rows = [_compared(line) for line in in_name_order(order.lines.all())]
        worth = sum(row[5] or 0 for row in rows)
        groups.append(
            Group(rows, day.heading(order), order.remark, key=f"s{order.pk}",
                  total=[_("in all"), None, None, None, None, worth, None, None])
        )  # fmt: skip
    title = f"{_('Deliveries compared')} · {day.headline}"
    return Table("comparison", title, columns, and_together(groups, _("All producers")), grouped_by=_("Producer"))


def _in_packs(line: SupplierOrderLine) -> list[Decimal | None]:
    """How many packs, and of how many items; nothing for what comes one by one."""
    return [None, None] if line.offer.pack_size == 1 else [Decimal(line.packs), line.offer.pack_size]


def _compared(line: SupplierOrderLine) -> list[Any]:
    came, name = getattr(line.offer, "delivery_line", None), _titled(line.offer.name, line.offer)
    if came is None:
        return [name, line.quantity, line.confirmed, None, None, None, None, None]
    more = came.received - line.quantity
    worth = to_minor(line.offer.price.amount * more)
    return [name, line.quantity, line.confirmed, came.received, more or None, worth or None,
            came.stock or None, came.leftover or None]  # fmt: skip


# Every sheet by its short name, in the order in which they are printed.
SHEETS: dict[str, Callable[[PickupDay], Table]] = {
    "household": household_sheets,
    "product": product_sheets,
    "matrix": matrix,
    "labels": labels,
    "cash": cash_list,
    "orders": order_sheets,
    "comparison": comparison,
}
