"""A list of entries, and an entry of several legs: booked at once, as if posting by posting."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry, Posting

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def accounts() -> None:
    ledger.create_currency("EUR", name="Euro")
    ledger.create_currency("HRS", name="Hours")
    for code in ("bank", "amina", "lise", "shut"):
        ledger.open_account(code, currency="EUR", kind="liability")
    ledger.open_account("poor", currency="EUR", kind="liability", floor=0)
    ledger.open_account("full", currency="EUR", kind="liability", ceiling=50)
    ledger.open_account("hours", currency="HRS", kind="liability")
    ledger.close_account("shut")
    ledger.post(entry("first", Leg("bank", "amina", 1000)))


def entry(key: str, *legs: Leg) -> NewEntry:
    return NewEntry(key=key, kind="test", happened_at=AT, legs=legs)


def rows() -> list[tuple[object, ...]]:
    columns = "entry__key", "leg", "debit__code", "debit_number", "debit_balance"
    return list(Posting.objects.order_by("pk").values_list(*columns, "credit__code", "credit_number", "credit_balance"))


def test_a_list_gives_every_posting_the_numbers_it_would_have_had_alone(accounts: None) -> None:
    wanted = [
        entry("a", Leg("bank", "amina", 5), Leg("amina", "lise", 3), Leg("lise", "bank", 1)),
        entry("b", Leg("amina", "lise", 7)),
        entry("c", Leg("lise", "amina", 2), Leg("bank", "poor", 4), Leg("poor", "bank", 4)),
    ]
    with transaction.atomic():
        booked = ledger.post(wanted)
        at_once = rows()
        figures = list(Account.objects.order_by("pk").values_list("balance", "debits", "credits", "number"))
        assert [receipt.key for receipt in booked] == ["a", "b", "c"]
        assert ledger.check() == []
        transaction.set_rollback(True)
    expected, numbers, balances = (
        [row for row in at_once if row[0] == "first"],
        Counter(bank=1, amina=1),
        Counter(bank=-1000, amina=1000),
    )
    for new in wanted:
        for place, (debit, credit, amount) in enumerate(new.legs, 1):
            numbers.update([debit, credit])
            balances[debit] -= amount
            balances[credit] += amount
            expected.append(
                (new.key, place, debit, numbers[debit], balances[debit], credit, numbers[credit], balances[credit])
            )
    assert at_once == expected
    assert [figure[0] for figure in figures] == [
        balances[code] for code in Account.objects.order_by("pk").values_list("code", flat=True)
    ]


@pytest.mark.parametrize(
    ("legs", "refusal", "about"),
    [
        ([Leg("poor", "bank", 1), Leg("bank", "poor", 1)], ledger.FloorReached, "poor"),
        ([Leg("bank", "full", 51), Leg("full", "bank", 51)], ledger.CeilingReached, "full"),
        ([Leg("bank", "shut", 1), Leg("shut", "bank", 1)], ledger.AccountClosed, "shut"),
        ([Leg("bank", "amina", 1), Leg("bank", "hours", 1)], ledger.CurrencyMismatch, "bank and hours"),
        ([Leg("bank", "amina", 1), Leg("bank", "nobody", 1)], ledger.UnknownAccount, "nobody"),
    ],
)
def test_what_one_posting_may_not_a_list_may_not_either(
    accounts: None, legs: list[Leg], refusal: type[ledger.LedgerError], about: str
) -> None:
    """Also where the list as a whole leaves every account within its limits."""
    before = rows()
    for wanted in ([entry("x", *legs)], [entry("y", legs[0]), entry("z", *legs[1:])]):
        with pytest.raises(refusal) as refused:
            ledger.post(wanted)
        assert refused.value.about == about
    assert rows() == before
    assert ledger.check() == []


def test_a_key_that_stands_twice_in_a_list_is_booked_once(accounts: None) -> None:
    twice = [
        entry("k", Leg("bank", "amina", 5)),
        entry("k", Leg("bank", "amina", 5)),
        entry("first", Leg("bank", "amina", 1000)),
    ]
    receipts = ledger.post(twice)
    assert [receipt.replayed for receipt in receipts] == [False, True, True]
    assert receipts[0].id == receipts[1].id
    assert ledger.balance("amina") == 1005
    with pytest.raises(ledger.KeyReused):
        ledger.post([entry("l", Leg("bank", "amina", 5)), entry("l", Leg("bank", "amina", 6))])


def test_a_list_of_reversals_takes_back_no_more_than_was_booked(accounts: None) -> None:
    first = Entry.objects.get(key="first").pk
    undo = [
        NewEntry(key=key, kind="reversal", happened_at=AT, legs=[Leg("amina", "bank", 600)], reverses=first)
        for key in ("u", "v")
    ]
    with pytest.raises(ledger.AlreadyReversed):
        ledger.post(undo)
    ledger.post([undo[0], entry("w", Leg("bank", "amina", 1))])
    assert ledger.balance("amina") == 401


def by_hand(**other: object) -> str:
    content = {
        "key": "listed", "fingerprint": "x", "kind": "test", "happened_at": "2026-03-04T12:00:00+00:00", "memo": "",
        "actor": "", "reverses": None, "legs": [["bank", "amina", 1], ["bank", "amina", 1]],
    }  # fmt: skip
    return json.dumps([content | other])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"legs": [["bank", "amina", 0]]}, "not_positive"),
        ({"legs": [["bank", "amina", -1]]}, "not_positive"),
        ({"legs": [["bank", "bank", 1]]}, "same_account"),
        ({"legs": [["bank", "amina", 10**18 + 1]]}, "too_large"),
        ({"legs": [["bank", None, 1]]}, "immutable"),
        ({"happened_at": "2019-01-01T00:00:00+00:00"}, "period_closed"),
        ({"key": "first"}, "key_reused"),
    ],
)
def test_a_list_inserted_by_hand_keeps_every_law(accounts: None, content: dict[str, object], code: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a list is booked posting by posting")
    ledger.close_period(datetime(2020, 1, 1, tzinfo=UTC))
    insert = "INSERT INTO ledger_list (entries) VALUES (%s)"
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match=f"ledger:{code}:"), transaction.atomic():
            cursor.execute(insert, [by_hand(**content)])
        cursor.execute(insert, [by_hand()])
    assert ledger.balance("amina") == 1002
    assert ledger.check() == []
