"""ledger.api.post on SQLite beside the sqlite3 module: `python -m benchmarks.ledger.sqlite door|plain SECONDS`."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.ledger.server import ROOT

AT = datetime(2026, 11, 27, 10, tzinfo=UTC)
ACCOUNTS = 1000
PLAIN = """
PRAGMA journal_mode = WAL;
CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
CREATE TABLE entry (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, happened_at TEXT NOT NULL,
    memo TEXT NOT NULL);
CREATE TABLE row (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL REFERENCES entry,
    account_id INTEGER NOT NULL REFERENCES account, amount INTEGER NOT NULL);
CREATE INDEX row_account ON row (account_id, id);
CREATE INDEX row_entry ON row (entry_id);
"""


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ, "DATABASE_URL": f"sqlite:///{folder}/ledger.sqlite3", "DEBUG": "", "SECRET_KEY": "x" * 64,
        "ALLOWED_HOSTS": "*", "DJANGO_SETTINGS_MODULE": "config.settings", "BENCH_FOLDER": str(folder),
    }  # fmt: skip


def prepare(folder: Path) -> None:
    command = [sys.executable, ROOT / "manage.py", "migrate", "ledger", "--verbosity=0"]
    subprocess.run(command, check=True, env=environment(folder))
    with sqlite3.connect(folder / "ledger.sqlite3") as connection:
        connection.execute("INSERT INTO ledger_currency VALUES ('EUR', 'Euro', 2)")
        connection.executemany(
            "INSERT INTO ledger_account (code, currency_id, kind, balance, debits, credits, number)"
            " VALUES (?, 'EUR', 'liability', 0, 0, 0, 0)",
            [(f"account:{number}",) for number in range(1, ACCOUNTS + 1)],
        )
    with sqlite3.connect(folder / "plain.sqlite3") as connection:
        connection.executescript(PLAIN)
        numbers = range(1, ACCOUNTS + 1)
        connection.executemany("INSERT INTO account VALUES (?, 0)", [(number,) for number in numbers])


def rate(folder: Path, kind: str, seconds: float) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger.sqlite", kind, str(seconds)],
        check=True, capture_output=True, text=True, cwd=ROOT, env=environment(folder),
    )  # fmt: skip
    return float(told.stdout)


def door(seconds: float) -> float:
    import django

    django.setup()
    from ledger import api as ledger

    booked, key, began = 0, time.time(), time.perf_counter()
    while time.perf_counter() - began < seconds:
        first, second = random.sample(range(1, ACCOUNTS + 1), 2)
        legs = [ledger.Leg(f"account:{first}", f"account:{second}", 100)]
        ledger.post(ledger.NewEntry(key=f"{key}:{booked}", kind="transfer", happened_at=AT, legs=legs, memo="bread"))
        booked += 1
    return booked / (time.perf_counter() - began)


def plainly(seconds: float) -> float:
    """Run the leanest five statements in a transaction of their own, each time."""
    connection = sqlite3.connect(Path(os.environ["BENCH_FOLDER"]) / "plain.sqlite3", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    booked, key, began = 0, time.time(), time.perf_counter()
    while time.perf_counter() - began < seconds:
        first, second = random.sample(range(1, ACCOUNTS + 1), 2)
        connection.execute("BEGIN IMMEDIATE")
        entry = connection.execute(
            "INSERT INTO entry (key, kind, happened_at, memo) VALUES (?, 'transfer', ?, 'bread')",
            [f"{key}:{booked}", AT.isoformat()],
        ).lastrowid
        for account, amount in ((first, -100), (second, 100)):
            connection.execute(
                "INSERT INTO row (entry_id, account_id, amount) VALUES (?, ?, ?)", [entry, account, amount]
            )
            connection.execute("UPDATE account SET balance = balance + ? WHERE id = ?", [amount, account])
        connection.execute("COMMIT")
        booked += 1
    return booked / (time.perf_counter() - began)


if __name__ == "__main__":
    print({"door": door, "plain": plainly}[sys.argv[1]](float(sys.argv[2])))
