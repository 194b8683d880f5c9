"""What the database itself refuses, whoever asks: SQL by hand and the ORM alike; and what the check finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, models, transaction

from ledger import api as ledger
from ledger import laws, sealing
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry, Hold, Posting, Seal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def books() -> None:
    ledger.create_currency("EUR", name="Euro", decimals=2)
    ledger.create_currency("ECO", name="Eco", decimals=2)
    for code, currency in (("bank", "EUR"), ("amina", "EUR"), ("held", "EUR"), ("teo", "ECO")):
        ledger.open_account(code, currency=currency, kind="liability")
    ledger.post(NewEntry(key="first", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 5000)]))
    ledger.hold(key="hold", kind="test", source="amina", holding="held", amount=100, happened_at=AT)
    if not ledger.seal():
        # PostgreSQL seals no entry of a transaction that still runs, as this test's does: seal the first by hand.
        entry = Entry.objects.get(key="first")
        codes = dict(Account.objects.values_list("pk", "code"))
        Seal.objects.create(
            entry=entry, digest=sealing.digest_of(sealing.START, entry, list(entry.postings.all()), codes)
        )


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


ACCOUNT = "INSERT INTO ledger_account (code, currency_id, kind, balance, debits, credits, number)"
POSTING = (
    "INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id, debit_number,"
    " credit_number, debit_balance, credit_balance)"
    " SELECT {entry}, {leg}, '{currency}', {amount}, d.id, c.id, {numbers}"
    " FROM ledger_account d, ledger_account c WHERE d.code = 'bank' AND c.code = '{credit}'"
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
    ],
)
def test_hostile_sql_is_refused(books: None, statement: str) -> None:
    before = (ledger.trial_balance(), Posting.objects.count())
    with refused(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (ledger.trial_balance(), Posting.objects.count()) == before
    assert ledger.check() == []


@pytest.mark.parametrize("table", ["entry", "posting", "account", "hold", "seal", "currency"])
def test_no_table_is_truncated(books: None, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with refused(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE ledger_{table} CASCADE")


def test_replacing_and_upserting_rows_is_refused(books: None) -> None:
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


def test_the_orm_is_refused_just_the_same(books: None) -> None:
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


@contextmanager
def laws_aside() -> Iterator[None]:
    """Do what only somebody with the database's highest rights can do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
    else:
        laws.drop()
        yield
        laws.install()


def test_the_check_names_the_entry_that_was_tampered_with(books: None) -> None:
    ledger.post(NewEntry(key="second", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 10)]))
    entry = Entry.objects.get(key="first")
    with laws_aside():
        Posting.objects.filter(entry=entry).update(amount_minor=4999)
    problems = ledger.check()
    assert entry.pk in {problem.entry_id for problem in problems}
    assert {"running_balance", "stored_balance"} <= {problem.code for problem in problems}


def test_a_sealed_memo_cannot_be_rewritten_unseen(books: None) -> None:
    entry = Entry.objects.get(key="first")
    with laws_aside():
        Entry.objects.filter(pk=entry.pk).update(memo="somebody else paid")
    assert [(problem.code, problem.entry_id) for problem in ledger.check()] == [("seal", entry.pk)]


def test_a_missing_law_is_found(books: None) -> None:
    with connection.cursor() as cursor:
        where = " ON ledger_posting" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_posting_moves{where}")
    assert [problem.message for problem in ledger.check()] == ["the trigger ledger_posting_moves is not there"]


def test_a_filled_table_is_altered_between_dropping_and_installing_the_laws(books: None) -> None:
    field = models.CharField(max_length=5, null=True)
    field.set_attributes_from_name("colour")
    laws.drop()
    if connection.vendor == "sqlite":
        # What Django's schema editor does on SQLite when it cannot alter in place: build the table anew.
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE new_posting AS SELECT *, 'x' AS colour FROM ledger_posting")
            cursor.execute("DROP TABLE new_posting")
            cursor.execute("ALTER TABLE ledger_posting ADD COLUMN colour varchar(5) NULL")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.schema_editor() as editor:
            editor.add_field(Posting, field)
    laws.install()
    assert ledger.check() == []
    ledger.post(NewEntry(key="after", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 1)]))
    assert ledger.balance("amina") == 4901
