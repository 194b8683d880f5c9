"""Everybody at once, with real threads on PostgreSQL; each race has a twin without its guard, which must go wrong."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F

from ledger import api as ledger
from market.cycles.models import Offer, OrderCycle, PickupPoint, PickupSlot
from market.ordering import closing
from market.ordering import services as ordering
from market.ordering.baskets import set_line
from market.ordering.closing import close_cycle
from market.ordering.models import AllocationShare, DemandChange, Order, OrderLine, Placement
from market.ordering.services import place_order
from market.ordering.slots import choose_slot
from market.supply.services import send_all_supplier_orders
from tests import builders as build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HOUSEHOLDS = 50


def at_once(steps: list[Callable[[], Any]]) -> list[str]:
    """Run every step in its own thread and connection, all starting together; give how each ended."""
    barrier = threading.Barrier(len(steps))
    ends: list[str] = []

    def run(step: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            step()
            ends.append("done")
        except ValidationError as refusal:
            ends.append(refusal.code or "")
        except Exception as error:
            ends.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


class Rush:
    """Fifty households with a filled basket, in the last second of a cycle."""

    def __init__(self, **product: Any) -> None:
        self.group = build.a_group()
        self.product = build.a_product(build.a_producer(), "Honey", "2.00", **product)
        self.households = [build.a_household(f"H{n}", group=self.group) for n in range(HOUSEHOLDS)]
        self.cycle = build.an_open_cycle(self.group, [self.product])
        self.offer = build.offer_of(self.cycle, self.product)
        for household in self.households:
            set_line(household=household, offer=self.offer, quantity=Decimal(1), at=build.NOW)

    def place(self, household: Any) -> Callable[[], Any]:
        return lambda: place_order(
            household=household, cycle=self.cycle, community_minor=0, key=uuid4(), actor=None, at=build.NOW
        )  # fmt: skip

    def placing(self) -> list[Callable[[], Any]]:
        return [self.place(household) for household in self.households]


def test_nobody_is_half_in_when_households_order_while_the_cycle_closes() -> None:
    rush = Rush()
    close = lambda: close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)  # noqa: E731
    ends = at_once([*rush.placing(), close, close])
    assert set(ends) <= {"done", "closed"}, ends
    placed = Order.objects.count()
    assert placed == ends.count("done") - 2
    # Whoever got in has a share, a log row and money set aside; whoever did not has none of them.
    assert AllocationShare.objects.count() == DemandChange.objects.count() == Placement.objects.count() == placed
    assert ledger.balance(f"cycle:{rush.cycle.pk}:held:EUR") == 200 * placed
    assert ledger.check() == []


def test_fifty_households_changing_lines_while_the_cycle_closes_lose_none() -> None:
    rush = Rush()
    for place in rush.placing():
        place()
    for household in rush.households:
        set_line(household=household, offer=rush.offer, quantity=Decimal(3), at=build.NOW)
    close = lambda: close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)  # noqa: E731
    ends = at_once([*rush.placing(), close])
    assert set(ends) <= {"done", "closed"}, ends
    changed = ends.count("done") - 1
    # Whoever came too late keeps the order it had: nobody's line is lost, nobody's is half changed.
    quantities = sorted(OrderLine.objects.values_list("quantity", flat=True))
    assert quantities == [1] * (HOUSEHOLDS - changed) + [3] * changed
    assert AllocationShare.objects.count() == HOUSEHOLDS
    assert Offer.objects.get().wanted == sum(quantities)
    assert ledger.balance(f"cycle:{rush.cycle.pk}:held:EUR") == 200 * sum(quantities)
    assert ledger.check() == []


def test_its_twin_that_counts_without_holding_the_row_loses_changes() -> None:
    rush = Rush()
    seen = threading.Barrier(HOUSEHOLDS)

    def careless(offer_ids: Any, _known: Any) -> dict[int, Offer]:
        offers = {row.pk: row for row in Offer.objects.select_related("producer").filter(pk__in=offer_ids)}
        seen.wait(20)
        return offers

    with patch.object(ordering, "lock_offers", careless):
        at_once(rush.placing())
    assert Offer.objects.get().wanted < HOUSEHOLDS == OrderLine.objects.count()


def test_two_coordinators_closing_share_out_once() -> None:
    rush = Rush(pack_size=Decimal(7))
    for place in rush.placing():
        place()
    close = lambda: close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)  # noqa: E731
    assert at_once([close] * 4) == ["done"] * 4
    assert AllocationShare.objects.count() == HOUSEHOLDS
    assert list(rush.cycle.steps.values_list("state", flat=True)) == ["draft", "open", "closed"]
    served = HOUSEHOLDS // 7 * 7
    assert ledger.balance(f"cycle:{rush.cycle.pk}:held:EUR") == 200 * served
    assert ledger.check() == []


def test_its_twin_without_the_lock_closes_more_than_once() -> None:
    rush = Rush(pack_size=Decimal(7))
    for place in rush.placing():
        place()
    looked = threading.Barrier(2)

    def careless(cycle_id: int) -> OrderCycle:
        cycle = OrderCycle.objects.get(pk=cycle_id)
        looked.wait(20)
        return cycle

    with patch.object(closing, "lock_cycle", careless):
        ends = at_once([lambda: close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)] * 2)
    assert ends.count("done") < 2 or rush.cycle.steps.filter(state="closed").count() == 2, ends


def test_its_twin_without_the_lock_leaves_orders_nobody_shares_out() -> None:
    rush = Rush()
    looked, closed = threading.Event(), threading.Event()

    def careless(cycle_id: int) -> OrderCycle:
        """Look at the cycle without holding it, and dawdle until it has closed."""
        cycle = OrderCycle.objects.get(pk=cycle_id)
        looked.set()
        closed.wait(20)
        return cycle

    def close() -> None:
        looked.wait(20)
        close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)
        closed.set()

    with patch.object(ordering, "hold_cycle_open", careless):
        at_once([rush.place(rush.households[0]), close])
    assert (Order.objects.count(), AllocationShare.objects.count()) == (1, 0)


def test_the_last_ten_wanted_by_fifty_are_sold_ten_times() -> None:
    rush = Rush(stock=Decimal(10))
    ends = at_once(rush.placing())
    assert (ends.count("done"), ends.count("sold_out")) == (10, 40), ends
    assert Offer.objects.get().wanted == 10
    assert Order.objects.count() == 10
    assert ledger.balance(f"cycle:{rush.cycle.pk}:held:EUR") == 10 * 200
    assert ledger.check() == []


def test_its_twin_that_looks_before_it_takes_oversells() -> None:
    """Without the lock and the constraint behind it, everybody sees the last ten."""
    rush = Rush(stock=Decimal(10))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE market_offer DROP CONSTRAINT offer_is_not_oversold")
    try:
        seen = threading.Barrier(HOUSEHOLDS)

        def careless(offer_ids: Any, _known: Any) -> dict[int, Offer]:
            offers = {row.pk: row for row in Offer.objects.select_related("producer").filter(pk__in=offer_ids)}
            seen.wait(20)
            return offers

        with patch.object(ordering, "lock_offers", careless):
            at_once(rush.placing())
        assert OrderLine.objects.count() > 10
    finally:
        Offer.objects.update(wanted=0)
        with connection.cursor() as cursor:
            check = "CHECK (available IS NULL OR available > wanted + tolerated - 0.0005)"
            cursor.execute(f"ALTER TABLE market_offer ADD CONSTRAINT offer_is_not_oversold {check}")


def test_two_presses_of_the_button_in_two_tabs_are_one_order() -> None:
    rush = Rush()
    household, key = rush.households[0], uuid4()
    press = lambda: place_order(  # noqa: E731
        household=household, cycle=rush.cycle, community_minor=0, key=key, actor=None, at=build.NOW
    )
    ends = at_once([press] * 8)
    assert ends == ["done"] * 8
    assert (Order.objects.count(), Placement.objects.count()) == (1, 1)
    assert ledger.balance(f"household:{household.pk}:EUR") == 10_000 - 200


def test_two_coordinators_send_every_producer_one_mail() -> None:
    rush = Rush()
    at_once(rush.placing())
    close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)
    mail.outbox.clear()
    send = lambda: send_all_supplier_orders(cycle=rush.cycle, actor=None, at=build.NOW)  # noqa: E731
    assert at_once([send] * 4) == ["done"] * 4
    assert len(mail.outbox) == 1
    assert OrderCycle.objects.get().state == "ordered"


def test_closing_waits_for_an_order_that_is_being_placed() -> None:
    rush = Rush()
    order: list[str] = []
    placing, may_go_on = threading.Event(), threading.Event()
    careful = ordering.hold_cycle_open

    def slow(cycle_id: int) -> OrderCycle:
        cycle = careful(cycle_id)
        placing.set()
        may_go_on.wait(5)
        order.append("placed")
        return cycle

    def close() -> None:
        placing.wait(20)
        may_go_on.set()
        close_cycle(cycle=rush.cycle, actor=None, at=build.NOW)
        order.append("closed")

    with patch.object(ordering, "hold_cycle_open", slow):
        assert at_once([rush.place(rush.households[0]), close]) == ["done", "done"]
    assert order == ["placed", "closed"]
    assert AllocationShare.objects.count() == 1


class SlotRush(Rush):
    """Fifty households that all want one of five places at the same time."""

    def __init__(self) -> None:
        super().__init__()
        point = PickupPoint.objects.create(organisation=self.group, name="Hall", address="x")
        out = self.cycle.distribution_at
        self.slot = PickupSlot.objects.create(
            cycle=self.cycle, point=point, starts_at=out, ends_at=out + build.timedelta(hours=1), capacity=5
        )
        for household in self.households:
            choose_slot(household=household, slot=self.slot, at=build.NOW)


def test_a_slot_takes_no_more_households_than_it_has_room_for() -> None:
    rush = SlotRush()
    ends = at_once(rush.placing())
    assert (ends.count("done"), ends.count("slot_full")) == (5, HOUSEHOLDS - 5), ends
    rush.slot.refresh_from_db()
    assert rush.slot.taken == Order.objects.count() == 5
    assert ledger.check() == []


def test_its_twin_that_looks_beforehand_overbooks_and_is_stopped_by_the_database() -> None:
    rush = SlotRush()
    looked = threading.Barrier(HOUSEHOLDS)

    def look_then_take(order: Order, slot: Any) -> None:
        row = PickupSlot.objects.get(pk=slot.pk)
        looked.wait(30)
        assert row.left
        PickupSlot.objects.filter(pk=slot.pk).update(taken=F("taken") + 1)

    with patch.object(ordering, "take_slot", look_then_take):
        ends = at_once(rush.placing())
    assert sum("slot_is_not_overbooked" in end for end in ends) == HOUSEHOLDS - 5, ends
