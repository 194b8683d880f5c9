"""Many at once, with real threads on PostgreSQL; each race has a twin without its guard, which must go wrong."""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from ledger import api as ledger
from ledger import journal
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MEMBERS = [f"member:{number}" for number in range(50)]


def at_once(steps: Sequence[Callable[[], Any]], *, threads: int = 16) -> list[str]:
    """Run the steps in so many threads, each with its own connection, all starting together; give how each ended."""
    threads = min(threads, len(steps))
    barrier = threading.Barrier(threads)
    ends: list[str] = []

    def run(mine: Sequence[Callable[[], Any]]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            ends.extend(end_of(step) for step in mine)
        finally:
            connection.close()

    crowd = [threading.Thread(target=run, args=[steps[number::threads]]) for number in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(600)
    return ends


def end_of(step: Callable[[], Any]) -> str:
    try:
        step()
    except ledger.LedgerError as refusal:
        return refusal.code
    except Exception as error:
        return repr(error)
    return "done"


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


def test_of_two_hundred_payments_out_of_a_wallet_for_fifty_exactly_fifty_succeed(wallet: None) -> None:
    ledger.post(NewEntry(key="more", kind="test", happened_at=AT, legs=[Leg("issued", "lise", 4000)]))
    ends = at_once(payments(200))
    assert Counter(ends) == {"done": 50, "floor": 150}
    assert ledger.balances(["lise", "shop"]) == {"lise": 0, "shop": 5000}
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

    at_once([careless(step) for step in payments(40)], threads=40)
    assert ledger.balance("lise") < 0


def test_the_same_key_posted_a_hundred_times_at_once_is_one_entry_and_a_hundred_equal_answers(wallet: None) -> None:
    entry = NewEntry(key="once", kind="test", happened_at=AT, legs=[Leg("lise", "shop", 100)])
    answers: list[ledger.EntryReceipt] = []
    assert at_once([lambda: answers.append(ledger.post(entry))] * 100) == ["done"] * 100
    assert len({(answer.id, answer.happened_at) for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert ledger.balance("shop") == 100
    assert Entry.objects.filter(key="once").count() == 1


def test_its_twin_that_looks_for_the_key_and_then_books_without_it_books_often(wallet: None) -> None:
    seen = threading.Barrier(8)

    def careless(number: int) -> None:
        unknown = not Entry.objects.filter(memo="once").exists()
        seen.wait(30)
        if unknown:
            legs = [Leg("lise", "shop", 100)]
            ledger.post(NewEntry(key=f"x{number}", kind="test", happened_at=AT, legs=legs, memo="once"))

    at_once([lambda n=n: careless(n) for n in range(8)], threads=8)
    assert ledger.balance("shop") > 100


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


def test_its_twin_that_books_leg_by_leg_in_any_order_deadlocks(wallet: None) -> None:
    both = threading.Barrier(2)

    def careless(first: str, second: str) -> None:
        with transaction.atomic():
            for name in (first, second):
                leg = Leg(name, "shop" if first == "lise" else "issued", 1)
                ledger.post(NewEntry(key=f"{first} {name}", kind="test", happened_at=AT, legs=[leg]))
                if name == first:
                    both.wait(30)

    ledger.open_account("a", currency="ECO", kind="liability")
    ends = at_once([lambda: careless("lise", "a"), lambda: careless("a", "lise")], threads=2)
    assert any("deadlock" in end for end in ends), ends


def some_payments(seed: int, number: int) -> list[Callable[[], Any]]:
    """Entries at random among fifty accounts that may not go below zero: of one or several legs, alone and in lists."""
    chance = random.Random(seed)

    def entry(key: str) -> NewEntry:
        legs = [
            Leg(*chance.sample(MEMBERS, 2), chance.randint(1, 400)) for _leg in range(chance.choice([1, 1, 1, 2, 5]))
        ]
        return NewEntry(key=key, kind="test", happened_at=AT, legs=legs)

    def step(turn: int) -> Callable[[], Any]:
        entries = [entry(f"{seed}:{turn}:{place}") for place in range(chance.choice([1, 1, 1, 4]))]
        return lambda: ledger.post(entries if len(entries) > 1 else entries[0])

    return [step(turn) for turn in range(number)]


@pytest.fixture
def members(wallet: None) -> None:
    for code in MEMBERS:
        ledger.open_account(code, currency="ECO", kind="liability", floor=0)
    legs = [Leg("issued", code, 1000) for code in MEMBERS]
    ledger.post(NewEntry(key="members", kind="test", happened_at=AT, legs=legs))


def nothing_is_lost() -> bool:
    figures = ledger.balances(MEMBERS).values()
    return ledger.check() == [] and min(figures) >= 0 and sum(figures) == 1000 * len(MEMBERS)


very_many = pytest.mark.parametrize("number", [800, pytest.param(20_000, marks=pytest.mark.long)])


@very_many
def test_random_payments_of_sixteen_threads_break_no_law_and_lose_nothing(members: None, number: int) -> None:
    ends = at_once(some_payments(1, number))
    assert len(ends) == number
    assert set(ends) == {"done", "floor"}
    assert nothing_is_lost()


@very_many
def test_random_payments_of_eight_processes_break_no_law_and_lose_nothing(members: None, number: int) -> None:
    connection.close()
    children = []
    for process in range(8):
        pid = os.fork()
        if pid == 0:
            # os._exit, so that the child does not go on with the test.
            ends = {end_of(step) for step in some_payments(process, number // 8)}
            connection.close()
            os._exit(0 if ends <= {"done", "floor"} and "done" in ends else 1)
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 8
    assert nothing_is_lost()


def test_their_twin_without_the_law_of_floors_overdraws(members: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_moves")
    try:
        at_once(some_payments(1, 400))
        assert min(ledger.balances(MEMBERS).values()) < 0
        assert {problem.code for problem in ledger.check()} == {"law_missing", "limits"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_account ENABLE TRIGGER ledger_account_moves")


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
