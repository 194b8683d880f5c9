"""The ledger through its one door: what is booked, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from tests.ledger.booking import AT, book

pytestmark = pytest.mark.django_db


def test_an_entry_moves_its_amount_from_debit_to_credit(books: None) -> None:
    book("lunch", Leg("amina", "lise", 1250))
    assert ledger.balances(["bank", "amina", "lise"]) == {"bank": -5000, "amina": 3750, "lise": 1250}
    assert ledger.check() == []


def test_the_same_key_with_the_same_content_is_the_same_entry(books: None) -> None:
    first = book("lunch", Leg("amina", "lise", 1250))
    again = book("lunch", Leg("amina", "lise", 1250))
    assert (again.id, first.replayed, again.replayed) == (first.id, False, True)
    assert ledger.balance("lise") == 1250


def test_the_same_key_with_other_content_is_refused(books: None) -> None:
    book("lunch", Leg("amina", "lise", 1250))
    with pytest.raises(ledger.KeyReused):
        book("lunch", Leg("amina", "lise", 1251))
    assert ledger.balance("lise") == 1250


@pytest.mark.parametrize(
    ("legs", "refusal"),
    [
        ([Leg("lise", "amina", 1)], ledger.FloorReached),
        ([Leg("amina", "teo", 1)], ledger.CurrencyMismatch),
        ([Leg("amina", "nobody", 1)], ledger.UnknownAccount),
        ([Leg("amina", "amina", 1)], ledger.SameAccount),
        ([Leg("amina", "lise", 0)], ledger.NotPositive),
        ([Leg("amina", "lise", -1)], ledger.NotPositive),
        ([], ledger.NotPositive),
        ([Leg("amina", "lise", 10**18 + 1)], ledger.TooLarge),
        ([Leg("amina", "lise", 1.5)], ledger.TooPrecise),  # type: ignore[arg-type]
        ([Leg("amina", "lise", 100), Leg("amina", "lise", 4901)], ledger.FloorReached),
    ],
)
def test_what_is_refused_writes_nothing(books: None, legs: list[Leg], refusal: type[ledger.LedgerError]) -> None:
    with pytest.raises(refusal) as refused:
        book("wrong", *legs)
    assert refused.value.code == refusal.code
    assert ledger.balances(["amina", "lise", "teo"]) == {"amina": 5000, "lise": 0, "teo": 0}
    assert ledger.check() == []


def test_a_list_of_entries_is_all_or_nothing(books: None) -> None:
    good = NewEntry(key="good", kind="test", happened_at=AT, legs=[Leg("amina", "lise", 100)])
    bad = NewEntry(key="bad", kind="test", happened_at=AT, legs=[Leg("amina", "lise", 5000)])
    with pytest.raises(ledger.FloorReached):
        ledger.post([good, bad])
    assert ledger.balance("lise") == 0
    assert [receipt.replayed for receipt in ledger.post([good])] == [False]


def test_a_ceiling_is_not_passed(books: None) -> None:
    ledger.set_limits("lise", floor=0, ceiling=100)
    with pytest.raises(ledger.CeilingReached):
        book("too much", Leg("amina", "lise", 101))


def test_limits_outside_the_balance_are_refused(books: None) -> None:
    with pytest.raises(ledger.LimitsOutsideBalance):
        ledger.set_limits("amina", floor=0, ceiling=4999)
    with pytest.raises(ledger.UnknownAccount):
        ledger.set_limits("nobody", floor=0, ceiling=None)


def test_a_closed_account_takes_no_entry(books: None) -> None:
    ledger.close_account("lise")
    with pytest.raises(ledger.AccountClosed):
        book("late", Leg("amina", "lise", 1))
    with pytest.raises(ledger.LimitsOutsideBalance):
        ledger.close_account("amina")


def test_opening_an_account_twice_gives_the_same_account(books: None) -> None:
    assert ledger.open_account("lise", currency="EUR", kind="liability") == ledger.open_account(
        "lise", currency="EUR", kind="liability", floor=-5
    )
    with pytest.raises(ledger.CurrencyMismatch):
        ledger.open_account("lise", currency="ECO", kind="liability")
    with pytest.raises(ledger.AccountDiffers):
        ledger.open_account("lise", currency="EUR", kind="asset")


def test_a_reversal_undoes_an_entry_once(books: None) -> None:
    book("lunch", Leg("amina", "lise", 1250))
    ledger.reverse("lunch", key="undo lunch", happened_at=AT)
    assert ledger.balances(["amina", "lise"]) == {"amina": 5000, "lise": 0}
    assert ledger.reverse("lunch", key="undo lunch", happened_at=AT).replayed
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse("lunch", key="again", happened_at=AT)
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse("undo lunch", key="undo the undoing", happened_at=AT)
    with pytest.raises(ledger.UnknownEntry):
        ledger.reverse("never", key="x", happened_at=AT)


def test_a_statement_pages_from_the_newest(books: None) -> None:
    for number in range(1, 8):
        book(f"coffee {number}", Leg("amina", "lise", number))
    first = ledger.statement("lise", limit=3)
    assert [(line.number, line.amount, line.balance_after) for line in first.lines] == [
        (7, 7, 28),
        (6, 6, 21),
        (5, 5, 15),
    ]
    second = ledger.statement("lise", limit=5, before=first.next_before)
    assert [line.number for line in second.lines] == [4, 3, 2, 1]
    assert second.next_before is None
    assert ledger.statement("amina", limit=1).lines[0].amount == -7
    assert ledger.turnover("lise", since=AT, until=datetime(2026, 4, 1, tzinfo=UTC)) == (0, 28)


def test_the_trial_balance_of_any_instant_adds_up_to_zero(books: None) -> None:
    ledger.post(NewEntry(key="later", kind="test", happened_at=AT.replace(day=9), legs=[Leg("amina", "lise", 700)]))
    before = {line.code: line.balance for line in ledger.trial_balance(AT.replace(day=8))}
    now = {line.code: line.balance for line in ledger.trial_balance()}
    assert (before["lise"], now["lise"]) == (0, 700)
    assert sum(before.values()) == sum(now.values()) == 0


@pytest.mark.parametrize("decimals", [0, 2, 3, 8])
def test_currencies_may_have_other_decimals(decimals: int) -> None:
    ledger.create_currency("XXX", name="Other", decimals=decimals)
    with pytest.raises(ledger.AccountDiffers):
        ledger.create_currency("XXX", name="Other", decimals=7)


@pytest.mark.parametrize("decimals", [-1, 9])
def test_a_currency_has_at_most_eight_decimals(decimals: int) -> None:
    with pytest.raises(ledger.TooPrecise):
        ledger.create_currency("XXX", name="Other", decimals=decimals)


def test_balances_stop_at_what_is_counted_exactly(books: None) -> None:
    ledger.open_account("vault", currency="EUR", kind="asset")
    for number in range(4):
        book(f"huge {number}", Leg("vault", "held", 10**18))
    with pytest.raises(ledger.TooLarge):
        book("one more", Leg("vault", "held", 1))
    assert ledger.balance("held") == 4 * 10**18
    assert ledger.check() == []


def test_an_entry_is_found_by_its_key_with_its_legs_in_order(books: None) -> None:
    legs = (Leg("amina", "lise", 1250), Leg("lise", "amina", 250))
    receipt = book("lunch", *legs, kind="meal")
    found = ledger.find_entry("lunch")
    assert (found.id, found.kind, found.happened_at, found.legs) == (receipt.id, "meal", AT, legs)
    with pytest.raises(ledger.UnknownEntry):
        ledger.find_entry("dinner")


def test_every_page_of_a_statement_says_the_present_balance(books: None) -> None:
    book("lunch", Leg("amina", "lise", 1250))
    first = ledger.statement("amina", limit=1)
    second = ledger.statement("amina", limit=1, before=first.next_before)
    assert (first.balance, second.balance) == (3750, 3750)
    assert [line.balance_after for line in (*first.lines, *second.lines)] == [3750, 5000]


def test_a_refusal_names_the_account_that_refuses(books: None) -> None:
    ledger.set_limits("lise", floor=0, ceiling=10)
    ledger.open_account("shut", currency="EUR", kind="liability")
    ledger.close_account("shut")
    for legs, account in (
        ([Leg("bank", "lise", 1), Leg("lise", "amina", 2)], "lise"),
        ([Leg("amina", "lise", 11)], "lise"),
        ([Leg("amina", "shut", 1)], "shut"),
        ([Leg("amina", "nobody", 1)], "nobody"),
        ([Leg("amina", "amina", 1)], "amina"),
    ):
        with pytest.raises(ledger.AccountRefusal) as refused:
            book("wrong", *legs)
        assert refused.value.account == account


def test_a_refusal_leaves_the_callers_transaction_usable(books: None) -> None:
    with transaction.atomic():
        with pytest.raises(ledger.FloorReached):
            book("too much", Leg("amina", "lise", 5001))
        book("enough", Leg("amina", "lise", 5000))
    assert ledger.balance("lise") == 5000


def test_texts_without_room_are_refused_on_every_database(books: None) -> None:
    fitting = {"key": "k", "kind": "t", "happened_at": AT, "legs": [Leg("bank", "lise", 1)]}
    for name, text in (
        ("key", "k" * 201), ("key", ""), ("kind", ""), ("kind", "k" * 61), ("memo", "m" * 301), ("memo", "a\0b"),
        ("actor", "a" * 81),
    ):  # fmt: skip
        with pytest.raises(ledger.TooLong):
            ledger.post(NewEntry(**{**fitting, name: text}))
    with pytest.raises(ledger.TooLong):
        ledger.open_account("c" * 81, currency="EUR", kind="asset")


def test_an_account_is_opened_only_of_a_known_currency_and_kind_around_zero(books: None) -> None:
    with pytest.raises(ledger.UnknownCurrency):
        ledger.open_account("new", currency="NIX", kind="asset")
    with pytest.raises(ledger.UnknownKind):
        ledger.open_account("new", currency="EUR", kind="purse")
    with pytest.raises(ledger.FloorReached):
        ledger.open_account("new", currency="EUR", kind="asset", floor=1)
    with pytest.raises(ledger.CeilingReached):
        ledger.open_account("new", currency="EUR", kind="asset", ceiling=-1)


def test_an_entry_is_reversed_in_parts_never_above_what_was_booked(books: None) -> None:
    book("basket", Leg("amina", "lise", 1000), Leg("amina", "bank", 500))
    ledger.reverse("basket", key="bread back", legs=[Leg("amina", "lise", 300)], happened_at=AT)
    for legs in ([Leg("amina", "lise", 701)], [Leg("lise", "amina", 1)], [Leg("amina", "held", 1)]):
        with pytest.raises(ledger.AlreadyReversed):
            ledger.reverse("basket", key="too much back", legs=legs, happened_at=AT)
    ledger.reverse("basket", key="rest back", happened_at=AT)
    assert ledger.reverse("basket", key="rest back", happened_at=AT).replayed
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse("basket", key="more back", happened_at=AT)
    assert ledger.balances(["amina", "lise", "bank"]) == {"amina": 5000, "lise": 0, "bank": -5000}
    assert ledger.check() == []


def test_a_closed_period_takes_no_entry_but_answers_a_retry(books: None) -> None:
    ledger.close_period(AT + timedelta(days=1), actor="teo")
    ledger.close_period(AT + timedelta(days=1))
    with pytest.raises(ledger.PeriodClosed):
        book("late", Leg("amina", "lise", 1))
    assert book("opening", Leg("bank", "amina", 5000)).replayed
    ledger.post(NewEntry(key="in time", kind="t", happened_at=AT + timedelta(days=1), legs=[Leg("amina", "lise", 1)]))
    with pytest.raises(ledger.PeriodNotOver):
        ledger.close_period(datetime.now(UTC) + timedelta(hours=1))
    assert ledger.check() == []


def test_the_check_adds_up_beyond_what_one_account_may_hold(books: None) -> None:
    for pair in range(3):
        ledger.open_account(f"from {pair}", currency="EUR", kind="asset")
        ledger.open_account(f"to {pair}", currency="EUR", kind="asset")
        for turn in range(4):
            book(f"{pair} {turn}", Leg(f"from {pair}", f"to {pair}", 10**18))
    assert ledger.check() == []
