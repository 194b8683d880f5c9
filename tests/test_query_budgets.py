"""Queries per page: the same number for few rows and for many, and within the page's budget."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from market.cycles.services import open_cycle
from market.ordering.baskets import set_line
from market.ordering.services import place_order
from market.people.models import Role
from market.people.services import appoint
from tests import builders as build

pytestmark = pytest.mark.django_db
MINUTE = build.timedelta(minutes=1)


class Market:
    """A group of so many households and producers with five products each; everybody has ordered everything."""

    def __init__(self, households: int, producers: int) -> None:
        now = timezone.now()
        self.group = build.a_group()
        build.a_currency()
        products = []
        for number in range(producers):
            farm = build.a_producer(f"Farm {number}")
            products += [build.a_product(farm, f"P{number}.{n}", pack_size=Decimal(2)) for n in range(5)]
        times = {"opens_at": now - MINUTE, "closes_at": now + 60 * MINUTE, "distribution_at": now + 90 * MINUTE}
        self.cycle = open_cycle(cycle=build.a_draft(self.group, products, **times), actor=None, at=now)
        for number in range(households):
            household = build.a_household(f"H{number}", group=self.group, euros="900")
            for product in products:
                self.choose(household, product)
            self.order = place_order(
                household=household, cycle=self.cycle, community_minor=0, key=uuid4(), actor=None, at=now
            )  # fmt: skip
        self.products = products
        self.draft = build.a_draft(self.group, products)

    def choose(self, household: Any, product: Any) -> None:
        offer = build.offer_of(self.cycle, product)
        set_line(household=household, offer=offer, quantity=Decimal(1), tolerance=Decimal(1), at=timezone.now())

    def delivered(self) -> None:
        build.close(self.cycle, at=timezone.now())
        build.order_from_producers(self.cycle)
        build.receive(self.cycle)
        self.cycle.refresh_from_db()


def queries(person: str, path: str) -> int:
    client = Client()
    client.force_login(build.a_person(person))
    client.get(path)  # the first visit also warms what is loaded once per process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


PAGES: dict[str, tuple[str, Callable[[Market], list[Any]], str, int]] = {
    "home of a member": ("desk:home", lambda m: [], "H0", 20),
    "cycles": ("cycles:list", lambda m: [], "H0", 10),
    "shop": ("ordering:shop", lambda m: [m.cycle.pk], "H0", 10),
    "one offer": ("ordering:line", lambda m: [m.cycle.offers.first().pk], "H0", 12),
    "basket": ("ordering:basket", lambda m: [m.cycle.pk], "H0", 10),
    "checkout": ("payments:checkout", lambda m: [m.cycle.pk], "H0", 18),
    "orders": ("ordering:orders", lambda m: [], "H0", 10),
    "pack status": ("ordering:progress", lambda m: [m.cycle.pk], "H0", 12),
    "wallet": ("wallets:wallet", lambda m: [], "H0", 8),
    "balance": ("payments:balance", lambda m: [], "H0", 14),
    "board": ("desk:board", lambda m: [m.cycle.pk], "Amina", 15),
    "household": ("people:household", lambda m: [], "H0", 10),
    "draft form": ("cycles:edit", lambda m: [m.draft.pk], "Amina", 20),
    "products to choose": ("cycles:products", lambda m: [m.draft.pk], "Amina", 8),
    "products of one": ("cycles:producer_products", lambda m: [m.draft.pk, "farm-0"], "Amina", 9),
    "sharing": ("cycles:sharing", lambda m: [m.draft.pk], "Amina", 8),
    "producers' terms": ("cycles:terms", lambda m: [m.cycle.pk], "Amina", 10),
    "pick-up times": ("cycles:slots", lambda m: [m.cycle.pk], "Amina", 10),
    "schedules": ("cycles:schedules", lambda m: [m.group.slug], "Amina", 10),
    "copy": ("cycles:copy", lambda m: [m.cycle.pk], "Amina", 10),
    "households": ("people:members", lambda m: [m.group.slug], "Amina", 10),
    "treasurer's euros": ("payments:desk", lambda m: [], "Teo", 20),
    "treasury": ("treasury:overview", lambda m: [], "Teo", 20),
    "trial balance": ("treasury:trial_balance", lambda m: [], "Teo", 10),
}
DELIVERED: dict[str, tuple[str, Callable[[Market], list[Any]], str, int]] = {
    "board": ("desk:board", lambda m: [m.cycle.pk], "Amina", 18),
    "packing list": ("supply:packing", lambda m: [m.cycle.pk], "Amina", 8),
    "handing out": ("supply:pickup", lambda m: [m.cycle.pk], "Amina", 8),
    "delivery": ("supply:receive", lambda m: [m.cycle.supplier_orders.first().pk], "Amina", 12),
    "scales": ("supply:weigh", lambda m: [m.cycle.supplier_orders.first().pk], "Amina", 8),
    "supplier orders": ("supply:orders", lambda m: [m.cycle.pk], "Amina", 14),
    "stock": ("supply:stock", lambda m: [m.group.slug], "Amina", 8),
    "claims": ("settlement:claims", lambda m: [], "Teo", 8),
    "invoices": ("settlement:invoices", lambda m: [m.cycle.pk], "Teo", 10),
    "reports": ("desk:reports", lambda m: [m.group.slug], "Amina", 6),
    "bills": ("settlement:settle", lambda m: [m.cycle.pk], "Teo", 16),
    "order": ("ordering:order", lambda m: [m.cycle.orders.get(household__name="H0").reference], "H0", 10),
    "why": ("ordering:why", lambda m: [m.cycle.orders.get(household__name="H0").lines.first().pk], "H0", 12),
}


def measure(pages: dict[str, Any], market: Market) -> dict[str, int]:
    return {
        name: queries(person, reverse(f"market:{address}", args=arguments(market)))
        for name, (address, arguments, person, _budget) in pages.items()
    }


@pytest.mark.parametrize("pages", [PAGES, DELIVERED], ids=["while ordering", "after the delivery"])
def test_queries_do_not_grow_with_rows_and_stay_in_budget(pages: dict[str, Any]) -> None:
    from django.db import transaction

    counts = []
    for households, producers in ((2, 1), (8, 3)):
        with transaction.atomic():
            market = Market(households, producers)
            if pages is DELIVERED:
                market.delivered()
            counts.append(measure(pages, market))
            transaction.set_rollback(True)
    few, many = counts
    assert many == few
    assert {name: count for name, count in many.items() if count > pages[name][3]} == {}


def test_a_catalogue_is_listed_and_uploaded_in_a_fixed_number_of_queries() -> None:
    farm = build.a_producer()
    appoint(user=build.a_person("Bruno"), organisation=farm, role=Role.EDITOR)
    path = reverse("market:catalogue:products", args=[farm.slug])
    build.a_product(farm, "One")
    few = queries("Bruno", path)
    for number in range(60):
        build.a_product(farm, f"More {number}")
    assert queries("Bruno", path) == few <= 6


def test_placing_twelve_lines_from_four_producers_stays_in_budget() -> None:
    market = Market(1, 4)
    household = build.a_household("New", group=market.group, euros="500")
    for product in market.products[:12]:
        market.choose(household, product)
    with CaptureQueriesContext(connection) as captured:
        place_order(
            household=household, cycle=market.cycle, community_minor=0, key=uuid4(), actor=None, at=timezone.now()
        )
    statements = [row for row in captured if "SAVEPOINT" not in str(row["sql"])]
    assert len(statements) <= 28
    assert market.cycle.orders.count() == 2


def test_choosing_one_product_stays_in_budget() -> None:
    market = Market(1, 2)
    household = build.a_household("New", group=market.group, euros="500")
    offer = market.cycle.offers.select_related("cycle").first()
    with CaptureQueriesContext(connection) as captured:
        set_line(household=household, offer=offer, quantity=Decimal(1), at=timezone.now())
    assert len([row for row in captured if "SAVEPOINT" not in str(row["sql"])]) <= 6
