"""What the database itself refuses, whoever asks: SQL by hand and the ORM alike."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from ledger import api as ledger
from ledger import laws
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry, Hold, Posting, Seal
from tests.ledger.booking import AT, laws_aside, refused

pytestmark = pytest.mark.django_db


ACCOUNT = "INSERT INTO ledger_account (code, currency_id, kind, balance, debits, credits, number)"
POSTING = (
    "INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id, debit_number,"
    " credit_number, debit_balance, credit_balance)"
    " SELECT {entry}, {leg}, '{currency}', {amount}, d.id, c.id, {numbers}"
    " FROM ledger_account d, ledger_account c WHERE d.code = 'bank' AND c.code = '{credit}'"
)

HOLD_WITHOUT_MONEY = (
    "INSERT INTO ledger_hold (entry_id, source_id, holding_id, amount, captured, released)"
    " SELECT p.entry_id, p.debit_id, p.credit_id, p.amount_minor + 1, 0, 0 FROM ledger_posting p"
    " JOIN ledger_entry e ON e.id = p.entry_id WHERE e.key = 'first'"
)
DRAW_WITHOUT_MONEY = (
    "INSERT INTO ledger_draw (hold_id, entry_id, captured, released)"
    " SELECT h.id, e.id, 50, 0 FROM ledger_hold h, ledger_entry e WHERE e.key = 'first'"
)


def posting(**other: object) -> str:
    values = {
        "entry": "(SELECT MIN(id) FROM ledger_entry)",
        "leg": 1,
        "currency": "EUR",
        "amount": 1,
        "credit": "amina",
    }
    return POSTING.format(**{**values, "numbers": "0, 0, 0, 0", **other})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET memo = 'other'",
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1",
        "UPDATE ledger_account SET balance = balance + 1 WHERE code = 'amina'",
        "UPDATE ledger_account SET number = 0",
        "UPDATE ledger_account SET currency_id = 'ECO' WHERE code = 'amina'",
        "UPDATE ledger_currency SET decimals = 3",
        "UPDATE ledger_hold SET amount = 5",
        "UPDATE ledger_hold SET captured = 101",
        "UPDATE ledger_hold SET captured = -1",
        "UPDATE ledger_seal SET digest = 'x'",
        # Figures of a hold that no draw stands behind, and draws that no entry stands behind.
        "UPDATE ledger_hold SET captured = 50",
        HOLD_WITHOUT_MONEY,
        DRAW_WITHOUT_MONEY,
        "UPDATE ledger_draw SET captured = 1",
        "DELETE FROM ledger_draw",
        "UPDATE ledger_account SET closed_at = NULL WHERE code = 'shut'",
        "UPDATE ledger_account SET closed_at = opened_at WHERE code = 'amina'",
        "DELETE FROM ledger_closing",
        "UPDATE ledger_closing SET until = closed_at",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_seal",
        "DELETE FROM ledger_hold",
        "DELETE FROM ledger_account WHERE code = 'teo'",
        ACCOUNT + " VALUES ('new', 'EUR', 'asset', 7, 0, 7, 1)",
        posting(leg=2),
        posting(),
        posting(entry=999_999),
        posting(leg=2, numbers="9, 9, 9, 9"),
        posting(leg=2, credit="teo"),
        posting(leg=2, currency="ECO"),
        posting(leg=2, amount=-5),
        posting(leg=2, amount="0"),
        # Leniency asked for by the statement is not given: these would move balances and write no posting.
        posting() + " ON CONFLICT DO NOTHING",
        posting(leg=2) + " ON CONFLICT DO NOTHING",
    ],
)
def test_hostile_sql_is_refused(sealed_books: None, statement: str) -> None:
    before = (ledger.trial_balance(), Posting.objects.count())
    with refused(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (ledger.trial_balance(), Posting.objects.count()) == before
    assert ledger.check() == []


@pytest.mark.parametrize("table", ["entry", "posting", "account", "hold", "draw", "seal", "closing", "currency"])
def test_no_table_is_truncated(sealed_books: None, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with refused(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE ledger_{table} CASCADE")


def test_replacing_and_upserting_rows_is_refused(sealed_books: None) -> None:
    row = Posting.objects.order_by("pk").first()
    columns = ("id, entry_id, leg, currency_id, amount_minor, debit_id, credit_id, debit_number, credit_number,"
               " debit_balance, credit_balance")  # fmt: skip
    values = f"{row.pk}, {row.entry_id}, 1, 'EUR', 9, {row.debit_id}, {row.credit_id}, 0, 0, 0, 0"
    insert = f"INTO ledger_posting ({columns}) VALUES ({values})"
    statements = [f"INSERT {insert} ON CONFLICT (id) DO UPDATE SET amount_minor = 9"]
    if connection.vendor == "sqlite":
        statements.append(f"REPLACE {insert}")
        statements.append("REPLACE INTO ledger_account SELECT * FROM ledger_account WHERE code = 'amina'")
        statements.append("REPLACE INTO ledger_entry SELECT * FROM ledger_entry")
    for statement in statements:
        with refused(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ledger.check() == []


@pytest.fixture
def unfinished(sealed_books: None) -> Entry:
    """An entry written by hand, still without its posting, and accounts that can give or take nothing."""
    ledger.open_account("poor", currency="EUR", kind="liability", floor=0)
    ledger.open_account("full", currency="EUR", kind="liability", ceiling=0)
    return Entry.objects.create(key="by hand", fingerprint="x", kind="test", happened_at=AT, legs=1)


def holds_but_for(unfinished: Entry) -> bool:
    return {problem.entry_id for problem in ledger.check()} <= {unfinished.pk}


@pytest.mark.parametrize(("debit", "credit"), [("poor", "amina"), ("amina", "full")])
@pytest.mark.parametrize("leniency", ["", "OR IGNORE ", "OR FAIL ", "OR REPLACE "])
def test_no_leniency_gets_past_a_limit(unfinished: Entry, debit: str, credit: str, leniency: str) -> None:
    if leniency and connection.vendor != "sqlite":
        pytest.skip("only SQLite knows INSERT OR …")
    statement = posting(entry=unfinished.pk, credit=credit).replace("'bank'", f"'{debit}'")
    # On SQLite without a savepoint: what FAIL leaves done must not be undone for it.
    around = nullcontext() if connection.vendor == "sqlite" else transaction.atomic()
    with pytest.raises(DatabaseError), around, connection.cursor() as cursor:
        cursor.execute(statement.replace("INSERT INTO", f"INSERT {leniency}INTO"))
    assert ledger.balances([debit, credit]) in ({"poor": 0, "amina": 4900}, {"amina": 4900, "full": 0})
    assert holds_but_for(unfinished)


def test_bulk_creating_postings_that_exist_moves_nothing(unfinished: Entry) -> None:
    first = Posting.objects.order_by("pk").first()
    moves = {"currency_id": "EUR", "amount_minor": 7, "debit_id": first.debit_id, "credit_id": first.credit_id}
    for row in (
        Posting(entry=first.entry, leg=1, **moves),
        Posting(id=first.pk, entry=unfinished, leg=1, **moves),
        Posting(id=Posting.objects.latest("pk").pk, entry=unfinished, leg=1, **moves),
        Posting(id=10**12, entry=unfinished, leg=2, **moves),
    ):
        with refused():
            Posting.objects.bulk_create([row], ignore_conflicts=True)
    assert holds_but_for(unfinished)


def test_no_posting_is_added_to_an_entry_written_before(unfinished: Entry) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, laws_aside():
            cursor.execute("UPDATE ledger_entry SET transaction = 1 WHERE key = 'by hand'")
    else:
        ledger.post(NewEntry(key="next", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 1)]))
    with refused(), connection.cursor() as cursor:
        cursor.execute(posting(entry=unfinished.pk))


def test_a_reversal_by_hand_takes_back_no_more_than_was_booked(sealed_books: None) -> None:
    first = Entry.objects.get(key="first")
    undo = Entry.objects.create(key="undo", fingerprint="x", kind="x", happened_at=AT, legs=1, reverses=first)
    with refused(), connection.cursor() as cursor:
        cursor.execute(
            posting(entry=undo.pk, amount=5001)
            .replace("d.code = 'bank'", "d.code = 'amina'")
            .replace("c.code = 'amina'", "c.code = 'bank'")
        )
    for other in (undo, Entry.objects.get(key="hold"), Entry.objects.get(key="draw")):
        with refused(), connection.cursor() as cursor:
            more = Entry.objects.create(key="more", fingerprint="x", kind="x", happened_at=AT, legs=1, reverses=other)
            cursor.execute(posting(entry=more.pk))


def test_the_clock_of_an_entry_is_the_databases(sealed_books: None) -> None:
    for another_time in (datetime(2020, 1, 1, tzinfo=UTC), timezone.now() + timedelta(days=1)):
        with refused(), connection.cursor() as cursor:
            row = Entry(key="old", fingerprint="x", kind="x", happened_at=AT, legs=1, recorded_at=another_time)
            row.save()
            cursor.execute(posting(entry=row.pk))


# A trigger of one's own is one level down, where the triggers of postings and lists work.
BAIT = """
    CREATE TEMP TABLE bait (id int);
    CREATE FUNCTION pg_temp.bite() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {}; RETURN NEW; END $$;
    CREATE TRIGGER bite BEFORE INSERT ON bait FOR EACH ROW EXECUTE FUNCTION pg_temp.bite();
    INSERT INTO bait VALUES (1)"""


@contextmanager
def as_the_application() -> Iterator[None]:
    """Go on as a role that owns nothing and may do what ledger/laws/roles.sql lets it."""
    rights = (laws.FOLDER / "roles.sql").read_text().replace(':"role"', "cabas_test_app")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE cabas_test_app")
        cursor.execute("GRANT USAGE ON SCHEMA public TO cabas_test_app")
        cursor.execute(rights)
        cursor.execute("SET LOCAL ROLE cabas_test_app")
        yield
        cursor.execute("RESET ROLE")


def test_the_applications_role_books_but_changes_no_balance(sealed_books: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with as_the_application():
        ledger.create_currency("HRS", name="Hours")
        ledger.open_account("noor", currency="EUR", kind="liability")
        ledger.post(NewEntry(key="second", kind="test", happened_at=AT, legs=[Leg("bank", "noor", 10)]))
        ledger.set_limits("noor", floor=0, ceiling=None)
        hold = ledger.hold(key="h", kind="test", source="noor", holding="held", amount=10, happened_at=AT).id
        ledger.capture(hold, key="c", kind="test", legs=[("amina", 4)], happened_at=AT)
        ledger.release(hold, key="r", happened_at=AT)
        ledger.reverse("second", key="undo", legs=[Leg("bank", "noor", 6)], happened_at=AT)
        ledger.close_account("noor")
        ledger.close_period(AT + timedelta(days=1))
        ledger.seal()
        assert ledger.check() == []
        for statement in (
            "UPDATE ledger_account SET balance = 1",
            "ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_moves",
            "DROP TRIGGER ledger_posting_moves ON ledger_posting",
            "SET session_replication_role = replica",
            BAIT.format("UPDATE public.ledger_account SET balance = balance + 1"),
            BAIT.format(posting(entry="(SELECT MAX(id) FROM public.ledger_entry)", numbers="9, 9, 9, 9")),
        ):
            with refused(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_temporary_table_does_not_stand_in_for_the_accounts(unfinished: Entry) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a trigger only ever sees the tables beside it")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE ledger_account AS SELECT * FROM public.ledger_account")
        cursor.execute("UPDATE ledger_account SET floor = NULL")
        with refused():
            cursor.execute(posting(entry=unfinished.pk).replace("'bank'", "'poor'"))
        cursor.execute("DROP TABLE pg_temp.ledger_account")
    assert holds_but_for(unfinished)


def test_the_orm_is_refused_just_the_same(sealed_books: None) -> None:
    account, entry = Account.objects.get(code="amina"), Entry.objects.first()
    posted, hold = Posting.objects.first(), Hold.objects.first()
    account.balance += 1
    entry.memo = "other"
    posted.amount_minor += 1
    hold.amount += 1
    for row in (account, entry, posted, hold):
        with refused():
            row.save()
    for rows, field in ((Account.objects.all(), "balance"), (Posting.objects.all(), "amount_minor")):
        with refused():
            rows.update(**{field: models.F(field) + 1})
    with refused():
        Entry.objects.bulk_update([entry], ["memo"])
    for rows in (Seal.objects.all(), Posting.objects.all()):
        with refused():
            rows._raw_delete("default")
    assert ledger.check() == []
