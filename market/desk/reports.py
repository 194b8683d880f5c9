"""The coordinator's board: where a cycle stands and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from market.cycles.models import OrderCycle
from market.ordering.models import Allocation, Order, OrderLine
from market.people.models import Enrolment, Household, Organisation
from market.supply.models import SupplierOrder


@dataclass(frozen=True)
class Task:
    """One step of the coordinator's week: `done`, `now` or `later`."""

    words: str
    status: str
    url_name: str = ""


@dataclass(frozen=True)
class Board:
    """A cycle in figures."""

    ordered: list[Household]
    silent: list[Household]
    producers: list[tuple[Organisation, int, int]]
    packs_full: int
    offers_ordered: int
    unpacked: int
    supplier_orders: Sequence[SupplierOrder]
    collected: int
    tasks: list[Task]

    @property
    def households(self) -> int:
        return len(self.ordered) + len(self.silent)


ORDER = [
    OrderCycle.State.DRAFT, OrderCycle.State.OPEN, OrderCycle.State.CLOSED, OrderCycle.State.ORDERED,
    OrderCycle.State.RECEIVED, OrderCycle.State.SETTLED,
]  # fmt: skip


def board(cycle: OrderCycle) -> Board:
    """Put a cycle's figures together, in a fixed number of queries."""
    orders = list(Order.objects.filter(cycle=cycle).select_related("household").order_by("household__name"))
    ordered = [order.household for order in orders]
    silent = list(
        Household.objects.filter(
            enrolments__group=cycle.organiser_id, enrolments__status=Enrolment.Status.JOINED
        ).exclude(pk__in=[household.pk for household in ordered])
    )
    sums = (
        OrderLine.objects.filter(order__cycle=cycle)
        .values("offer__producer")
        .annotate(most=Sum("most_minor"), lines=Count("pk"))
        .values_list("offer__producer", "most", "lines")
    )
    by_producer = {producer: (most, lines) for producer, most, lines in sums}
    producers = [
        (row, *by_producer.get(row.pk, (0, 0)))
        for row in Organisation.objects.filter(offers__cycle=cycle).distinct().order_by("name")
    ]
    packed = Allocation.objects.filter(offer__cycle=cycle).aggregate(
        full=Sum("packs"), offers=Count("pk"), empty=Count("pk", filter=Q(packs=0))
    )
    supplier_orders = list(
        SupplierOrder.objects.filter(cycle=cycle)
        .select_related("producer", "delivery")
        .annotate(value=Sum(F("lines__quantity") * F("lines__offer__price")))
    )
    return Board(
        ordered=ordered,
        silent=silent,
        producers=producers,
        packs_full=packed["full"] or 0,
        offers_ordered=packed["offers"],
        unpacked=packed["empty"],
        supplier_orders=supplier_orders,
        collected=sum(1 for order in orders if order.collected_at),
        tasks=tasks(cycle),
    )


def tasks(cycle: OrderCycle) -> list[Task]:
    """The steps of a cycle as a list to tick off."""
    if cycle.state == OrderCycle.State.CANCELLED:
        return []
    steps = [
        (_("Draft it and open it"), ""),
        (_("Households order; close it"), ""),
        (_("Order from the producers"), "market:supply:orders"),
        (_("Record what comes"), "market:supply:orders"),
        (_("Pack, hand out and settle"), "market:settlement:settle"),
    ]
    now = ORDER.index(OrderCycle.State(cycle.state))
    return [
        Task(words, "done" if place < now else "now" if place == now else "later", name)
        for place, (words, name) in enumerate(steps)
    ]
