"""Fees by the rules of Open Food Network, and VAT: the shared cases, its own worked examples, and whole orders."""

import json
import os
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from ledger import api as ledger
from market.cycles.fees import Charged, charge_fees, fee_minor, line_kilos
from market.cycles.models import Fee, PickupPoint
from market.cycles.services import open_cycle, set_fees
from market.money import from_minor, to_minor, vat_minor
from market.ordering.baskets import basket_cost
from market.ordering.closing import close_cycle
from market.settlement.models import SettledOrder
from tests import builders as build

D = Decimal
Calculator = Fee.Calculator

# --- One fee ---------------------------------------------------------------------------------------------------------

VECTORS = Path(os.environ.get("CABAS_VECTORS", Path(__file__).parents[4] / "shared/vectors/purchasing.json"))

# The names there, and the figures each takes, in our words.
NAMES: dict[str, tuple[str, dict[str, str]]] = {
    "flat_percent_per_item": (Calculator.PERCENT_PER_ITEM, {"percent": "amount"}),
    "flat_percent_item_total": (Calculator.PERCENT_PER_ORDER, {"percent": "amount"}),
    "per_item": (Calculator.PER_ITEM, {"amount": "amount"}),
    "flat_rate": (Calculator.PER_ORDER, {"amount": "amount"}),
    "flexi_rate": (
        Calculator.FIRST_AND_MORE,
        {"first_item": "amount", "additional_item": "further_amount", "max_items": "most_items"},
    ),
    "price_sack": (Calculator.STEPPED, {"minimal": "from_goods", "normal": "amount", "discount": "further_amount"}),
}


def cases() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no shared cases at {VECTORS.name}"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(VECTORS.read_text())["fees"]["cases"]]


def goods(price: str, quantity: str, **more: Any) -> Charged:
    return Charged(D(quantity), D(price), to_minor(D(price) * D(quantity)), **more)


@pytest.mark.parametrize("case", cases())
def test_shared_case_of_a_fee(case: dict[str, Any]) -> None:
    figures = dict(case["input"]["fee"])
    calculator, names = NAMES[figures.pop("calculator")]
    terms = {names[name]: D(figure) for name, figure in figures.items()}
    lines = [goods(item["price"], item["quantity"]) for item in case["input"]["items"]]
    assert from_minor(fee_minor(calculator=calculator, lines=lines, **terms)) == D(case["expected"]["fee_amount"])


@pytest.mark.parametrize(
    ("calculator", "terms", "lines", "cents"),
    [
        # Twenty percent of 0.86 is 0.172: 0.17 for each of eight items, but 1.38 for the line.
        (Calculator.PERCENT_PER_ITEM, {"amount": "20"}, [("0.86", "8")], 136),
        (Calculator.PERCENT_PER_LINE, {"amount": "20"}, [("0.86", "8")], 138),
        (Calculator.PERCENT_PER_ITEM, {"amount": "10"}, [("0.25", "2")], 6),
        (Calculator.PERCENT_PER_LINE, {"amount": "10"}, [("0.25", "2")], 5),
        (Calculator.PERCENT_PER_ITEM, {"amount": "14.8"}, [("3.63", "1")], 54),
        # Two lines of 0.05: half a cent each is rounded twice by line and once by order.
        (Calculator.PERCENT_PER_LINE, {"amount": "10"}, [("0.05", "1"), ("0.05", "1")], 2),
        (Calculator.PERCENT_PER_ORDER, {"amount": "10"}, [("0.05", "1"), ("0.05", "1")], 1),
        (Calculator.PER_ITEM, {"amount": "0.10"}, [("1.35", "3")], 30),
        (Calculator.PER_ORDER, {"amount": "2"}, [("1.35", "3"), ("3.20", "2")], 200),
        # The first item 2, each further one 1, three at most.
        (Calculator.FIRST_AND_MORE, {"amount": "2", "further_amount": "1", "most_items": 3}, [("1", "4")], 400),
        (Calculator.FIRST_AND_MORE, {"amount": "2", "further_amount": "1", "most_items": 3}, [("1", "2")], 300),
        (Calculator.FIRST_AND_MORE, {"amount": "2", "further_amount": "1"}, [("1", "10")], 1100),
        (Calculator.FIRST_AND_MORE, {"amount": "2", "further_amount": "1", "most_items": 0}, [("1", "4")], 0),
        # Ten euros below a sum of five, one from there on: the sum itself counts as reached.
        (Calculator.STEPPED, {"amount": "10", "further_amount": "1", "from_goods": "5"}, [("2", "2")], 1000),
        (Calculator.STEPPED, {"amount": "10", "further_amount": "1", "from_goods": "5"}, [("2.50", "2")], 100),
        (Calculator.STEPPED, {"amount": "5", "further_amount": "1", "from_goods": "16.5"}, [("8.50", "2")], 100),
        # A negative fee is a discount; halves go away from zero.
        (Calculator.PERCENT_PER_ITEM, {"amount": "-10"}, [("0.25", "1")], -3),
    ],
)
def test_a_fee_is_counted_and_rounded_as_its_definition_says(
    calculator: str, terms: dict[str, Any], lines: list[tuple[str, str]], cents: int
) -> None:
    terms = {name: figure if isinstance(figure, int) else D(figure) for name, figure in terms.items()}
    assert fee_minor(calculator=calculator, lines=[goods(*line) for line in lines], **terms) == cents


