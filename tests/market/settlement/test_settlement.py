"""Settlement worked by hand: who pays what, who earns what, and nothing left in between."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ledger import api as ledger
from market.cycles.models import Fee, OrderCycle
from market.cycles.services import open_cycle, set_fees
from market.ordering.models import Order
from market.people.services import set_credit_limit
from market.settlement.services import settle_cycle
from tests import builders as build

pytestmark = pytest.mark.django_db


def euros(household: object) -> int:
    return ledger.balance(f"household:{household.pk}:EUR")  # type: ignore[attr-defined]


def nothing_is_left(cycle: OrderCycle) -> bool:
    return not any(ledger.balances_like(f"cycle:{cycle.pk}:").values())


def test_a_euro_cycle_costs_what_came() -> None:
    """Lise: 2 × 1.90 + 1 × 3.50 = 7.30. Noor: 1 × 1.90. The farm earns 5.70, the baker 3.50."""
    group, farm, baker = build.a_group(), build.a_producer(), build.a_producer("Baker", editor="Mireia")
    carrots, bread = build.a_product(farm, "Carrots", "1.90"), build.a_product(baker, "Bread", "3.50")
    lise, noor = build.a_household("Lise", group=group), build.a_household("Noor", group=group)
    cycle = build.an_open_cycle(group, [carrots, bread])
    build.an_order(lise, cycle, {carrots: 2, bread: 1})
    build.an_order(noor, cycle, {carrots: 1})
    build.a_settled_cycle(cycle)
    assert (euros(lise), euros(noor)) == (10_000 - 730, 10_000 - 190)
    assert ledger.balance(f"organisation:{farm.pk}:EUR") == 570
    assert ledger.balance(f"organisation:{baker.pk}:EUR") == 350
    assert nothing_is_left(cycle)
    assert ledger.check() == []


def test_the_cents_of_a_price_that_does_not_divide_add_up() -> None:
    """Three households take one each of 3.333: 10.00 in all, 3.34 for the first, 3.33 for the others."""
    group, farm = build.a_group(), build.a_producer()
    nuts = build.a_product(farm, "Nuts", "3.333", pack_size=Decimal(3))
    households = [build.a_household(name, group=group) for name in ("Amina", "Lise", "Noor")]
    cycle = build.an_open_cycle(group, [nuts])
    for household in households:
        build.an_order(household, cycle, {nuts: 1})
    settlement = build.a_settled_cycle(cycle)
    assert list(settlement.orders.order_by("pk").values_list("goods_minor", flat=True)) == [334, 333, 333]
    assert ledger.balance(f"organisation:{farm.pk}:EUR") == 1000


def test_community_currency_pays_up_to_the_share_of_what_came() -> None:
    """Lise orders four jars at 5.00, half payable in Eco: 10.00 Eco. Only one comes: 2.50 Eco and 2.50 euros."""
    group, farm, eco = build.a_group(), build.a_producer(), build.a_currency()
    jars = build.a_product(farm, "Jars", "5.00", community_share=Decimal(50))
    lise = build.a_household("Lise", group=group)
    build.give_units(lise, eco, "10")
    cycle = build.an_open_cycle(group, [jars], community_currency=eco)
    build.an_order(lise, cycle, {jars: 4}, community="10.00")
    assert (euros(lise), ledger.balance(f"household:{lise.pk}:ECO")) == (9000, 0)
    build.a_settled_cycle(cycle, {jars: 1})
    assert (euros(lise), ledger.balance(f"household:{lise.pk}:ECO")) == (9750, 750)
    assert ledger.balance(f"organisation:{farm.pk}:ECO") == 250
    assert nothing_is_left(cycle)


def test_fees_go_to_whom_they_belong() -> None:
    """Five percent per line and two euros per order on 1.90 + 3.50: 0.10 + 0.18 + 2.00."""
    group, farm = build.a_group(), build.a_producer()
    carrots, bread = build.a_product(farm, "Carrots", "1.90"), build.a_product(farm, "Bread", "3.50")
    lise = build.a_household("Lise", group=group)
    draft = build.a_draft(group, [carrots, bread])
    fees = [
        Fee(name="Group", calculator=Fee.Calculator.PERCENT_PER_LINE, amount=Decimal(5), payee=group),
        Fee(name="Van", calculator=Fee.Calculator.PER_ORDER, amount=Decimal(2), payee=farm),
    ]
    set_fees(cycle=draft, fees=fees)
    cycle = open_cycle(cycle=draft, actor=None, at=build.NOW)
    build.an_order(lise, cycle, {carrots: 1, bread: 1})
    build.a_settled_cycle(cycle)
    assert euros(lise) == 10_000 - 540 - 28 - 200
    assert ledger.balance(f"organisation:{group.pk}:EUR") == 28
    assert ledger.balance(f"organisation:{farm.pk}:EUR") == 540 + 200


def test_who_gets_nothing_pays_nothing_not_even_fees() -> None:
    group, farm = build.a_group(), build.a_producer()
    crate = build.a_product(farm, "Squash", "2.00", pack_size=Decimal(10))
    lise = build.a_household("Lise", group=group)
    draft = build.a_draft(group, [crate])
    set_fees(cycle=draft, fees=[Fee(name="Van", calculator=Fee.Calculator.PER_ORDER, amount=Decimal(2), payee=group)])
    cycle = open_cycle(cycle=draft, actor=None, at=build.NOW)
    build.an_order(lise, cycle, {crate: 3})
    assert euros(lise) == 10_000 - 600 - 200
    build.close(cycle)
    assert euros(lise) == 10_000  # the pack did not fill: everything is free again at once
    assert build.order_from_producers(cycle) == []
    build.settle(cycle)
    assert euros(lise) == 10_000
    assert nothing_is_left(cycle)


def test_a_surplus_beyond_the_set_aside_is_paid_from_the_balance_then_owed() -> None:
    """Two ordered, tolerance for two more, one pack ordered; four come: Lise pays four and owes what is missing."""
    group, farm = build.a_group(), build.a_producer()
    eggs = build.a_product(farm, "Eggs", "3.00", pack_size=Decimal(2))
    lise = build.a_household("Lise", group=group, euros="12.00")
    cycle = build.an_open_cycle(group, [eggs])
    build.an_order(lise, cycle, {eggs: (2, 2)})
    assert euros(lise) == 0
    build.close(cycle)
    assert euros(lise) == 600
    other = build.a_household("Other", group=group, euros="0")
    ledger.post(
        ledger.NewEntry(
            key="spent", kind="test", happened_at=build.NOW,
            legs=[ledger.Leg(f"household:{lise.pk}:EUR", f"household:{other.pk}:EUR", 500)],
        )
    )  # fmt: skip
    build.order_from_producers(cycle)
    build.receive(cycle, {eggs: 4})
    settlement = build.settle(cycle)
    row = settlement.orders.get()
    assert (row.euro_minor, row.due_minor) == (1200, 500)
    assert ledger.balance(f"household:{lise.pk}:due:EUR") == -500
    assert ledger.balance(f"organisation:{farm.pk}:EUR") == 1200
    assert nothing_is_left(cycle)
    # What she owes blocks new orders until it is paid.
    again = build.an_open_cycle(group, [eggs], name="Next")
    with pytest.raises(ValidationError) as refusal:
        build.an_order(lise, again, {eggs: 2})
    assert refusal.value.code == "owes"
    build.pay_in(lise, "30")
    assert (ledger.balance(f"household:{lise.pk}:due:EUR"), euros(lise)) == (0, 2500)
    assert isinstance(build.an_order(lise, again, {eggs: 2}), Order)


def test_settling_twice_settles_once_and_settling_early_is_refused() -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 2})
    with pytest.raises(ValidationError) as refusal:
        settle_cycle(cycle=cycle, actor=None, at=build.NOW)
    assert refusal.value.code == "wrong_state"
    first = build.a_settled_cycle(cycle)
    before = ledger.trial_balance()
    assert settle_cycle(cycle=cycle, actor=None, at=build.NOW) == first
    assert ledger.trial_balance() == before


def test_credit_is_held_by_the_database() -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group, euros="1.00")
    cycle = build.an_open_cycle(group, [carrots])
    with pytest.raises(ValidationError) as refusal:
        build.an_order(lise, cycle, {carrots: 2})
    assert refusal.value.code == "not_enough_euros"
    assert "3.00" in refusal.value.messages[0]
    assert not Order.objects.exists()
    set_credit_limit(household=lise, limit_minor=300)
    build.an_order(lise, cycle, {carrots: 2})
    assert euros(lise) == -300
