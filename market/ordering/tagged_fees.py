"""Which fees an order is charged: those for everybody, and those for the tags its household had when it ordered."""

from collections import defaultdict
from collections.abc import Sequence

from market.cycles.models import Fee, OrderCycle
from market.ordering.models import Order


def keep_tagged_fees(order: Order, fees: Sequence[Fee]) -> None:
    """Keep with an order that is placed which of its fees are for tags."""
    if any(fee.tag_id for fee in order.cycle.all_fees):
        order.tagged_fees.set([fee for fee in fees if fee.tag_id])


class FeesOfOrders:
    """The fees of every order of a cycle, looked up once for all."""

    def __init__(self, cycle: OrderCycle) -> None:
        self.fees = cycle.all_fees
        self.tagged = any(fee.tag_id for fee in self.fees)
        self.kept: dict[int, set[int]] = defaultdict(set)
        if self.tagged:
            through = Order.tagged_fees.through.objects.filter(order__cycle=cycle)
            for order_id, fee_id in through.values_list("order", "fee"):
                self.kept[order_id].add(fee_id)

    def of(self, order_id: int) -> list[Fee]:
        if not self.tagged:
            return self.fees
        return [fee for fee in self.fees if fee.tag_id is None or fee.pk in self.kept[order_id]]
