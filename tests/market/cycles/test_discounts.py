"""Discounts: fees below zero, for everybody or for a tag, shown as charged, borne by the group, never below zero."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from ledger import api as ledger
from market import bookkeeping
from market.cycles.fees import Charged, charge_fees
from market.cycles.models import Fee, OrderCycle
from market.cycles.services import open_cycle, set_fees
from market.money import to_minor
from market.ordering.baskets import basket_cost, check_basket
from market.ordering.closing import close_cycle
from market.people.joining import set_tags
from market.people.models import Enrolment, Household
from market.settlement.models import SettledFee, SettledOrder
from market.settlement.refunds import give_back_order
from market.settlement.undoing import undo_settlement
from market.supply.services import reopen_cycle
from market.treasury.reports import prove_reserve
from tests import builders as build

D = Decimal
Calculator = Fee.Calculator


def a_fee(pk: int, calculator: str, amount: str, **fields: Any) -> Fee:
    return Fee(pk=pk, name="x", calculator=calculator, amount=D(amount), **fields)


def goods(price: str, quantity: str = "1", **more: Any) -> Charged:
    return Charged(D(quantity), D(price), to_minor(D(price) * D(quantity)), **more)


def test_a_discount_is_counted_like_a_fee_and_its_vat_goes_down_with_it() -> None:
    member = a_fee(1, Calculator.PERCENT_PER_LINE, "-10")
    coupon = a_fee(2, Calculator.PER_ORDER, "-2.50", vat_percent=D(21), vat_added=True)
    charges = charge_fees([member, coupon], [goods("12.10", vat=D(10)), goods("8.00", vat=D(4))])
    assert charges[member] == (-121 - 80, -11 - 3)
    assert charges[coupon] == (-250 - 53, -53)


def test_discounts_take_off_no_more_than_goods_and_fees_cost_each_in_proportion() -> None:
    hall = a_fee(1, Calculator.PER_ORDER, "1.00")
    small, large = a_fee(2, Calculator.PER_ORDER, "-3", vat_percent=D(20)), a_fee(3, Calculator.PER_ORDER, "-9")
    charges = charge_fees([hall, small, large], [goods("5.00")])
    assert [charges[fee].amount for fee in (hall, small, large)] == [100, -150, -450]
    assert charges[small].vat == -25  # half of the 0.50 in three euros


@given(
    lines=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 5)), min_size=1, max_size=4),
    fees=st.lists(
        st.tuples(
            st.sampled_from([Calculator.PERCENT_PER_LINE, Calculator.PERCENT_PER_ITEM, Calculator.PERCENT_PER_ORDER,
                             Calculator.PER_ITEM, Calculator.PER_ORDER]),
            st.decimals(-100, 100, places=2),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_no_order_costs_less_than_nothing(lines: list[tuple[int, int]], fees: list[tuple[str, Decimal]]) -> None:
    charged = [goods(str(D(cents) / 100), str(items)) for cents, items in lines]
    rows = [a_fee(pk, calculator, str(amount)) for pk, (calculator, amount) in enumerate(fees, 1)]
    charges = charge_fees(rows, charged)
    assert sum(line.amount_minor for line in charged) + sum(charge.amount for charge in charges.values()) >= 0


# --- In life ---------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def cycle_with(fees: list[Fee], products: list[Any], group: Any, **fields: Any) -> OrderCycle:
    draft = build.a_draft(group, products, **fields)
    set_fees(cycle=draft, fees=fees)
    return open_cycle(cycle=draft, actor=None, at=build.NOW)


def tag(household: Household, *names: str) -> None:
    set_tags(enrolment=Enrolment.objects.get(household=household), names=names)


def held(cycle: OrderCycle, currency: str = "EUR") -> int:
    return ledger.balance(bookkeeping.held(cycle.pk, currency))


def test_a_discount_is_shown_set_aside_and_charged_to_the_cent_and_the_group_bears_it() -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots = build.a_product(farm, "Carrots", "3.33")
    bottle = build.a_product(farm, "Juice", "2.00", deposit=Money("0.50", "EUR"))
    lise = build.a_household("Lise", group=group)
    fees = [
        Fee(name="Group", calculator=Calculator.PERCENT_PER_LINE, amount=D(5), payee=group),
        Fee(name="Members", calculator=Calculator.PERCENT_PER_LINE, amount=D(-10), kind="discount", payee=group),
    ]
    cycle = cycle_with(fees, [carrots, bottle], group)
    build.an_order(lise, cycle, {carrots: 3, bottle: 2})
    # 9.99 and 4.00 of goods, and 1.00 of deposits that nothing is counted on: 0.50 + 0.20, and 1.00 + 0.40 off.
    cost = basket_cost(lise, cycle)
    assert (cost.goods, list(cost.fees.values()), cost.total) == (1499, [70, -140], 1429)
    assert held(cycle) == 1429
    build.a_settled_cycle(cycle)
    settled = SettledOrder.objects.get()
    assert (settled.fees_minor, settled.euro_minor, settled.due_minor) == (-70, 1429, 0)
    assert sorted(SettledFee.objects.values_list("amount_minor", flat=True)) == [-140, 70]
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 1499  # the producer gets its price
    assert ledger.balance(bookkeeping.organisation(group.pk)) == 70
    assert ledger.balance(bookkeeping.differences(group.pk)) == -140
    assert ledger.balance(bookkeeping.household(lise.pk)) == 10000 - 1429
    assert ledger.check() == []


def test_a_discount_larger_than_the_order_leaves_only_its_deposits_to_pay() -> None:
    group = build.a_group()
    bottle = build.a_product(build.a_producer(), "Juice", "2.00", deposit=Money("0.50", "EUR"))
    lise = build.a_household("Lise", group=group)
    cycle = cycle_with([Fee(name="Help", calculator=Calculator.PER_ORDER, amount=D(-20), payee=group)], [bottle], group)
    build.an_order(lise, cycle, {bottle: 3})
    assert basket_cost(lise, cycle).total == 150
    build.a_settled_cycle(cycle)
    assert SettledOrder.objects.get().euro_minor == 150
    assert ledger.check() == []


def test_what_a_discount_takes_off_is_never_paid_in_community_currency_either() -> None:
    group, farm, eco = build.a_group(), build.a_producer(), build.a_currency()
    bread = build.a_product(farm, "Bread", "4.00", community_share=D(100))
    nuts = build.a_product(farm, "Nuts", "1.50", pack_size=D(4), community_share=D(100))
    lise, noor = (build.a_household(name, group=group) for name in ("Lise", "Noor"))
    for household in (lise, noor):
        build.give_units(household, eco, "30")
    fee = Fee(name="Members", calculator=Calculator.PERCENT_PER_ORDER, amount=D(-25), payee=group)
    cycle = cycle_with([fee], [bread, nuts], group, community_currency=eco)
    with pytest.raises(ValidationError) as refusal:
        build.an_order(lise, cycle, {bread: 2, nuts: (3, 1)}, community="14")
    assert refusal.value.code == "above_share"
    build.an_order(lise, cycle, {bread: 2, nuts: (3, 1)}, community="10.50")  # all of 14.00 less a quarter
    build.an_order(noor, cycle, {bread: 1}, community="3")
    assert (held(cycle), held(cycle, "ECO")) == (0, 1350)
    build.close(cycle)
    build.order_from_producers(cycle)
    build.receive(cycle, {nuts: 0})  # the pack was filled by Lise's tolerance, and then did not come
    build.settle(cycle)
    rows = {row.order.household.name: row for row in SettledOrder.objects.all()}
    assert (rows["Lise"].community_minor, rows["Lise"].euro_minor) == (600, 0)
    assert (rows["Noor"].community_minor, rows["Noor"].euro_minor) == (300, 0)
    assert ledger.check() == []
    assert prove_reserve()[1] == []


def test_more_than_was_allotted_is_paid_in_euros_where_closing_cut_the_units() -> None:
    group, farm, eco = build.a_group(), build.a_producer(), build.a_currency()
    nuts = build.a_product(farm, "Nuts", "1.00", pack_size=D(4), community_share=D(100))
    lise = build.a_household("Lise", group=group)
    build.give_units(lise, eco, "30")
    fee = Fee(name="Members", calculator=Calculator.PERCENT_PER_ORDER, amount=D(-25), payee=group)
    cycle = cycle_with([fee], [nuts], group, community_currency=eco)
    build.an_order(lise, cycle, {nuts: (4, 2)}, community="4.50")
    build.close(cycle)  # one pack of four: three euros are left of the units
    assert held(cycle, "ECO") == 300
    build.order_from_producers(cycle)
    build.receive(cycle, {nuts: 6})
    build.settle(cycle)
    row = SettledOrder.objects.get()
    assert (row.community_minor, row.euro_minor) == (300, 150)
    assert ledger.check() == []


def test_a_discount_for_a_tag_is_for_the_households_that_had_it_when_they_ordered() -> None:
    group = build.a_group()
    bread = build.a_product(build.a_producer(), "Bread", "4.00")
    lise, noor = (build.a_household(name, group=group) for name in ("Lise", "Noor"))
    tag(lise, "volunteer")
    fee = Fee(name="Volunteers", calculator=Calculator.PERCENT_PER_LINE, amount=D(-50), payee=group)
    fee.tag = group.household_tags.get()
    cycle = cycle_with([fee], [bread], group)
    build.an_order(lise, cycle, {bread: 2})
    build.an_order(noor, cycle, {bread: 2})
    assert (basket_cost(lise, cycle).total, basket_cost(noor, cycle).total) == (400, 800)
    assert held(cycle) == 1200
    tag(lise)  # what was shown to her stays what she pays, and what was shown to Noor, too
    tag(noor, "volunteer")
    close_cycle(cycle=cycle, actor=None, at=cycle.closes_at)
    assert held(cycle) == 1200
    reopen_cycle(cycle=cycle, closes_at=cycle.distribution_at, actor=None, at=cycle.closes_at)
    assert held(cycle) == 1200
    cycle.refresh_from_db()
    build.a_settled_cycle(cycle)
    assert sorted(SettledOrder.objects.values_list("euro_minor", flat=True)) == [400, 800]
    assert ledger.check() == []


def test_placing_again_counts_the_tags_of_now() -> None:
    group = build.a_group()
    bread = build.a_product(build.a_producer(), "Bread", "4.00")
    lise = build.a_household("Lise", group=group)
    tag(lise, "volunteer")
    fee = Fee(name="Volunteers", calculator=Calculator.PER_ORDER, amount=D(-1), payee=group)
    fee.tag = group.household_tags.get()
    cycle = cycle_with([fee], [bread], group)
    build.an_order(lise, cycle, {bread: 1})
    assert held(cycle) == 300
    tag(lise)
    build.an_order(lise, cycle, {bread: 2})
    assert held(cycle) == 800
    checked = check_basket(household=lise, cycle=cycle, community_minor=0, at=build.NOW)
    assert checked.cost.total == 800


def test_a_given_back_order_gives_back_its_discount() -> None:
    group, farm = build.a_group(), build.a_producer()
    bread = build.a_product(farm, "Bread", "4.00")
    lise = build.a_household("Lise", group=group, euros="20")
    fee = Fee(name="Members", calculator=Calculator.PERCENT_PER_LINE, amount=D(-10), payee=group)
    cycle = cycle_with([fee], [bread], group)
    build.an_order(lise, cycle, {bread: 5})
    build.a_settled_cycle(cycle)
    assert ledger.balance(bookkeeping.household(lise.pk)) == 200
    teo = build.a_person("Teo")
    give_back_order(settled=SettledOrder.objects.get(), reason="stale", key=build.uuid4(), actor=teo, at=build.NOW)
    assert ledger.balance(bookkeeping.household(lise.pk)) == 2000
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 0
    assert ledger.balance(bookkeeping.differences(group.pk)) == 0
    assert ledger.check() == []


def test_a_settlement_with_a_discount_can_be_undone_and_settled_again() -> None:
    group = build.a_group()
    bread = build.a_product(build.a_producer(), "Bread", "4.00")
    lise = build.a_household("Lise", group=group)
    fee = Fee(name="Members", calculator=Calculator.PERCENT_PER_LINE, amount=D(-10), payee=group)
    cycle = cycle_with([fee], [bread], group)
    build.an_order(lise, cycle, {bread: 5})
    build.a_settled_cycle(cycle)
    cycle = undo_settlement(cycle=cycle, reason="wrong", actor=build.a_person("Teo"), at=build.NOW)
    assert ledger.balance(bookkeeping.differences(group.pk)) == 0
    assert held(cycle) == 1800
    build.settle(cycle)
    assert ledger.balance(bookkeeping.differences(group.pk)) == -200
    assert ledger.check() == []


def test_whoever_organises_bears_a_discount() -> None:
    group, farm = build.a_group(), build.a_producer()
    cycle = build.a_draft(group, [build.a_product(farm, "Carrots")])
    with pytest.raises(ValidationError, match="bears a discount"):
        set_fees(cycle=cycle, fees=[Fee(name="x", calculator="per_order", amount=D(-1), payee=farm)])


def test_the_database_knows_no_percentage_beyond_a_hundred() -> None:
    group = build.a_group()
    cycle = build.a_draft(group, [build.a_product(build.a_producer(), "Carrots")])
    with pytest.raises(IntegrityError), transaction.atomic():
        Fee.objects.create(cycle=cycle, name="x", calculator="percent_line", amount=D(-101), payee=group)


def test_a_coordinator_writes_a_discount_with_a_minus_and_households_read_it_before_they_pay(client: Client) -> None:
    group = build.a_group()
    bread = build.a_product(build.a_producer(), "Bread", "4.00")
    lise = build.a_household("Lise", group=group)
    tag(lise, "volunteer")
    cycle = build.a_draft(group, [bread])
    client.force_login(build.a_person("Amina"))
    page = reverse("market:cycles:edit", args=[cycle.pk])
    form = client.get(page).context["form"]
    data = {name: form[name].value() for name in ("name", "strategy", "audience")}
    for moment in ("opens_at", "closes_at", "distribution_at"):
        local = build.timedelta(hours=1) + getattr(cycle, moment)
        data |= {f"{moment}_0": local.strftime("%Y-%m-%d"), f"{moment}_1": local.strftime("%H:%M")}
    data |= {
        "producers": [bread.producer_id], "fees-TOTAL_FORMS": "1", "fees-INITIAL_FORMS": "0",
        "fees-0-name": "Volunteers", "fees-0-calculator": "percent_order", "fees-0-amount": "−12,5 %",
        "fees-0-charged_on": "coordinator", "fees-0-payee": group.pk, "fees-0-kind": "discount",
        "fees-0-tag": group.household_tags.get().pk,
    }  # fmt: skip
    wrong = client.post(page, {**data, "fees-0-payee": bread.producer_id})
    assert wrong.status_code == 400
    assert "Who organises the cycle bears a discount." in wrong.content.decode()
    assert client.post(page, data).status_code == 302, client.post(page, data).context["fees"].errors
    fee = cycle.fees.get()
    assert (fee.amount, fee.kind, str(fee.tag)) == (D("-12.5"), "discount", "volunteer")
    cycle = open_cycle(cycle=cycle, actor=None, at=build.NOW)
    build.set_line(household=lise, offer=build.offer_of(cycle, bread), quantity=D(2), at=build.NOW)
    client.force_login(build.a_person("Lise"))
    text = client.get(reverse("market:ordering:basket", args=[cycle.pk])).content.decode()
    assert {word for word in ("Volunteers", "-€1.00", "€7.00") if word not in text} == set()
