"""Two presses at once, and two treasurers at once, with real threads on PostgreSQL.

Each guard has a twin that runs without it and must go wrong.
"""

from threading import Barrier
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_code
from market.payments.models import Payment, Payout
from market.payments.services import create_payout, record_payment
from market.treasury.models import TreasuryOperation
from market.treasury.services import issue_units, redeem_units
from market.wallets.services import pay
from tests import builders as build
from tests.market.payments.test_payments import earn, owe
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TOGETHER = 8


def payments_of_a_debt() -> tuple[str, list[str]]:
    """Lise owes 15.00, and eight payments of 15.00 arrive together."""
    lise = build.a_household("Lise", euros="0")
    owe(lise, 1500)
    common: dict[str, Any] = {"amount_minor": 1500, "method": "cash", "reference": "", "actor": None, "at": build.NOW}
    steps = [lambda: record_payment(household=lise, key=uuid4(), **common)] * TOGETHER
    return bookkeeping.household_due(lise.pk), at_once(steps)


def test_payments_at_the_same_moment_pay_a_debt_once() -> None:
    due, ends = payments_of_a_debt()
    assert ends == ["done"] * TOGETHER
    assert ledger.balance(due) == 0
    assert ledger.check() == []


def test_its_twin_without_the_lock_pays_the_debt_again_and_again() -> None:
    meeting = Barrier(TOGETHER)
    look = ledger.balance

    def everybody_looks_first(code: str) -> int:
        seen = look(code)
        meeting.wait(30)
        return seen

    with (
        patch.object(QuerySet, "select_for_update", lambda rows, *_args, **_named: rows),
        patch("market.payments.services.ledger.balance", everybody_looks_first),
    ):
        due, _ends = payments_of_a_debt()
    assert ledger.balance(due) > 0


def test_one_form_sent_many_times_at_once_counts_once() -> None:
    lise, farm, eco = build.a_household("Lise", euros="0"), build.a_producer(), build.a_currency()
    earn(farm, 10_000)
    build.give_units(farm, eco, "100")
    euros: dict[str, Any] = {"amount_minor": 500, "method": "transfer", "reference": "E00058", "key": uuid4()}
    units: dict[str, Any] = {"currency": eco, "amount_minor": 500, "means": "cash", "reference": ""}
    common: dict[str, Any] = {"actor": None, "at": build.NOW}
    issue_key, redeem_key, wallet_key = uuid4(), uuid4(), uuid4()
    for step in (
        lambda: record_payment(household=lise, **euros, **common),
        lambda: create_payout(producer=farm, **euros, **common),
        lambda: issue_units(owner=lise, key=issue_key, **units, **common),
        lambda: redeem_units(organisation=farm, key=redeem_key, **units, **common),
        lambda: pay(payer=farm, payee=lise, currency=eco, amount_minor=500, memo="", key=wallet_key, **common),
    ):
        assert at_once([step] * TOGETHER) == ["done"] * TOGETHER
    assert (Payment.objects.count(), Payout.objects.count(), TreasuryOperation.objects.count()) == (1, 1, 3)
    assert ledger.balance(bookkeeping.household(lise.pk)) == 500
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 9500
    assert ledger.balances([wallet_code(lise, eco), wallet_code(farm, eco)]) == {
        wallet_code(lise, eco): 1000,
        wallet_code(farm, eco): 9000,
    }
    assert ledger.check() == []


def test_one_bank_reference_booked_by_many_at_once_is_booked_once() -> None:
    households = [build.a_household(f"Household {number}", euros="0") for number in range(TOGETHER)]
    eco = build.a_currency()
    common: dict[str, Any] = {"reference": "E00058", "actor": None, "at": build.NOW}
    paid = at_once(
        [
            lambda row=row: record_payment(household=row, amount_minor=500, method="transfer", key=uuid4(), **common)
            for row in households
        ]
    )
    issued = at_once(
        [
            lambda row=row: issue_units(
                owner=row, currency=eco, amount_minor=500, means="transfer", key=uuid4(), **common
            )
            for row in households
        ]
    )
    for ends in (paid, issued):
        assert sorted(ends) == ["already_booked"] * (TOGETHER - 1) + ["done"]
    assert ledger.balance(bookkeeping.BANK) == ledger.balance(bookkeeping.RESERVE) == -500
    assert ledger.check() == []


def test_payouts_at_the_same_moment_never_pay_more_than_is_owed() -> None:
    farm = build.a_producer()
    earn(farm, 1000)
    common: dict[str, Any] = {"method": "cash", "reference": "", "actor": None, "at": build.NOW}
    ends = at_once([lambda: create_payout(producer=farm, amount_minor=300, key=uuid4(), **common)] * TOGETHER)
    assert sorted(ends) == ["done"] * 3 + ["more_than_owed"] * (TOGETHER - 3)
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 100
