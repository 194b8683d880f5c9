"""What each household pays for what it really got (reads only; settling and its preview price orders here)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ledger import api as ledger
from market.cycles.models import Offer, OrderCycle
from market.money import split_exactly, to_minor
from market.ordering.closing import community_set_aside, last_placements
from market.ordering.costs import OrderCost, Wish, at_most, received_cost
from market.ordering.models import Order, OrderLine
from market.ordering.slots import point_of
from market.ordering.tagged_fees import FeesOfOrders
from market.supply.models import SupplierOrder

ZERO = Decimal(0)


class BillLine(NamedTuple):
    """An order line as it is paid: `came` items were handed out, of that true `weight` where it was weighed, and paid
    as so many `items`; of what it costs, `agreed` at most in community currency."""

    pk: int
    offer: Offer
    came: Decimal
    weight: Decimal | None
    items: Decimal
    agreed: int


@dataclass(frozen=True)
class Bill:
    """What one household pays for one order."""

    order: Order
    lines: list[BillLine]
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
    orders = list(Order.objects.filter(cycle=cycle).select_related("household", "cycle", "slot").order_by("pk"))
    offers = {offer.pk: offer for offer in cycle.offers.select_related("product")}
    lines = _lines(cycle, offers)
    fees = FeesOfOrders(cycle)
    units = units_set_aside(cycle)
    by_offer: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in lines.values():
        for line in row:
            by_offer[line.offer.pk][line.pk] = line.items
    amounts: dict[int, int] = {}
    for offer_id, weights in by_offer.items():
        total = to_minor(offers[offer_id].price.amount * sum(weights.values()))
        amounts.update(split_exactly(total, weights) if total else dict.fromkeys(weights, 0))
    transport = _transport(cycle, lines, amounts)
    terms = {offer.pk: Wish.of(offer, ZERO)[1:] for offer in offers.values()}
    result = []
    for order in orders:
        own = lines.get(order.pk, [])
        cost = received_cost(
            {line.pk: Wish(line.items, *terms[line.offer.pk]) for line in own},
            fees.of(order.pk),
            agreed=at_most(units.get(order.pk, 0), {line.pk: line.agreed for line in own}),
            amounts={line.pk: amounts[line.pk] for line in own},
            point_id=point_of(order.slot, cycle),
        )
        result.append(Bill(order, own, cost, transport.get(order.pk, {})))
    return result


def units_set_aside(cycle: OrderCycle) -> dict[int, int]:
    """Units of community currency that the last placement of every order holds, or held until it was settled."""
    if cycle.community_currency_id is None:
        return {}
    hold_of = {pk: row.community_hold_id for pk, row in last_placements(cycle).items() if row.community_hold_id}
    states = ledger.holds(hold_of.values())
    return {pk: states[hold_id].amount - states[hold_id].released for pk, hold_id in hold_of.items()}


def _lines(cycle: OrderCycle, offers: Mapping[int, Offer]) -> dict[int, list[BillLine]]:
    """Give the lines of every order of a cycle, by order, in one query."""
    prices = {pk: offer.price.amount for pk, offer in offers.items()}
    rows = OrderLine.objects.filter(order__cycle=cycle).order_by("order", "pk")
    lines: dict[int, list[BillLine]] = defaultdict(list)
    for pk, order_id, offer_id, community, allotted, came, weight in rows.values_list(
        "pk", "order", "offer", "community_minor", "share__result", "delivered__quantity", "delivered__weight"
    ):
        offer = offers[offer_id]
        items = ZERO if came is None else came if weight is None else weight / offer.unit_amount
        agreed = community and community_set_aside(offer, prices[offer_id], allotted or ZERO, community)
        lines[order_id].append(BillLine(pk, offer, came or ZERO, weight, items, agreed))
    return lines


def _transport(
    cycle: OrderCycle, lines: Mapping[int, list[BillLine]], amounts: Mapping[int, int]
) -> dict[int, dict[int, int]]:
    """Split what each producer asks for transport over the orders, by the value of their goods: order → producer →
    cents. Where nothing of a producer came, nobody pays its transport."""
    asked = dict(
        SupplierOrder.objects.filter(cycle=cycle, transport_minor__gt=0)
        .order_by("pk")
        .values_list("producer", "transport_minor")
    )
    if not asked:
        return {}
    shares: dict[int, dict[int, int]] = defaultdict(dict)
    goods: dict[int, dict[int, Decimal]] = {producer_id: defaultdict(Decimal) for producer_id in asked}
    for order_id, rows in lines.items():
        for line in rows:
            if line.offer.producer_id in goods:
                goods[line.offer.producer_id][order_id] += amounts[line.pk]
    for producer_id, minor in asked.items():
        if any(goods[producer_id].values()):
            for order_id, share in split_exactly(minor, goods[producer_id]).items():
                shares[order_id][producer_id] = share
    return shares