KILO, GRAM, POUND = D(1000), D(1), D("453.6")


@pytest.mark.parametrize(
    ("items", "rate", "per", "cents"),
    [
        # Ten kilograms and three times twenty, at 5 a kilogram; what has no weight costs nothing.
        (
            [("1", "10000", GRAM, "0", None), ("3", "20000", GRAM, "0", None), ("5", "1", None, "0", None)],
            "5",
            KILO,
            35000,
        ),
        # What was weighed wins over the catalogue.
        ([("2", "10000", GRAM, "0", "18000")], "5", KILO, 9000),
        # A unit that is no weight: what was measured says how many items it was, to three decimals.
        ([("2", "10000", None, "7", "18000")], "5", KILO, 6300),
        ([("2", "0.3", None, "0.25", "0.7")], "6", KILO, 350),
        ([("2", "3000", None, "2500", "7000")], "6", KILO, 3499500),
        # By the pound of 453.6 g.
        ([("1", "10000", GRAM, "0", None), ("2", "20000", GRAM, "0", None)], "5", POUND, 55115),
    ],
)
def test_a_fee_by_weight_counts_what_was_really_weighed(items: Any, rate: str, per: Decimal, cents: int) -> None:
    lines = []
    for quantity, unit_amount, unit_grams, item_kilos, weighed in items:
        kilos = line_kilos(
            quantity=D(quantity),
            unit_amount=D(unit_amount),
            unit_grams=unit_grams,
            item_kilos=D(item_kilos),
            weighed=D(weighed) if weighed else None,
        )
        lines.append(Charged(D(1), D(1), 100, weight=kilos))
    assert fee_minor(calculator=Calculator.PER_KILO, lines=lines, amount=D(rate), grams=per) == cents


# --- VAT -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "percent", "added", "vat"),
    [
        ("50", "10", False, "4.55"),
        ("50", "10", True, "5.00"),
        ("50", "20", False, "8.33"),
        ("50", "20", True, "10.00"),
        ("10", "20", False, "1.67"),
        ("50", "25", False, "10.00"),
        ("50", "25", True, "12.50"),
        ("6.00", "10", False, "0.55"),
        ("1.20", "10", False, "0.11"),
        ("20", "1.5", False, "0.30"),
        ("20", "2.5", False, "0.49"),
        ("-0.11", "10", False, "-0.01"),
    ],
)
def test_vat_is_taken_out_of_an_amount_or_added_to_it(amount: str, percent: str, added: bool, vat: str) -> None:
    assert from_minor(vat_minor(to_minor(D(amount)), D(percent), added=added)) == D(vat)


@given(st.integers(-(10**9), 10**9), st.decimals(0, 100, places=2))
def test_vat_in_a_sum_is_the_vat_added_to_what_is_left(amount: int, percent: Decimal) -> None:
    inside = vat_minor(amount, percent)
    assert abs(vat_minor(amount - inside, percent, added=True) - inside) <= 1


# --- Whole orders ----------------------------------------------------------------------------------------------------

NUMBERS = count(1)
S1, S2 = 1, 2
APPLES = {"vat": D("5.5"), "producer": S1}
BREADS = {"vat": D("5.5"), "producer": S2}


def a_fee(calculator: str, amount: str, **fields: Any) -> Fee:
    return Fee(pk=next(NUMBERS), name="x", calculator=calculator, amount=D(amount), **fields)


def totals(fees: list[Fee], lines: list[Charged], **more: Any) -> tuple[Decimal, Decimal, Decimal]:
    """What is charged, the VAT of the goods and fees where it is included, and where it is added."""
    charges = charge_fees(fees, lines, **more)
    included = sum(vat_minor(line.amount_minor, line.vat) for line in lines)
    included += sum(charge.vat for fee, charge in charges.items() if not fee.vat_added)
    added = sum(charge.vat for fee, charge in charges.items() if fee.vat_added)
    return from_minor(sum(c.amount for c in charges.values())), from_minor(included), from_minor(added)


def three_fees(**vat: Any) -> list[Fee]:
    own = {"vat_percent": D(20), **vat}
    return [
        a_fee(Calculator.PER_ITEM, "0.10", level=Fee.Level.SUPPLIER, producer_id=S1, **vat),
        a_fee(Calculator.PERCENT_PER_ITEM, "5", **own),
        a_fee(Calculator.PER_ORDER, "2", level=Fee.Level.PICKUP, point_id=7, **own),
    ]


