"""What a group keeps is promised once, though several of its cycles offer it at the same time."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db.models import Sum

from ledger import api as ledger
from market.catalogue.models import Product
from market.cycles.models import Offer
from market.ordering import services as ordering
from market.ordering.baskets import set_line
from market.ordering.services import place_order
from tests import builders as build
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class Shelf:
    """Ten jars on the shelf of a group, offered in two cycles that are open at once."""

    def __init__(self, households: int) -> None:
        self.group = build.a_group()
        jars = build.a_product(build.a_producer(), "Jars", "3.00")
        first = build.an_open_cycle(self.group, [jars], name="Before")
        build.an_order(build.a_household("Lise", group=self.group), first, {jars: 1})
        build.a_settled_cycle(first, {jars: 11})
        self.kept = Product.objects.get(producer=self.group)
        assert self.kept.stock == 10
        self.cycles = [build.an_open_cycle(self.group, [self.kept], name=name) for name in ("North", "South")]
        self.households = [build.a_household(f"H{n}", group=self.group) for n in range(households)]

    def placing(self, items: int) -> list[Callable[[], Any]]:
        """Every household wants so many, each in the other cycle than the one before."""
        return [self.place(household, self.cycles[n % 2], items) for n, household in enumerate(self.households)]

    def place(self, household: Any, cycle: Any, items: int) -> Callable[[], Any]:
        offer = build.offer_of(cycle, self.kept)
        set_line(household=household, offer=offer, quantity=Decimal(items), at=build.NOW)
        return lambda: place_order(
            household=household, cycle=cycle, community_minor=0, key=uuid4(), actor=None, at=build.NOW
        )

    @property
    def promised(self) -> Decimal:
        found = Offer.objects.filter(product=self.kept).aggregate(items=Sum("wanted"))["items"]
        return Decimal(found or 0)


def test_ten_jars_wanted_by_thirty_in_two_cycles_are_sold_ten_times() -> None:
    shelf = Shelf(30)
    ends = at_once(shelf.placing(1))
    assert (ends.count("done"), ends.count("sold_out")) == (10, 20), ends
    assert shelf.promised == 10
    assert ledger.check() == []


def test_its_twin_that_does_not_take_the_shelf_sells_the_same_jars_in_both_cycles() -> None:
    shelf = Shelf(2)
    looked = threading.Barrier(2)

    def careless(offers: Any) -> None:
        looked.wait(20)

    with patch.object(ordering, "lock_kept_goods", careless):
        ends = at_once(shelf.placing(10))
    assert ends == ["done", "done"]
    assert shelf.promised == 20
