"""The ledger against a model in plain Python: any sequence of steps ends in the same balances, or the same refusal."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from ledger import api as ledger
from ledger.api import Leg, NewEntry

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ACCOUNTS = {"bank": ("EUR", None), "amina": ("EUR", 0), "lise": ("EUR", -50), "held": ("EUR", 0),
            "issued": ("ECO", None), "wallet": ("ECO", 0), "hours": ("HRS", None), "helper": ("HRS", 0)}  # fmt: skip


class Books:
    """What a ledger is, in thirty lines."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(ACCOUNTS, 0)
        self.entries: dict[str, list[Leg]] = {}

    def post(self, key: str, legs: list[Leg]) -> str:
        if key in self.entries:
            return "replayed" if self.entries[key] == legs else "key_reused"
        after = dict(self.balances)
        for leg in legs:
            if leg.debit == leg.credit:
                return "same_account"
            if ACCOUNTS[leg.debit][0] != ACCOUNTS[leg.credit][0]:
                return "currency_mismatch"
            after[leg.debit] -= leg.amount
            after[leg.credit] += leg.amount
            for code in (leg.debit, leg.credit):
                floor = ACCOUNTS[code][1]
                if floor is not None and after[code] < floor:
                    return "floor"
        self.balances, self.entries[key] = after, legs
        return "posted"


def outcome(step: Any) -> str:
    try:
        receipt = step()
    except ledger.LedgerError as refusal:
        return refusal.code
    return "replayed" if receipt.replayed else "posted"


codes = st.sampled_from(sorted(ACCOUNTS))
legs = st.lists(st.builds(Leg, codes, codes, st.integers(1, 100)), min_size=1, max_size=3)
steps = st.lists(st.tuples(st.integers(0, 15).map(str), legs), max_size=20)


@pytest.mark.django_db
@given(plan=steps)
def test_any_sequence_ends_as_the_model_says(plan: list[tuple[str, list[Leg]]]) -> None:
    with transaction.atomic():
        for currency in ("EUR", "ECO", "HRS"):
            ledger.create_currency(currency, name=currency)
        for code, (currency, floor) in ACCOUNTS.items():
            ledger.open_account(code, currency=currency, kind="liability", floor=floor)
        model = Books()
        for key, wanted in plan:
            expected = model.post(key, wanted)
            entry = NewEntry(key=key, kind="test", happened_at=AT, legs=wanted)
            assert outcome(lambda entry=entry: ledger.post(entry)) in alternatives(expected, wanted), (key, wanted)
            assert ledger.balances(ACCOUNTS) == model.balances
        assert ledger.check() == []
        transaction.set_rollback(True)


def alternatives(expected: str, wanted: list[Leg]) -> set[str]:
    """An entry wrong in several ways may be refused for any of them."""
    if expected in {"posted", "replayed", "key_reused"}:
        return {expected, "same_account"} if any(leg.debit == leg.credit for leg in wanted) else {expected}
    return {"same_account", "currency_mismatch", "floor"}
