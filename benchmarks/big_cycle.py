"""A cycle as large as one wishes, written in bulk: 400 offers of 40 producers, every household orders 40 of them."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from djmoney.money import Money

from ledger import api as ledger
from market import bookkeeping
from market.catalogue.models import Product
from market.cycles.models import Offer, OrderCycle
from market.cycles.services import draft_cycle, open_cycle
from market.money import to_minor
from market.ordering.models import DemandChange, Order, OrderLine, Placement
from market.people.models import Organisation
from market.people.services import create_household, create_organisation

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
PRODUCERS, OFFERS, LINES = 40, 400, 40
PACKS = [Decimal(size) for size in (1, 4, 6, 10)]


@transaction.atomic
def build(households: int) -> OrderCycle:
    """Write an open cycle in which so many households have ordered 40 lines each, all paid for."""
    rng = random.Random(households)
    cycle = _open(f"of {households}", rng)
    offers = list(cycle.offers.order_by("pk"))
    orders = _orders(cycle, households)
    lines = [_line(order, offer, rng) for order in orders for offer in rng.sample(offers, LINES)]
    OrderLine.objects.bulk_create(lines, batch_size=5000)
    _log(lines)
    _set_aside(cycle, orders, lines)
    return cycle


def _open(name: str, rng: random.Random) -> OrderCycle:
    group = create_organisation(name=f"Group {name}", slug=uuid4().hex, kind=Organisation.Kind.PURCHASING_GROUP)
    products = []
    for number in range(PRODUCERS):
        farm = create_organisation(name=f"Farm {number} {name}", slug=uuid4().hex, kind=Organisation.Kind.FARM)
        products += [
            Product(
                producer=farm, name=f"Product {number}.{n}", price=Money(Decimal(rng.randrange(50, 900)) / 100, "EUR"),
                pack_size=rng.choice(PACKS),
            )
            for n in range(OFFERS // PRODUCERS)
        ]  # fmt: skip
    Product.objects.bulk_create(products)
    draft = draft_cycle(
        organiser=group, name=f"Cycle {name}", opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=1),
        distribution_at=NOW + timedelta(days=3), products=products, actor=None, at=NOW,
    )  # fmt: skip
    return open_cycle(cycle=draft, actor=None, at=NOW)


def _orders(cycle: OrderCycle, households: int) -> list[Order]:
    people = [create_household(name=f"Household {number}", people=[], at=NOW) for number in range(households)]
    ledger.post(
        [
            ledger.NewEntry(
                key=f"bench:{uuid4()}", kind="payment received", happened_at=NOW,
                legs=bookkeeping.payment_received(household.pk, 1_000_000, "transfer"),
            )
            for household in people
        ]
    )  # fmt: skip
    return Order.objects.bulk_create(
        Order(cycle=cycle, household=household, reference=uuid4().hex[:12], placed_at=NOW) for household in people
    )


def _line(order: Order, offer: Offer, rng: random.Random) -> OrderLine:
    quantity, tolerance = Decimal(rng.randrange(1, 4)), Decimal(rng.randrange(3))
    return OrderLine(
        order=order, offer=offer, name=offer.name, price=offer.price, quantity=quantity, tolerance=tolerance,
        most_minor=to_minor(offer.price.amount * (quantity + tolerance)),
    )  # fmt: skip


def _log(lines: list[OrderLine]) -> None:
    changes = [
        DemandChange(
            offer_id=line.offer_id, household_id=line.order.household_id, at=NOW, quantity=line.quantity,
            tolerance=line.tolerance,
        )
        for line in lines
    ]  # fmt: skip
    DemandChange.objects.bulk_create(changes, batch_size=5000)


def _set_aside(cycle: OrderCycle, orders: list[Order], lines: list[OrderLine]) -> None:
    most = dict.fromkeys((order.pk for order in orders), 0)
    for line in lines:
        most[line.order_id] += line.most_minor
    placements = []
    for order in orders:
        held = ledger.hold(
            key=f"bench:{uuid4()}", kind="order placed", source=bookkeeping.household(order.household_id),
            holding=bookkeeping.held(cycle.pk), amount=most[order.pk], happened_at=NOW,
        )  # fmt: skip
        placements.append(Placement(key=uuid4(), order=order, at=NOW, euro_hold_id=held.id))
    Placement.objects.bulk_create(placements)
