"""Many at once, with real threads on PostgreSQL; each race has a twin without its guard, which must go wrong."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from ledger import api as ledger
from ledger import journal
from ledger.api import Leg, NewEntry
from ledger.models import Account

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


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
        except ledger.LedgerError as refusal:
            ends.append(refusal.code)
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


@pytest.fixture
def wallet() -> None:
    """Lise has ten units, and may not go below zero."""
    ledger.create_currency("ECO", name="Eco")
    ledger.open_account("issued", currency="ECO", kind="asset")
    ledger.open_account("lise", currency="ECO", kind="liability", floor=0)
    ledger.open_account("shop", currency="ECO", kind="liability")
    ledger.post(NewEntry(key="issue", kind="test", happened_at=AT, legs=[Leg("issued", "lise", 1000)]))


def payments(number: int) -> list[Callable[[], Any]]:
    return [
        lambda n=n: ledger.post(NewEntry(key=f"pay {n}", kind="test", happened_at=AT, legs=[Leg("lise", "shop", 100)]))
        for n in range(number)
    ]


def test_of_forty_payments_out_of_a_wallet_for_ten_exactly_ten_succeed(wallet: None) -> None:
    ends = at_once(payments(40))
    assert sorted(set(ends)) == ["done", "floor"], ends
    assert ends.count("done") == 10
    assert ledger.balances(["lise", "shop"]) == {"lise": 0, "shop": 1000}
    assert ledger.check() == []


def test_its_twin_that_looks_before_it_pays_overdraws(wallet: None) -> None:
    """Without a floor in the database, looking first is not enough: everybody sees the money."""
    ledger.set_limits("lise", floor=None, ceiling=None)
    seen = threading.Barrier(40)

    def careless(step: Callable[[], Any]) -> Callable[[], Any]:
        def look_then_pay() -> None:
            enough = ledger.balance("lise") >= 100
            seen.wait(30)
            if enough:
                step()

        return look_then_pay

    at_once([careless(step) for step in payments(40)])
    assert ledger.balance("lise") < 0


def test_the_same_key_posted_thirty_times_at_once_is_one_entry(wallet: None) -> None:
    entry = NewEntry(key="once", kind="test", happened_at=AT, legs=[Leg("lise", "shop", 100)])
    ids: list[int] = []
    ends = at_once([lambda: ids.append(ledger.post(entry).id)] * 30)
    assert ends == ["done"] * 30
    assert len(set(ids)) == 1
    assert ledger.balance("shop") == 100


def test_entries_that_take_accounts_in_opposite_order_do_not_deadlock(wallet: None) -> None:
    for name in "ab":
        ledger.open_account(name, currency="ECO", kind="liability")

    def entry(n: int) -> NewEntry:
        legs = [Leg("a", "shop", 1), Leg("b", "shop", 1)]
        return NewEntry(key=f"x{n}", kind="test", happened_at=AT, legs=legs if n % 2 else legs[::-1])

    # Patched so that nobody tries again: the order of locks alone must be enough.
    with patch.object(journal, "ATTEMPTS", 1):
        ends = at_once([lambda n=n: ledger.post(entry(n)) for n in range(40)])
    assert ends == ["done"] * 40
    assert ledger.check() == []


def test_a_hold_captured_by_many_is_captured_once(wallet: None) -> None:
    ledger.open_account("held", currency="ECO", kind="liability", floor=0)
    hold = ledger.hold(key="h", kind="test", source="lise", holding="held", amount=100, happened_at=AT).id
    ends = at_once(
        [
            lambda n=n: ledger.capture(hold, key=f"c{n}", kind="test", legs=[("shop", 100)], happened_at=AT)
            for n in range(12)
        ]
    )
    assert ends.count("done") == 1
    assert set(ends) == {"done", "already_captured"}
    assert Account.objects.get(code="held").balance == 0
    assert ledger.check() == []