def test_fees_of_producer_coordinator_and_pickup_point_add_up() -> None:
    lines = [goods("1.35", "3", **APPLES), goods("3.20", "2", **BREADS)]
    fees, included, added = totals(three_fees(), lines, point_id=7)
    assert (fees, included, added) == (D("2.83"), D("0.98"), D("0.00"))
    # Fetched elsewhere, the fee of that point is not charged.
    assert totals(three_fees(), lines, point_id=8)[0] == D("0.83")


def test_vat_of_fees_may_come_on_top() -> None:
    lines = [goods("1.35", "3", **APPLES), goods("3.20", "2", **BREADS)]
    fees, _included, added = totals(three_fees(vat_added=True), lines, point_id=7)
    assert added == D("0.02") + D("0.04") + D("0.06") + D("0.40")
    assert fees == D("2.83") + added


def test_a_fee_inherits_the_vat_of_the_goods_it_is_counted_on() -> None:
    line = goods("10", "1", vat=D(20), producer=S1)
    for added, charged, vat in ((True, 6000, 1000), (False, 5000, 833)):
        fee = a_fee(Calculator.PER_ITEM, "50", vat_added=added)
        assert charge_fees([fee], [line])[fee] == (charged, vat)


def test_a_fee_by_order_is_charged_once_for_a_producer_whose_goods_are_in_it_and_counts_the_whole_order() -> None:
    one = a_fee(Calculator.PER_ORDER, "4", level=Fee.Level.SUPPLIER, producer_id=S1)
    two = a_fee(Calculator.PER_ORDER, "3", level=Fee.Level.SUPPLIER, producer_id=S2)
    assert {
        fee.producer_id for fee in charge_fees([one, two], [goods("1", "1", **APPLES), goods("2", "1", **APPLES)])
    } == {S1}
    stepped = a_fee(
        Calculator.STEPPED, "9", further_amount=D(1), from_goods=D(10), level=Fee.Level.SUPPLIER, producer_id=S1
    )
    assert charge_fees([stepped], [goods("4", "1", **APPLES), goods("6", "1", **BREADS)])[stepped].amount == 100


def test_no_goods_no_fees() -> None:
    assert charge_fees(three_fees(), [goods("1.35", "0", **APPLES)], point_id=7) == {}


# --- In life ---------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_what_is_charged_is_what_was_shown_before() -> None:
    """Fees of all three levels, VAT on top of one: basket, hold, closing and settlement say the same cents."""
    group = build.a_group()
    farm, mill = build.a_producer(), build.a_producer("The Mill")
    apples = build.a_product(farm, "Apples", "1.35", unit="KGM", unit_amount=D("0.5"))
    bread = build.a_product(mill, "Bread", "3.20", deposit=Money("0.30", "EUR"))
    lise = build.a_household("Lise", group=group)
    point = PickupPoint.objects.create(organisation=group, name="Ateneu", address="Carrer Major 1")
    cycle = build.a_draft(group, [apples, bread], pickup_point=point)
    set_fees(
        cycle=cycle,
        fees=[
            Fee(
                name="Packing",
                calculator=Calculator.PER_KILO,
                amount=D("0.37"),
                level="supplier",
                producer=farm,
                payee=farm,
            ),
            Fee(
                name="Group",
                calculator=Calculator.PERCENT_PER_LINE,
                amount=D("3.3"),
                vat_percent=D(21),
                vat_added=True,
                payee=group,
            ),
            Fee(
                name="Hall", calculator=Calculator.PER_ORDER, amount=D("0.50"), level="pickup", point=point, payee=group
            ),
        ],
    )
    cycle = open_cycle(cycle=cycle, actor=None, at=build.NOW)
    build.an_order(lise, cycle, {apples: 3, bread: 2})
    cost = basket_cost(lise, cycle)
    # 3 × 0.5 kg × 0.37 = 0.56; 3.3 % of 4.05 and of 6.40 (deposits are no goods) = 0.13 + 0.21, VAT 0.03 + 0.04.
    assert [cost.fees[fee] for fee in cycle.fees.all()] == [56, 41, 50]
    assert cost.total == 405 + 700 + 56 + 41 + 50
    assert ledger.balance(f"cycle:{cycle.pk}:held:EUR") == cost.total
    close_cycle(cycle=cycle, actor=None, at=cycle.closes_at)
    assert ledger.balance(f"cycle:{cycle.pk}:held:EUR") == cost.total
    build.order_from_producers(cycle)
    build.receive(cycle)
    build.settle(cycle)
    settled = SettledOrder.objects.get()
    assert (settled.fees_minor, settled.euro_minor) == (56 + 41 + 50, cost.total)
    assert ledger.check() == []


def test_a_fee_names_the_producer_or_point_its_level_needs() -> None:
    group = build.a_group()
    cycle = build.a_draft(group, [build.a_product(build.a_producer(), "Carrots")])
    with pytest.raises(ValidationError):
        set_fees(
            cycle=cycle,
            fees=[Fee(name="x", calculator="per_order", amount=D(1), level=Fee.Level.SUPPLIER, payee=group)],
        )
