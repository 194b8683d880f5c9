"""What each household pays for what it really got (reads only; settling and its preview price orders here)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from market.cycles.models import OrderCycle
from market.money import split_exactly, to_minor
from market.ordering.closing import community_set_aside
from market.ordering.costs import OrderCost, Wish, received_cost
from market.ordering.models import Order, OrderLine
from market.ordering.slots import point_of
from market.supply.models import SupplierOrder


@dataclass(frozen=True)
class Bill:
    """What one household pays for one order."""

    order: Order
    lines: list[OrderLine]
    items: dict[int, Decimal]
    cost: OrderCost
    transport: dict[int, int]  # cents by producer

    @property
    def transport_total(self) -> int:
        return sum(self.transport.values())

    @property
    def euros(self) -> int:
        """What the household pays in euros: goods and fees less community currency, and its share of the transport."""
        return self.cost.euros + self.transport_total


def bills(cycle: OrderCycle) -> list[Bill]:
    """Price every order of a cycle for the items its household really takes home, by true weight where it was weighed.

    The cents of one offer add up exactly to its price times all items handed out (largest remainder, ties to the
    earlier order line); what a producer asks for transport is split exactly over the orders with goods of it, by
    their value.
    """
    orders = list(
        Order.objects.filter(cycle=cycle)
        .select_related("household", "cycle", "slot")
        .prefetch_related("lines__offer__product", "lines__share", "lines__delivered", "placements")
        .order_by("pk")
    )
    fees = list(cycle.fees.all())
    items: dict[int, Decimal] = {}
    by_offer: dict[int, list[OrderLine]] = defaultdict(list)
    for order in orders:
        for line in order.lines.all():
            delivered = getattr(line, "delivered", None)
            items[line.pk] = delivered.paid_items if delivered else Decimal(0)
            by_offer[line.offer_id].append(line)
    amounts: dict[int, int] = {}
    for lines in by_offer.values():
        weights = {line.pk: items[line.pk] for line in lines}
        total = to_minor(lines[0].price.amount * sum(weights.values()))
        amounts.update(split_exactly(total, weights) if total else dict.fromkeys(weights, 0))
    transport = _transport(cycle, orders, amounts)
    result = []
    for order in orders:
        lines = list(order.lines.all())
        cost = received_cost(
            {line.pk: Wish.of(line.offer, items[line.pk], price=line.price.amount) for line in lines},
            fees,
            agreed={line.pk: community_set_aside(line) for line in lines},
            amounts={line.pk: amounts[line.pk] for line in lines},
            point_id=point_of(order.slot, cycle),
        )
        result.append(Bill(order, lines, items, cost, transport[order.pk]))
    return result


def _transport(cycle: OrderCycle, orders: list[Order], amounts: dict[int, int]) -> dict[int, dict[int, int]]:
    """Split what each producer asks for transport over the orders, by the value of their goods: order → producer →
    cents. Where nothing of a producer came, nobody pays its transport."""
    shares: dict[int, dict[int, int]] = {order.pk: {} for order in orders}
    asked = dict(
        SupplierOrder.objects.filter(cycle=cycle, transport_minor__gt=0)
        .order_by("pk")
        .values_list("producer", "transport_minor")
    )
    goods: dict[int, dict[int, Decimal]] = {producer_id: defaultdict(Decimal) for producer_id in asked}
    for order in orders:
        for line in order.lines.all():
            if line.offer.producer_id in goods:
                goods[line.offer.producer_id][order.pk] += amounts[line.pk]
    for producer_id, minor in asked.items():
        if any(goods[producer_id].values()):
            for order_id, share in split_exactly(minor, goods[producer_id]).items():
                shares[order_id][producer_id] = share
    return shares
