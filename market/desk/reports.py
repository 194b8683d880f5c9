"""The coordinator's board: where a cycle stands and what comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from market.cycles.audience import invited
from market.cycles.models import CycleStep, Offer, OrderCycle, SupplierTerms
from market.money import to_minor
from market.ordering.closing import CLOSED
from market.ordering.models import Allocation, Order
from market.ordering.progress import SupplierProgress, pack_progress, supplier_progress
from market.people.models import Household, Organisation
from market.supply.models import SupplierOrder

State = OrderCycle.State


@dataclass(frozen=True)
class Task:
    """One step of the coordinator's week: `done`, `now` or `later`; how far it is, and who did it when."""

    words: str
    status: str
    url_name: str = ""
    count: tuple[int, int] | None = None
    step: CycleStep | None = None


@dataclass(frozen=True)
class ProducerRow:
    """What the households want of one producer in cents, how far that is from its minimum, and its supplier order."""

    producer: Organisation
    wanted_minor: int
    minimum: SupplierProgress | None
    terms: SupplierTerms | None
    order: SupplierOrder | None
    silent: bool


@dataclass(frozen=True)
class Packs:
    """Packs of a cycle: full ones, products whose open pack waits for more, and products that nobody gets.

    What comes one by one is no pack, but counts among the products that nobody gets.
    """

    full: int
    waiting: int
    empty: int


@dataclass(frozen=True)
class Board:
    """A cycle in figures."""

    ordered: list[Household]
    silent: list[Household]
    producers: list[ProducerRow]
    offers: int
    packs: Packs
    supplier_orders: Sequence[SupplierOrder]
    ordered_minor: int  # from all producers, in cents
    collected: int
    tasks: list[Task]

    @property
    def households(self) -> int:
        return len(self.ordered) + len(self.silent)

    @property
    def wanted_minor(self) -> int:
        return sum(row.wanted_minor for row in self.producers)


def board(cycle: OrderCycle, steps: Sequence[CycleStep], *, at: datetime) -> Board:
    """Put a cycle's figures at a moment together, in a fixed number of queries."""
    orders = list(
        Order.objects.filter(cycle=cycle, lines__isnull=False)
        .select_related("household")
        .order_by("household__name")
        .distinct()
    )
    ordered = [order.household for order in orders]
    had = {household.pk for household in ordered}
    silent = [household for household in invited(cycle).order_by("name", "pk") if household.pk not in had]
    offers = list(cycle.offers.select_related("producer"))
    supplier_orders = list(
        SupplierOrder.objects.filter(cycle=cycle)
        .select_related("cycle", "producer", "delivery")
        .annotate(value=Sum(F("lines__quantity") * F("lines__offer__price")))
        .order_by("producer__name")
    )
    collected = sum(1 for order in orders if order.collected_at)
    return Board(
        ordered=ordered,
        silent=silent,
        producers=_producers(cycle, offers, supplier_orders, at),
        offers=len(offers),
        packs=_packs(cycle, offers),
        supplier_orders=supplier_orders,
        ordered_minor=to_minor(sum((row.value for row in supplier_orders if row.value), Decimal(0))),
        collected=collected,
        tasks=tasks(cycle, steps, (len(orders), len(orders) + len(silent)), supplier_orders, collected),
    )


def _producers(
    cycle: OrderCycle, offers: Sequence[Offer], supplier_orders: Sequence[SupplierOrder], at: datetime
) -> list[ProducerRow]:
    minimums = supplier_progress(cycle, offers)
    orders = {row.producer_id: row for row in supplier_orders}
    wanted: Counter[int] = Counter()
    producers: dict[int, Organisation] = {}
    for offer in offers:
        producers[offer.producer_id] = offer.producer
        if offer.wanted:
            wanted[offer.producer_id] += to_minor(offer.price.amount * offer.wanted)
    return [
        ProducerRow(
            producer=producer,
            wanted_minor=wanted[pk],
            minimum=minimums.get(pk),
            terms=minimums[pk].terms if pk in minimums else None,
            order=orders.get(pk),
            silent=pk in orders and orders[pk].is_silent_at(at),
        )
        for pk, producer in sorted(producers.items(), key=lambda item: item[1].name)
    ]


def _packs(cycle: OrderCycle, offers: Sequence[Offer]) -> Packs:
    if cycle.state in CLOSED:
        counts = Allocation.objects.filter(offer__cycle=cycle).values_list("packs", "offer__pack_size")
        return Packs(
            sum(packs for packs, size in counts if size != 1), 0, sum(1 for packs, _size in counts if not packs)
        )
    bars = pack_progress(cycle, offers=[offer for offer in offers if offer.wanted]).values()
    return Packs(
        sum(bar.packs for bar in bars if bar.pack_size != 1),
        sum(1 for bar in bars if bar.open),
        sum(1 for bar in bars if not bar.packs),
    )


def tasks(
    cycle: OrderCycle,
    steps: Sequence[CycleStep],
    ordered: tuple[int, int],
    supplier_orders: Sequence[SupplierOrder],
    collected: int,
) -> list[Task]:
    """The steps of a cycle as a list to tick off, with who did them."""
    if cycle.state == State.CANCELLED:
        return []
    state, total = State(cycle.state), len(supplier_orders)
    passed = STATES[: STATES.index(state) + 1]
    sent = sum(1 for row in supplier_orders if row.sent_at)
    came = sum(1 for row in supplier_orders if hasattr(row, "delivery"))
    # Whose goods have come needs to answer no more.
    answered = sum(1 for row in supplier_orders if row.answer != SupplierOrder.Answer.NONE or hasattr(row, "delivery"))
    who: Mapping[str, CycleStep] = {step.state: step for step in steps if not step.reason}
    plan = [
        (_("Draft it and open it"), State.OPEN, "", None),
        (_("Households order"), State.COMPLETING, "market:ordering:progress", ordered),
        (_("Packs are completed"), State.CLOSED, "market:ordering:progress", None),
        (_("Order from the producers"), State.ORDERED, "market:supply:orders", (sent, total)),
        (_("Producers answer"), State.RECEIVED, "market:supply:orders", (answered, total)),
        (_("Record what comes"), State.RECEIVED, "market:supply:orders", (came, total)),
        (_("Pack and hand out"), State.SETTLED, "market:supply:pickup", (collected, ordered[0])),
        (_("Settle"), State.SETTLED, "market:settlement:settle", None),
    ]
    result = []
    current = True
    for words, ends_in, url_name, count in plan:
        if ends_in == State.CLOSED and cycle.completes_at is None and state != State.COMPLETING:
            continue
        if ends_in == State.COMPLETING and cycle.completes_at is None:
            ends_in = State.CLOSED
        done = ends_in in passed or (url_name == "market:supply:orders" and bool(total) and count == (total, total))
        # Goods come while other producers are still to answer.
        arriving = state == State.ORDERED and ends_in == State.RECEIVED
        status = "done" if done else "now" if current or arriving else "later"
        current = current and done
        result.append(Task(words, status, url_name, count, who.get(ends_in) if done else None))
    return result


STATES = [
    State.DRAFT, State.OPEN, State.COMPLETING, State.CLOSED, State.ORDERED, State.RECEIVED, State.SETTLED,
]  # fmt: skip
