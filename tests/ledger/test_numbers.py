"""Figures at the edge: every number of decimals, the largest amounts, and sums that would not fit."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from ledger.exporting import in_units

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LARGEST = 10**18


@pytest.fixture(params=[0, 2, 3, 8])
def money(request: pytest.FixtureRequest) -> int:
    """A currency of that many decimals, a source without limits and two owners; give its decimals."""
    ledger.create_currency("XYZ", name="Money", decimals=request.param)
    ledger.open_account("source", currency="XYZ", kind="asset")
    for code in ("a", "b"):
        ledger.open_account(code, currency="XYZ", kind="liability", floor=0)
    return int(request.param)


def book(key: str, *legs: Leg) -> ledger.EntryReceipt:
    return ledger.post(NewEntry(key=key, kind="test", happened_at=AT, legs=legs))


def test_the_smallest_unit_moves_exactly(money: int) -> None:
    for number in range(3):
        book(f"{number}", Leg("source", "a", 1))
    assert ledger.balance("a") == 3
    assert in_units(3, money) == {0: "3", 2: "0.03", 3: "0.003", 8: "0.00000003"}[money]


def test_the_largest_amount_moves_exactly_and_one_more_is_refused(money: int) -> None:
    book("largest", Leg("source", "a", LARGEST))
    book("and back but one", Leg("a", "source", LARGEST - 1))
    assert ledger.balances(["a", "source"]) == {"a": 1, "source": -1}
    with pytest.raises(ledger.TooLarge):
        book("larger", Leg("source", "a", LARGEST + 1))
    assert [line.amount for line in ledger.statement("a").lines] == [1 - LARGEST, LARGEST]
    assert ledger.turnover("a", AT, AT.replace(day=5)) == (LARGEST - 1, LARGEST)
    assert ledger.check() == []


def fill_up(code: str) -> None:
    for number in range(4):
        book(f"{code} {number}", Leg("source", code, LARGEST))


def test_a_sum_that_would_not_fit_is_refused_and_never_wrapped(money: int) -> None:
    fill_up("a")
    for legs in ([Leg("source", "a", 1)], [Leg("source", "b", 1)], [Leg("source", "b", LARGEST)] * 30):
        with pytest.raises(ledger.TooLarge) as refused:
            book("too much", *legs)
        assert str(refused.value)
    assert ledger.balances(["a", "b", "source"]) == {"a": 4 * LARGEST, "b": 0, "source": -4 * LARGEST}
    assert ledger.check() == []


def test_turnover_that_would_not_fit_is_refused_though_the_balance_is_small(money: int) -> None:
    for number in range(4):
        book(f"to {number}", Leg("source", "a", LARGEST))
        book(f"fro {number}", Leg("a", "source", LARGEST))
    with pytest.raises(ledger.TooLarge):
        book("once more", Leg("source", "a", 1))
    assert ledger.balance("a") == 0


@pytest.mark.parametrize("limit", [4 * LARGEST + 1, -4 * LARGEST - 1, 2**63, 10**30])
def test_limits_beyond_what_is_counted_are_refused(money: int, limit: int) -> None:
    with pytest.raises(ledger.TooLarge):
        ledger.set_limits("a", floor=None, ceiling=limit)


@pytest.mark.parametrize("amount", [2**63 - 1, 2**63, 2**64 + 1, 10**40])
def test_amounts_no_database_can_count_are_refused_by_the_door(money: int, amount: int) -> None:
    for step in (
        lambda: book("x", Leg("source", "a", amount)),
        lambda: ledger.post(
            [NewEntry(key=k, kind="t", happened_at=AT, legs=[Leg("source", "a", amount)]) for k in "yz"]
        ),
        lambda: ledger.hold(key="h", kind="t", source="source", holding="a", amount=amount, happened_at=AT),
    ):
        with pytest.raises(ledger.TooLarge):
            step()


@pytest.mark.parametrize(
    "amount", ["1000000000000000001", "9223372036854775807", "9223372036854775808", "1.5", "'x'", "1e3"]
)
def test_the_database_itself_counts_whole_numbers_within_its_bounds_only(money: int, amount: str) -> None:
    """By hand, past the door: a fraction is refused, or where PostgreSQL rounds by itself it is a whole number."""
    insert = (
        "INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id, debit_number,"
        f" credit_number, debit_balance, credit_balance) SELECT e.id, 1, 'XYZ', {amount}, d.id, c.id, 0, 0, 0, 0"
        " FROM ledger_entry e, ledger_account d, ledger_account c"
        " WHERE e.key = 'by hand' AND d.code = 'source' AND c.code = 'a'"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (key, fingerprint, kind, happened_at, legs, memo, actor)"
            " VALUES ('by hand', 'x', 'test', '2026-03-04 12:00:00', 1, '', '')"
        )
        if amount == "1e3" or (amount == "1.5" and connection.vendor == "postgresql"):
            cursor.execute(insert)
            assert ledger.balance("a") == {"1.5": 2, "1e3": 1000}[amount]
            return
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(insert)
    assert ledger.balance("a") == 0
