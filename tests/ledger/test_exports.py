"""What others read in our journal: hledger and beancount accept it and find the same balances; the seals prove it."""

import csv
import io
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from ledger import api as ledger
from ledger import exporting, sealing
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry, Seal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parents[2]
DECIMALS = {"EUR": 2, "ECO": 3, "HRS": 0, "sat!": 8}
ODD = "wal let;  (7):ñ::\t"


@pytest.fixture
def books() -> None:
    """Four currencies, accounts with odd names, two months of entries, a reversal and a hold."""
    for code, decimals in DECIMALS.items():
        ledger.create_currency(code, name=f"Money {code}", decimals=decimals)
        ledger.open_account(f"bank:{code}", currency=code, kind="asset")
        ledger.open_account(f"household:7:{code}", currency=code, kind="liability", floor=0)
        ledger.open_account(f"fees:{code}", currency=code, kind="income")
    ledger.open_account(ODD, currency="EUR", kind="expense")
    ledger.open_account("held:EUR", currency="EUR", kind="liability", floor=0)
    for number in range(40):
        code = list(DECIMALS)[number % 4]
        legs = [
            Leg(f"bank:{code}", f"household:7:{code}", 12345 + number),
            Leg(f"household:7:{code}", f"fees:{code}", 7),
        ]
        memo = ["", 'He said "bread" \\ ; butter', "=SUM(A1)", "two\nlines ñ €"][number // 4 % 4]
        at = AT + timedelta(days=number, hours=number)
        ledger.post(NewEntry(key=f"k{number}", kind="sale", happened_at=at, legs=legs, memo=memo, actor="person:7"))
    ledger.post(NewEntry(key="odd", kind="sale", happened_at=AT, legs=[Leg(ODD, "household:7:EUR", 10**18)]))
    ledger.reverse("k0", key="back", happened_at=AT + timedelta(days=3))
    ledger.hold(key="h", kind="order", source="household:7:EUR", holding="held:EUR", amount=9, happened_at=AT)


def exported(form: str, *options: str) -> str:
    out = io.StringIO()
    call_command("export_journal", "--format", form, *options, stdout=out)
    return out.getvalue()


def end_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59.999999").replace(tzinfo=ZoneInfo("Europe/Madrid"))


def ours(at: datetime | None) -> dict[str, Decimal]:
    """Our balances that are not zero, in units, debits positive as the others count."""
    return {
        line.code: -Decimal(exporting.in_units(line.balance, DECIMALS[line.currency]))
        for line in ledger.trial_balance(at)
        if line.balance
    }


@pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed (.ci/system-packages)")
@pytest.mark.parametrize("day", [None, "2026-03-20"])
def test_hledger_accepts_the_journal_strictly_and_finds_the_same_balances(
    books: None, tmp_path: Path, day: str | None
) -> None:
    journal = tmp_path / "books.journal"
    journal.write_text(exported("hledger"))

    def hledger(*words: str) -> str:
        command = ["hledger", "-f", journal, *words]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        ).stdout

    hledger("check", "--strict")
    until = [] if day is None else ["-e", f"{datetime.fromisoformat(day).date() + timedelta(days=1)}"]
    table = csv.reader(io.StringIO(hledger("balance", "--flat", "-N", "-O", "csv", *until)))
    theirs = {row[0]: Decimal(row[1].split()[0]) for row in list(table)[1:]}
    names = {exporting.hledger_account(account): account.code for account in Account.objects.all()}
    assert {names[name]: amount for name, amount in theirs.items()} == ours(end_of(day) if day else None)


@pytest.mark.parametrize("day", [None, "2026-03-20"])
def test_beancount_accepts_the_journal_and_finds_the_same_balances(
    books: None, tmp_path: Path, day: str | None
) -> None:
    from beancount import loader
    from beancount.core.data import Transaction

    journal = tmp_path / "books.beancount"
    journal.write_text(exported("beancount"))
    bean_check = Path(sys.executable).with_name("bean-check")
    assert subprocess.run([bean_check, journal], capture_output=True, text=True).stderr == ""
    entries, errors, _options = loader.load_file(str(journal))
    assert errors == []
    theirs: dict[str, Decimal] = {}
    for entry in entries:
        if isinstance(entry, Transaction) and (day is None or str(entry.date) <= day):
            for posting in entry.postings:
                theirs[posting.account] = theirs.get(posting.account, Decimal()) + posting.units.number
    names = {exporting.beancount_account(account): account.code for account in Account.objects.all()}
    assert {names[name]: amount for name, amount in theirs.items() if amount} == ours(end_of(day) if day else None)


