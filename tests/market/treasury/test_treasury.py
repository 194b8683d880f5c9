"""Units out against euros in; euros out against units in; and the proof that both stay the same."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from market import bookkeeping
from market.bookkeeping import CASH, COMMISSION, RESERVE
from market.currencies.models import CommunityCurrency
from market.currencies.services import create_currency, wallet_code
from market.people.access import Owner
from market.people.models import Household, Organisation
from market.treasury.models import TreasuryOperation
from market.treasury.reports import backings, circulation_plot, prove_reserve, reserve, trial_balances
from market.treasury.services import issue_units, redeem_units
from market.wallets.services import pay
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def eco() -> CommunityCurrency:
    return build.a_currency()


@pytest.fixture
def lise(eco: CommunityCurrency) -> Household:
    return build.a_household("Lise", euros="0")


@pytest.fixture
def farm(eco: CommunityCurrency) -> Organisation:
    return build.a_producer()


def issue(owner: Owner, currency: CommunityCurrency, units: int, **changed: Any) -> TreasuryOperation:
    terms: dict[str, Any] = {"means": "transfer", "reference": "", "key": uuid4(), "actor": None, "at": build.NOW}
    return issue_units(owner=owner, currency=currency, amount_minor=units, **{**terms, **changed})


def redeem(farm: Organisation, currency: CommunityCurrency, units: int, **changed: Any) -> TreasuryOperation:
    terms: dict[str, Any] = {"means": "transfer", "reference": "", "key": uuid4(), "actor": None, "at": build.NOW}
    return redeem_units(organisation=farm, currency=currency, amount_minor=units, **{**terms, **changed})


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def held(owner: Owner, currency: CommunityCurrency) -> int:
    code = wallet_code(owner, currency)
    return ledger.balances([code]).get(code, 0)


def test_an_issue_is_one_entry_with_both_sides(eco: CommunityCurrency, lise: Household) -> None:
    operation = issue(lise, eco, 2000)
    (entry,) = [ledger.find_entry(f"issue:{operation.key}")]
    assert entry.id == operation.entry_id
    assert entry.legs == (
        Leg(RESERVE, bookkeeping.circulation("ECO"), 2000),
        Leg(bookkeeping.issued("ECO"), wallet_code(lise, eco), 2000),
    )
    assert (held(lise, eco), reserve()) == (2000, 2000)


def test_cash_for_units_goes_to_the_cash_box(eco: CommunityCurrency, lise: Household) -> None:
    issue(lise, eco, 2000, means="cash")
    assert (ledger.balance(CASH), ledger.balance(RESERVE), reserve()) == (-2000, 0, 2000)


@pytest.mark.parametrize(
    ("percent", "units", "fee"),
    [
        ("5", 10000, 500),
        ("5", 10, 1),  # half a cent is rounded up
        ("5", 9, 0),
        ("2.5", 1001, 25),
        ("2.5", 1020, 26),
        ("0", 10000, 0),
        ("100", 10000, 10000),
        ("0.01", 4999, 0),
        ("0.01", 5000, 1),
    ],
)
def test_commission_and_payment_add_up_to_the_units(percent: str, units: int, fee: int) -> None:
    build.the_market()
    eco = create_currency(code="ECO", name="Eco", redemption_fee_percent=Decimal(percent))
    farm = build.a_producer()
    issue(farm, eco, 20000)
    operation = redeem(farm, eco, units)
    assert operation.fee_minor == fee
    assert ledger.balance(COMMISSION) == fee
    assert ledger.balance(RESERVE) == -20000 + units - fee
    assert held(farm, eco) == 20000 - units
    assert prove_reserve() == (
        [f"ECO: {20000 - units} in circulation, {20000 - units} cents owed for it."],
        [],
    )


def test_nobody_redeems_more_than_the_wallet_holds(eco: CommunityCurrency, farm: Organisation) -> None:
    issue(farm, eco, 1000)
    assert refused(redeem, farm, eco, 1001) == "not_enough"
    assert held(farm, eco) == 1000
    assert TreasuryOperation.objects.count() == 1


def test_a_wallet_never_used_has_nothing_to_redeem(eco: CommunityCurrency, farm: Organisation) -> None:
    assert refused(redeem, farm, eco, 1) == "not_enough"


@pytest.mark.parametrize(("units", "code"), [(0, "not_positive"), (-100, "not_positive"), (10_000_001, "too_large")])
def test_amounts_nobody_means_are_refused(eco: CommunityCurrency, farm: Organisation, units: int, code: str) -> None:
    assert refused(issue, farm, eco, units) == code
    assert refused(redeem, farm, eco, units) == code


def test_the_same_key_is_the_same_operation(eco: CommunityCurrency, farm: Organisation) -> None:
    key = uuid4()
    assert issue(farm, eco, 1000, key=key) == issue(farm, eco, 1000, key=key)
    assert held(farm, eco) == 1000
    other = uuid4()
    assert redeem(farm, eco, 600, key=other) == redeem(farm, eco, 600, key=other)
    assert held(farm, eco) == 400


def test_a_key_used_for_something_else_is_refused(eco: CommunityCurrency, farm: Organisation, lise: Household) -> None:
    key = uuid4()
    issue(farm, eco, 1000, key=key)
    assert refused(issue, farm, eco, 999, key=key) == "key_reused"
    assert refused(issue, lise, eco, 1000, key=key) == "key_reused"
    assert refused(redeem, farm, eco, 1000, key=key) == "key_reused"
    assert (held(farm, eco), held(lise, eco)) == (1000, 0)


def test_a_transfer_issues_units_once(eco: CommunityCurrency, farm: Organisation, lise: Household) -> None:
    issue(farm, eco, 1000, reference="E00058")
    assert refused(issue, lise, eco, 1000, reference=" E00058 ") == "already_booked"
    assert held(lise, eco) == 0


def test_the_proof_fails_when_units_come_from_nowhere(eco: CommunityCurrency, lise: Household) -> None:
    issue(lise, eco, 2000)
    leg = Leg(bookkeeping.issued("ECO"), wallet_code(lise, eco), 1)
    ledger.post(NewEntry(key="forged", kind="units issued", happened_at=build.NOW, legs=[leg]))
    lines, broken = prove_reserve()
    assert lines == ["ECO: 2001 in circulation, 2000 cents owed for it."]
    assert len(broken) == 1
    assert [backing.proven for backing in backings()] == [False]


def test_the_curve_is_the_circulation_day_by_day(eco: CommunityCurrency, farm: Organisation) -> None:
    assert circulation_plot(eco) is None
    issue(farm, eco, 3000)
    issue(farm, eco, 1000)
    redeem(farm, eco, 1500, at=build.NOW.replace(day=9))
    plot = circulation_plot(eco)
    assert plot is not None
    assert [(day.isoformat(), amount) for day, amount in plot.rows] == [("2026-03-04", 4000), ("2026-03-09", 2500)]
    assert plot.highest == 4000


def test_the_trial_balance_of_a_past_day_is_as_it_was(eco: CommunityCurrency, farm: Organisation) -> None:
    issue(farm, eco, 3000)
    redeem(farm, eco, 1000, at=build.NOW.replace(day=9))
    euros, units = (balance.debit for balance in reversed(trial_balances(build.NOW.replace(day=5))))
    assert (euros, units) == (3000, 3000)
    for at in (None, build.NOW, build.NOW.replace(day=5), build.NOW.replace(day=9)):
        assert all(balance.debit == balance.credit for balance in trial_balances(at))
    assert [balance.debit for balance in trial_balances(None)] == [2000, 2050]
    assert trial_balances(build.NOW.replace(day=1)) == []


MOVES = st.lists(
    st.tuples(st.sampled_from(["issue", "redeem", "pay"]), st.integers(0, 3), st.integers(0, 3), st.integers(1, 5000)),
    min_size=1,
    max_size=25,
)


class Circulation(TestCase):
    """Random treasuries."""

    @given(moves=MOVES, percent=st.decimals(0, 100, places=2))
    def test_circulation_equals_the_euros_owed(self, moves: list[tuple[str, int, int, int]], percent: Decimal) -> None:
        build.the_market()
        eco = create_currency(code="ECO", name="Eco", redemption_fee_percent=percent)
        owners: list[Owner] = [build.a_household(name, euros="0") for name in ("Lise", "Omar")]
        farms = [build.a_producer(name) for name in ("Riverside Farm", "Mill")]
        owners += farms
        wallets = dict.fromkeys(range(4), 0)
        paid_out = commission = 0
        for what, first, second, amount in moves:
            try:
                if what == "issue":
                    issue(owners[first], eco, amount)
                    wallets[first] += amount
                elif what == "redeem":
                    fee = redeem(farms[first % 2], eco, amount).fee_minor
                    wallets[2 + first % 2] -= amount
                    commission, paid_out = commission + fee, paid_out + amount - fee
                else:
                    pay(
                        payer=owners[first], payee=owners[second], currency=eco, amount_minor=amount, memo="",
                        key=uuid4(), actor=None, at=build.NOW,
                    )  # fmt: skip
                    wallets[first] -= amount
                    wallets[second] += amount
            except ValidationError as refusal:
                assert refusal.code in {"not_enough", "same_account"}
            assert [held(owner, eco) for owner in owners] == list(wallets.values())
            assert min(wallets.values()) >= 0
            (backing,) = backings()
            assert backing.circulation == backing.owed == sum(wallets.values())
            assert prove_reserve()[1] == []
            assert reserve() == backing.owed + commission
        assert ledger.balance(COMMISSION) == commission
        assert ledger.check() == []
