"""A household leaves its group while one of its persons orders: exactly one of the two happens, and the books agree."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import Mock, patch
from uuid import uuid4

import pytest

from ledger import api as ledger
from market.ordering import services as ordering
from market.ordering.baskets import set_line
from market.ordering.models import DemandChange, Order, OrderLine
from market.ordering.services import cancel_order, place_order
from market.people import joining
from market.people.joining import enrol, leave_group
from market.people.models import Enrolment, Household, Organisation
from tests import builders as build
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HOUSEHOLDS = 12


class Group:
    """Households that paid a deposit of ten euros have a filled basket, and one of their people wants to leave."""

    def __init__(self, households: int) -> None:
        self.group = build.a_group()
        Organisation.objects.filter(pk=self.group.pk).update(joining_deposit=Decimal(10))
        self.group.refresh_from_db()
        honey = build.a_product(build.a_producer(), "Honey", "2.00")
        self.households = [build.a_household(f"H{number}", euros="50") for number in range(households)]
        for household in self.households:
            enrol(household=household, group=self.group, at=build.NOW)
        self.cycle = build.an_open_cycle(self.group, [honey])
        self.offer = build.offer_of(self.cycle, honey)
        for household in self.households:
            self.fill(household)

    def fill(self, household: Household) -> None:
        set_line(household=household, offer=self.offer, quantity=Decimal(1), at=build.NOW)

    def place(self, household: Household) -> Callable[[], Any]:
        return lambda: place_order(
            household=household, cycle=self.cycle, community_minor=0, key=uuid4(), actor=None, at=build.NOW
        )  # fmt: skip

    def leave(self, household: Household) -> Callable[[], Any]:
        enrolment = Enrolment.objects.get(household=household)
        return lambda: leave_group(enrolment=enrolment, actor=None, at=build.NOW)

    def left_and_ordered(self) -> tuple[set[int], set[int]]:
        """Give the households that left, and those that have an order."""
        here = set(Enrolment.objects.values_list("household", flat=True))
        ordered = set(OrderLine.objects.values_list("order__household", flat=True))
        return {household.pk for household in self.households} - here, ordered


def test_a_household_leaves_or_orders_never_both_and_never_neither() -> None:
    group = Group(HOUSEHOLDS)
    steps = [step for household in group.households for step in (group.leave(household), group.place(household))]
    ends = at_once(steps)
    assert set(ends) <= {"done", "has_ordered", "not_in_group"}, ends
    assert ends.count("done") == HOUSEHOLDS
    left, ordered = group.left_and_ordered()
    assert left | ordered == {household.pk for household in group.households}
    assert not left & ordered
    # Whoever orders has its two euros set aside beside its deposit; whoever left has its fifty back, and wants nothing.
    assert ledger.balance(f"cycle:{group.cycle.pk}:held:EUR") == 200 * len(ordered)
    for household in group.households:
        assert ledger.balance(f"household:{household.pk}:EUR") == (5000 if household.pk in left else 3800)
        assert ledger.balance(f"household:{household.pk}:deposit:EUR") == (0 if household.pk in left else 1000)
    assert set(DemandChange.objects.values_list("household", flat=True)) == ordered
    assert ledger.check() == []


def test_its_twin_that_orders_without_holding_the_cycle_leaves_an_order_of_nobody() -> None:
    group = Group(1)
    [lise] = group.households
    # An order of before, since cancelled: a new one would hold the cycle by its foreign key.
    cancel_order(order=group.place(lise)(), key=uuid4(), actor=None, at=build.NOW)
    group.fill(lise)
    looked = threading.Barrier(2)

    def together(step: Callable[..., Any]) -> Callable[..., Any]:
        """Take a step only when the other one, too, has looked whether it may."""

        def waiting(*args: Any, **kwargs: Any) -> Any:
            looked.wait(20)
            return step(*args, **kwargs)

        return waiting

    asked = Mock(wraps=ledger, balances=together(ledger.balances))
    with (
        patch.object(ordering, "hold_cycle_open", lambda pk: type(group.cycle).objects.get(pk=pk)),
        patch.object(ordering, "take_slot", together(ordering.take_slot)),
        patch.object(joining, "ledger", asked),
    ):
        ends = at_once([group.leave(lise), group.place(lise)])
    assert ends == ["done", "done"]
    assert group.left_and_ordered() == ({lise.pk}, {lise.pk})
    assert Order.objects.get().household == lise