def test_an_export_up_to_a_moment_leaves_out_what_came_after(books: None) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv", "--at", "2026-03-20T23:59"))))
    assert {row["happened_at"] for row in rows}
    assert max(row["happened_at"] for row in rows) < "2026-03-20T23:59"
    assert len(rows) < len(list(csv.DictReader(io.StringIO(exported("csv")))))


def test_the_table_has_a_line_for_every_posting_and_calculates_nothing(books: None) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv"))))
    assert len(rows) == 40 * 2 + 4
    assert {row["memo"] for row in rows if "SUM" in row["memo"]} == {"'=SUM(A1)"}
    sat = next(row for row in rows if row["currency"] == "sat!")
    assert (sat["amount"], sat["debit"], sat["credit"]) == ("0.00012348", "bank:sat!", "household:7:sat!")


def test_an_unknown_format_is_refused(books: None) -> None:
    with pytest.raises(ledger.UnknownFormat):
        ledger.export_journal("xls")


@pytest.mark.parametrize(
    ("minor", "decimals", "text"),
    [
        (0, 2, "0.00"),
        (-5, 2, "-0.05"),
        (1250, 2, "12.50"),
        (7, 0, "7"),
        (10**18, 8, "10000000000.00000000"),
        (1, 3, "0.001"),
    ],
)
def test_minor_units_are_written_as_people_read_them(minor: int, decimals: int, text: str) -> None:
    assert exporting.in_units(minor, decimals) == text


def seal_all() -> None:
    """Seal everything: on PostgreSQL `seal` itself leaves out the entries of a transaction that still runs."""
    if ledger.seal():
        return
    previous, codes = sealing.START, dict(Account.objects.values_list("pk", "code"))
    for entry in Entry.objects.order_by("pk"):
        previous = sealing.digest_of(previous, entry, list(entry.postings.all()), codes)
        Seal.objects.create(entry=entry, digest=previous)


def verified(journal: Path, *root: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the documentation where it can import nothing of ours."""
    command = [sys.executable, "-I", HERE / "docs/verify_seals.py", journal, *root]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env={})


def test_a_stranger_proves_the_seals_with_thirty_lines_of_python(books: None, tmp_path: Path) -> None:
    seal_all()
    root = ledger.sealed_root()
    assert root is not None
    assert root.entries == Entry.objects.count()
    journal = tmp_path / "journal.jsonl"
    journal.write_text(exported("sealed"))
    proof = verified(journal, root.digest)
    assert proof.returncode == 0, proof.stderr
    assert f"{root.entries} entries, root {root.digest}" in proof.stdout
    assert f"EUR household:7:EUR: {ledger.balance('household:7:EUR')}\n" in proof.stdout
    assert len((HERE / "docs/verify_seals.py").read_text().splitlines()) <= 30


def test_the_script_sees_a_changed_missing_or_added_line(books: None, tmp_path: Path) -> None:
    seal_all()
    root = ledger.sealed_root()
    assert root is not None
    lines = exported("sealed").splitlines()
    changed = [*lines]
    content = json.loads(changed[5])
    content[-1][0][1] += 1
    changed[5] = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for tampered in (changed, lines[:5] + lines[6:], lines[1:], lines[:-1]):
        journal = tmp_path / "journal.jsonl"
        journal.write_text("\n".join(tampered) + "\n")
        assert verified(journal, root.digest).returncode == 1


def test_sealing_prints_the_root(books: None) -> None:
    seal_all()
    out = io.StringIO()
    call_command("seal_journal", stdout=out)
    root = ledger.sealed_root()
    assert root is not None
    assert root.digest in out.getvalue()
    call_command("check_ledger", stdout=out)
    assert f"{root.entries} entries are sealed; root {root.digest}" in out.getvalue()
    assert connection.vendor == "sqlite" or root.entries > 40
