"""What the check finds where somebody with the highest rights changed the books, or took a law away."""

import pytest
from django.db import connection, models

from ledger import api as ledger
from ledger import laws, sealing
from ledger.api import Leg, NewEntry
from ledger.models import Entry, Hold, Posting
from tests.ledger.booking import AT, laws_aside, refused

pytestmark = pytest.mark.django_db


def test_the_check_names_the_entry_that_was_tampered_with(sealed_books: None) -> None:
    ledger.post(NewEntry(key="second", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 10)]))
    entry = Entry.objects.get(key="first")
    with laws_aside():
        Posting.objects.filter(entry=entry).update(amount_minor=4999)
    problems = ledger.check()
    assert entry.pk in {problem.entry_id for problem in problems}
    assert {"running_balance", "stored_balance"} <= {problem.code for problem in problems}


def test_a_sealed_memo_cannot_be_rewritten_unseen(sealed_books: None) -> None:
    entry = Entry.objects.get(key="first")
    with laws_aside():
        Entry.objects.filter(pk=entry.pk).update(memo="somebody else paid")
    assert [(problem.code, problem.entry_id) for problem in ledger.check()] == [("seal", entry.pk)]


def test_a_missing_law_is_found(sealed_books: None) -> None:
    with connection.cursor() as cursor:
        where = " ON ledger_posting" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_posting_moves{where}")
    assert [problem.message for problem in ledger.check()] == ["ledger_posting_moves is not there as it was written"]


def test_a_law_emptied_of_its_content_is_found(sealed_books: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_immutable() RETURNS trigger LANGUAGE plpgsql"
                " AS $$ BEGIN RETURN NEW; END $$"
            )
        else:
            cursor.execute("DROP TRIGGER ledger_posting_lawful")
            cursor.execute("CREATE TRIGGER ledger_posting_lawful BEFORE INSERT ON ledger_posting BEGIN SELECT 1; END")
    assert {problem.code for problem in ledger.check()} == {"law_missing"}


def test_a_missing_constraint_is_found(sealed_books: None) -> None:
    drop_constraint("ledger_hold", "ledger_hold_not_spent_twice")
    drop_constraint("ledger_posting", "ledger_posting_leg")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Not deferrable: `ON CONFLICT DO NOTHING` would be let through.
            cursor.execute("ALTER TABLE ledger_posting ADD CONSTRAINT ledger_posting_leg UNIQUE (entry_id, leg)")
    assert {problem.message for problem in ledger.check()} == {
        "the constraint ledger_hold_not_spent_twice is not there",
        "the constraint ledger_posting_leg is not there",
    }


def drop_constraint(table: str, name: str) -> None:
    """Take a constraint off; SQLite, which drops none, is told that its table never had it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        (written,) = cursor.fetchone()
        clause = f', CONSTRAINT "{name}"'
        start = written.index(clause)
        end = min(place for place in (written.find(", CONSTRAINT", start + 1), len(written) - 1) if place > 0)
        cursor.execute("PRAGMA writable_schema = ON")
        shorter = written[:start] + written[end:]
        cursor.execute("UPDATE sqlite_master SET sql = %s WHERE name = %s", [shorter, table])
        cursor.execute("PRAGMA writable_schema = OFF")


def test_a_hold_whose_figures_were_tampered_with_is_named(sealed_books: None) -> None:
    with laws_aside():
        Hold.objects.update(captured=2)
    made = Entry.objects.get(key="hold")
    assert ("hold_drawn", made.pk) in {(problem.code, problem.entry_id) for problem in ledger.check()}


def test_a_seal_does_not_mistake_one_text_for_another(sealed_books: None) -> None:
    first = Entry(key="k", kind="t", happened_at=AT, recorded_at=AT, memo="a\tb", actor="")
    second = Entry(key="k", kind="t", happened_at=AT, recorded_at=AT, memo="a", actor="b\t")
    assert sealing.digest_of(sealing.START, first, [], {}) != sealing.digest_of(sealing.START, second, [], {})


@pytest.mark.django_db(transaction=True)
def test_a_filled_table_is_altered_between_dropping_and_installing_the_laws(sealed_books: None) -> None:
    # Not null and with a default, which makes Django build SQLite's table anew.
    field = models.CharField(max_length=5, default="red")
    field.set_attributes_from_name("colour")
    laws.drop()
    with connection.schema_editor() as editor:
        editor.add_field(Posting, field)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT colour FROM ledger_posting")
            assert cursor.fetchall() == [("red",)]
    finally:
        with connection.schema_editor() as editor:
            editor.remove_field(Posting, field)
        laws.install()
    assert ledger.check() == []
    ledger.post(NewEntry(key="after", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 1)]))
    assert ledger.balance("amina") == 4901
    with refused():
        Posting.objects.update(amount_minor=1)


def test_dropping_takes_away_laws_of_an_earlier_version_too(sealed_books: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE TRIGGER ledger_of_old BEFORE DELETE ON ledger_entry"
                " FOR EACH ROW EXECUTE FUNCTION ledger_immutable()"
            )
        else:
            cursor.execute("CREATE TRIGGER ledger_of_old BEFORE DELETE ON ledger_entry BEGIN SELECT 1; END")
        laws.drop()
        laws.install()
        query = {
            "postgresql": "SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'ledger_of_old'",
            "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE name = 'ledger_of_old'",
        }[connection.vendor]
        cursor.execute(query)
        assert cursor.fetchone() == (0,)
    assert ledger.check() == []
