"""Euros in from households, euros out to producers."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from market import bookkeeping
from market.bookkeeping import BANK, CASH
from market.payments.models import Payment, Payout
from market.payments.services import create_payout, record_payment
from market.people.models import Household, Organisation
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def lise() -> Household:
    return build.a_household("Lise", euros="0")


def pay_in(household: Household, cents: int, **changed: Any) -> Payment:
    terms: dict[str, Any] = {"method": "transfer", "reference": "", "key": uuid4(), "actor": None, "at": build.NOW}
    return record_payment(household=household, amount_minor=cents, **{**terms, **changed})


def pay_out(producer: Organisation, cents: int, **changed: Any) -> Payout:
    terms: dict[str, Any] = {"method": "transfer", "reference": "", "key": uuid4(), "actor": None, "at": build.NOW}
    return create_payout(producer=producer, amount_minor=cents, **{**terms, **changed})


def owe(household: Household, cents: int) -> None:
    """A settlement left the household in debt."""
    ledger.open_account("test:sold:EUR", currency="EUR", kind="liability")
    leg = Leg(bookkeeping.household_due(household.pk), "test:sold:EUR", cents)
    ledger.post(NewEntry(key=f"owe:{uuid4()}", kind="order settled", happened_at=build.NOW, legs=[leg]))


def earn(organisation: Organisation, cents: int) -> None:
    """A settlement credited the organisation."""
    ledger.open_account("test:bought:EUR", currency="EUR", kind="liability")
    leg = Leg("test:bought:EUR", bookkeeping.organisation(organisation.pk), cents)
    ledger.post(NewEntry(key=f"earn:{uuid4()}", kind="cycle settled", happened_at=build.NOW, legs=[leg]))


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def test_a_transfer_becomes_prepaid_balance(lise: Household) -> None:
    payment = pay_in(lise, 4000, reference=" HOUSEHOLD 1 ")
    assert payment.reference == "HOUSEHOLD 1"
    assert ledger.balances([BANK, bookkeeping.household(lise.pk)]) == {
        BANK: -4000,
        bookkeeping.household(lise.pk): 4000,
    }


def test_cash_goes_to_the_cash_box(lise: Household) -> None:
    pay_in(lise, 4000, method="cash")
    assert ledger.balance(CASH) == -4000


@pytest.mark.parametrize(("paid", "due_after", "balance_after"), [(1000, -500, 0), (1500, 0, 0), (2000, 0, 500)])
def test_a_payment_pays_what_is_owed_first(lise: Household, paid: int, due_after: int, balance_after: int) -> None:
    owe(lise, 1500)
    pay_in(lise, paid)
    assert ledger.balance(bookkeeping.household_due(lise.pk)) == due_after
    assert ledger.balance(bookkeeping.household(lise.pk)) == balance_after


def test_the_same_key_is_the_same_payment(lise: Household) -> None:
    key = uuid4()
    assert pay_in(lise, 4000, key=key) == pay_in(lise, 4000, key=key)
    assert ledger.balance(BANK) == -4000


def test_a_debt_paid_between_two_presses_does_not_make_a_second_payment(lise: Household) -> None:
    owe(lise, 1500)
    key = uuid4()
    first = pay_in(lise, 4000, key=key)
    assert pay_in(lise, 4000, key=key) == first
    assert ledger.balance(BANK) == -4000


def test_a_key_used_for_another_payment_is_refused(lise: Household) -> None:
    key = uuid4()
    pay_in(lise, 4000, key=key)
    assert refused(pay_in, lise, 4001, key=key) == "key_reused"
    assert refused(pay_in, build.a_household("Omar", euros="0"), 4000, key=key) == "key_reused"
    assert ledger.balance(BANK) == -4000


def test_a_bank_reference_is_booked_once(lise: Household) -> None:
    pay_in(lise, 4000, reference="E00058")
    omar = build.a_household("Omar", euros="0")
    assert refused(pay_in, omar, 4000, reference=" E00058 ") == "already_booked"
    assert ledger.balance(bookkeeping.household(omar.pk)) == 0
    assert ledger.check() == []


def test_two_receipts_for_cash_may_bear_the_same_words(lise: Household) -> None:
    pay_in(lise, 100, method="cash", reference="receipt")
    pay_in(lise, 100, method="cash", reference="receipt")
    assert ledger.balance(CASH) == -200


@pytest.mark.parametrize(("cents", "code"), [(0, "not_positive"), (-1, "not_positive"), (10_000_001, "too_large")])
def test_an_amount_nobody_pays_is_refused(lise: Household, cents: int, code: str) -> None:
    assert refused(pay_in, lise, cents) == code
    assert refused(pay_out, build.a_producer(), cents) == code
    assert not Payment.objects.exists()


def test_a_producer_is_paid_what_it_earned() -> None:
    farm = build.a_producer()
    earn(farm, 3408)
    payout = pay_out(farm, 3000, reference="week 10")
    assert (payout.amount_minor, payout.reference) == (3000, "week 10")
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 408
    assert ledger.balance(BANK) == 3000


def test_nobody_is_paid_more_than_the_market_owes() -> None:
    farm = build.a_producer()
    earn(farm, 3408)
    assert refused(pay_out, farm, 3409) == "more_than_owed"
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 3408
    assert not Payout.objects.exists()


def test_the_same_key_is_the_same_payout() -> None:
    farm, key = build.a_producer(), uuid4()
    earn(farm, 5000)
    assert pay_out(farm, 3000, key=key) == pay_out(farm, 3000, key=key)
    assert refused(pay_out, farm, 2000, key=key) == "key_reused"
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 2000
