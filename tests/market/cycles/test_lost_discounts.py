"""What is shown as "at most" and set aside is enough, whatever less of an order comes, whichever discount is lost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Fee
from market.cycles.services import open_cycle, set_fees
from market.money import to_minor
from market.ordering.costs import OrderCost, Wish, order_cost, received_cost
from market.settlement.models import SettledOrder
from tests import builders as build

D = Decimal
Calculator = Fee.Calculator
HERE = 7


def a_fee(pk: int, calculator: str, amount: str | Decimal, **fields: Any) -> Fee:
    return Fee(pk=pk, name="x", calculator=calculator, amount=D(amount), **fields)


def wish(price: str, quantity: str = "1", share: str = "0", **more: Any) -> Wish:
    return Wish(D(quantity), D(price), D(share), **more)


def cost_of(wishes: Mapping[int, Wish], *fees: Fee, community: int = 0) -> OrderCost:
    return order_cost(wishes, fees, community_wanted=community, point_id=HERE)


rates = st.one_of(st.decimals(-100, 100, places=2), st.decimals(-30, 0, places=0), st.decimals(-1, 1, places=4))


@st.composite
def fees(draw: st.DrawFn) -> Fee:
    calculator = draw(st.sampled_from(Calculator.values))
    level = draw(st.sampled_from(Fee.Level.values))
    fee = a_fee(
        draw(st.integers(1, 10**9)),
        calculator,
        draw(rates),
        level=level,
        producer_id=draw(st.integers(1, 2)) if level == Fee.Level.SUPPLIER else None,
        point_id=HERE if level == Fee.Level.PICKUP else None,
        vat_percent=draw(st.sampled_from([None, D(0), D(4), D(21), D(100)])),
        vat_added=draw(st.booleans()),
    )
    if calculator in (Calculator.FIRST_AND_MORE, Calculator.STEPPED):
        fee.further_amount = draw(rates)
        fee.from_goods = draw(st.decimals(0, 60, places=2))
        fee.most_items = draw(st.one_of(st.none(), st.integers(1, 5)))
    return fee


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[int, Wish], dict[int, Wish]]:
    """An order as wanted with all tolerance, and what came of it, each line in whole pieces."""
    wanted, came = {}, {}
    for key in range(draw(st.integers(1, 4))):
        piece = draw(st.sampled_from([D(1), D(1), D("0.5"), D("0.1"), D("0.001"), D(3)]))
        most = draw(st.integers(0, 12))
        price = draw(st.decimals(0, 15, places=2))
        wanted[key] = Wish(
            quantity=most * piece,
            price=price,
            community_share=draw(st.sampled_from([D(0), D(0), D(33), D(50), D("97.5"), D(100)])),
            deposit=draw(st.sampled_from([D(0), min(price, D("0.25"))])),
            vat=draw(st.sampled_from([D(0), D(10), D(21)])),
            weight=draw(st.decimals(0, 2, places=3)),
            producer=draw(st.integers(1, 2)),
            piece=piece,
        )
        came[key] = wanted[key]._replace(quantity=draw(st.integers(0, most)) * piece)
    return wanted, came


@settings(max_examples=300)
@given(
    order=orders(), charged=st.lists(fees(), max_size=4, unique_by=lambda fee: fee.pk), community=st.integers(0, 9000)
)
def test_no_smaller_order_costs_more_than_what_is_set_aside(
    order: tuple[dict[int, Wish], dict[int, Wish]], charged: list[Fee], community: int
) -> None:
    wanted, came = order
    most = cost_of(wanted, *charged, community=community)
    agreed = {key: line.community for key, line in most.lines.items()}
    real = received_cost(came, charged, agreed=agreed, point_id=HERE, may_shrink=True)
    assert real.euros <= most.most_euros
    assert real.community <= most.community
    assert real.total <= most.most


@pytest.mark.parametrize(
    ("wishes", "charged", "reserve"),
    [
        # A percentage, so much per item, so much per order: nothing is lost that costs more than the goods it was for.
        ([wish("3.33", "3"), wish("2")], [a_fee(1, "percent_line", -5), a_fee(2, "percent_order", -10)], 0),
        ([wish("3.33", "3", "50"), wish("2", "4", "100")], [a_fee(1, "percent_item", -12)], 0),
        ([wish("2.00", "6", weight=D(1))], [a_fee(1, "per_item", -1), a_fee(2, "per_kilo", "-0.5")], 0),
        ([wish("2.00", "6")], [a_fee(1, "per_order", -5)], 0),
        # Free delivery from 50 euros on: 49.99 of goods and the delivery cost less than 60 of goods, but more than 52.
        ([wish("6.00", "10")], [a_fee(1, "stepped", 5, from_goods=D(50))], 0),
        ([wish("5.20", "10")], [a_fee(1, "stepped", 5, from_goods=D(50))], 299),
        ([wish("5.20", "10")], [a_fee(1, "stepped", 0, further_amount=D(-5), from_goods=D(50))], 299),
        ([wish("4.00", "10")], [a_fee(1, "stepped", 5, from_goods=D(50))], 0),
        # Two steps: 29.99 of goods and both fees, or 49.99 and one.
        ([wish("5.20", "10")],
         [a_fee(1, "stepped", 5, from_goods=D(50)), a_fee(2, "stepped", 30, from_goods=D(30))], 1299),
        # A discount of one producer for the whole order is lost with its goods, which are worth less.
        ([wish("1.00", producer=1), wish("20", producer=2)],
         [a_fee(1, "per_order", -3, level="supplier", producer_id=1)], 300),
        # An item that is worth less than its discount is better not had.
        ([wish("0.50", "4"), wish("9.00")], [a_fee(1, "per_item", -1)], 400),
    ],
)  # fmt: skip
def test_only_what_can_be_lost_is_kept_beside(wishes: list[Wish], charged: list[Fee], reserve: int) -> None:
    assert cost_of(dict(enumerate(wishes)), *charged).reserve == reserve


def test_a_percentage_off_keeps_no_reserve_where_units_pay_a_part() -> None:
    wishes = {0: wish("3.33", "3", "50"), 1: wish("2.00", "4", "20"), 2: wish("8.00")}
    cost = cost_of(wishes, a_fee(1, "percent_order", -10), community=300)
    assert (cost.community, cost.reserve) == (300, 0)
    # Where units pay the whole line, the discount on it was taken off the euros of the others.
    wishes[3] = wish("5.00", share="100")
    assert cost_of(wishes, a_fee(1, "percent_line", -10), community=1159).reserve == 50


# --- In life ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_discount_lost_with_a_short_delivery_is_paid_from_what_was_set_aside(client: Client) -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots = build.a_product(farm, "Carrots", "1.00", pack_size=D(5))
    lise = build.a_household("Lise", group=group, euros="20")
    draft = build.a_draft(group, [carrots])
    fee = Fee(name="Delivery", calculator=Calculator.STEPPED, amount=D(5), from_goods=D(15), payee=group)
    set_fees(cycle=draft, fees=[fee])
    cycle = open_cycle(cycle=draft, actor=None, at=build.NOW)
    build.set_line(household=lise, offer=build.offer_of(cycle, carrots), quantity=D(15), tolerance=D(1), at=build.NOW)
    client.force_login(build.a_person("Lise"))
    basket = client.get(reverse("market:ordering:basket", args=[cycle.pk])).content.decode()
    till = client.get(reverse("market:payments:checkout", args=[cycle.pk])).content.decode()
    for page in (basket, till):  # sixteen euros of goods; or 14.99 and the delivery
        assert "€3.99" in page
        assert "€19.99" in page
    build.an_order(lise, cycle, {carrots: (15, 1)})
    held = bookkeeping.held(cycle.pk, "EUR")
    assert ledger.balance(held) == 1999
    build.close(cycle)
    assert ledger.balance(held) == 1999  # fifteen are allotted; should fourteen come, they cost 19.00
    build.order_from_producers(cycle)
    build.receive(cycle, {carrots: 14})
    build.settle(cycle)
    settled = SettledOrder.objects.get()
    assert (settled.euro_minor, settled.due_minor) == (1900, 0)
    assert ledger.balance(bookkeeping.household(lise.pk)) == to_minor(D(1))
    assert ledger.check() == []
