"""What is left over is really kept, paid to its producer, sold in the next cycle, and counted."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ledger import api as ledger
from market import bookkeeping
from market.catalogue.models import Product
from market.ordering.baskets import check_stock
from market.supply.models import DeliveryLine
from market.supply.receiving import keep_surplus
from market.supply.stock import count_stock
from tests import builders as build

pytestmark = pytest.mark.django_db


class Shelf:
    """Twelve jars came for a household that wanted nine."""

    def __init__(self, came: int = 12) -> None:
        self.group = build.a_group()
        self.farm = build.a_producer()
        self.jars = build.a_product(self.farm, "Jars", "3.00")
        self.lise = build.a_household("Lise", group=self.group)
        self.cycle = build.an_open_cycle(self.group, [self.jars])
        build.an_order(self.lise, self.cycle, {self.jars: (8, 1)})
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        build.receive(self.cycle, {self.jars: came})

    @property
    def kept(self) -> Product:
        return Product.objects.get(producer=self.group)

    def balances(self) -> tuple[int, int]:
        codes = (bookkeeping.stock(self.group.pk), bookkeeping.organisation(self.farm.pk))
        return tuple(ledger.balances(codes).get(code, 0) for code in codes)  # type: ignore[return-value]


def test_surplus_goes_to_tolerance_then_into_stock() -> None:
    shelf = Shelf()
    line = DeliveryLine.objects.get()
    assert (line.shares.get().quantity, line.stock, line.leftover) == (9, 3, 0)
    assert (shelf.kept.stock, shelf.kept.price.amount, shelf.kept.available) == (3, 3, True)
    build.settle(shelf.cycle)
    assert shelf.balances() == (-900, 3600)  # the farm is owed all twelve jars, three lie on the group's shelf
    assert ledger.check() == []


def test_recording_again_moves_the_stock_by_the_difference_only() -> None:
    shelf = Shelf()
    build.receive(shelf.cycle, {shelf.jars: 12})
    build.receive(shelf.cycle, {shelf.jars: 10})
    assert shelf.kept.stock == 1
    build.receive(shelf.cycle, {shelf.jars: 7})
    assert (shelf.kept.stock, shelf.kept.available) == (0, False)


def test_what_is_not_worth_keeping_is_left_over() -> None:
    shelf = Shelf()
    line = DeliveryLine.objects.get()
    keep_surplus(delivery_line=line, keep=False, actor=None, at=build.NOW)
    line.refresh_from_db()
    assert (line.stock, line.leftover, shelf.kept.stock) == (0, 3, 0)
    build.settle(shelf.cycle)
    assert shelf.balances() == (0, 2700)


def test_the_stock_is_ordered_in_the_next_cycle_and_pays_itself_off() -> None:
    shelf = Shelf()
    build.settle(shelf.cycle)
    again = build.an_open_cycle(shelf.group, [shelf.kept], name="Next week")
    with pytest.raises(ValidationError) as refused:
        build.an_order(shelf.lise, again, {shelf.kept: 4})
    assert refused.value.code == "sold_out"
    build.an_order(shelf.lise, again, {shelf.kept: 2})
    settlement = build.a_settled_cycle(again)
    assert settlement.orders.get().goods_minor == 600
    assert shelf.kept.stock == 1
    assert shelf.balances() == (-300, 3600)  # nobody is paid twice
    assert ledger.check() == []


def test_spoilt_stock_is_written_off_with_its_reason() -> None:
    shelf = Shelf()
    build.settle(shelf.cycle)
    with pytest.raises(ValidationError) as refused:
        count_stock(product=shelf.kept, counted=Decimal(1), reason=" ", actor=None, at=build.NOW)
    assert refused.value.code == "reason_missing"
    count_stock(product=shelf.kept, counted=Decimal(1), reason="two broke", actor=build.a_person("Amina"), at=build.NOW)
    assert (shelf.kept.stock, shelf.balances()[0]) == (1, -300)
    assert ledger.balance(bookkeeping.differences(shelf.group.pk)) == -600


def test_what_is_promised_in_one_cycle_is_not_promised_in_another_until_it_is_handed_out() -> None:
    shelf = Shelf()
    build.settle(shelf.cycle)
    noor = build.a_household("Noor", group=shelf.group)
    north, south = (build.an_open_cycle(shelf.group, [shelf.kept], name=name) for name in ("North", "South"))
    build.an_order(noor, north, {shelf.kept: 2})
    with pytest.raises(ValidationError, match="only 1 more") as refusal:
        build.an_order(shelf.lise, south, {shelf.kept: 2})
    assert refusal.value.code == "sold_out"
    build.an_order(shelf.lise, south, {shelf.kept: 1})
    build.an_order(noor, north, {shelf.kept: 1})  # what she gives up is free for the other cycle
    build.an_order(shelf.lise, south, {shelf.kept: 2})
    build.close(north)
    with pytest.raises(ValidationError):  # closed, but not yet taken off the shelf
        build.an_order(shelf.lise, south, {shelf.kept: 3})
    build.order_from_producers(north)
    build.receive(north)
    assert shelf.kept.stock == 2
    with pytest.raises(ValidationError):
        build.an_order(shelf.lise, south, {shelf.kept: 3})
    build.a_settled_cycle(south)
    assert (shelf.kept.stock, shelf.kept.available) == (0, False)


def test_a_household_that_asks_again_for_what_it_has_in_another_cycle_is_told_what_is_left_before_it_pays() -> None:
    shelf = Shelf()
    build.settle(shelf.cycle)
    noor = build.a_household("Noor", group=shelf.group)
    north, south = (build.an_open_cycle(shelf.group, [shelf.kept], name=name) for name in ("North", "South"))
    build.an_order(noor, north, {shelf.kept: 3})
    line = build.set_line(household=noor, offer=build.offer_of(south, shelf.kept), quantity=Decimal(1), at=build.NOW)
    assert line
    with pytest.raises(ValidationError) as refusal:
        check_stock(noor, [line])
    assert refusal.value.code == "sold_out"
