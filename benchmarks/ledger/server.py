"""A PostgreSQL of its own, with fsync on, holding our tables, plain ones and hordak's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import EphemeralPostgres

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ACCOUNTS = 1000
CONNECTION = "postgresql://postgres@/{database}?host={socket}"
# What a script of pgbench begins with: two different accounts and a key that nobody used.
CHOICE = """\\set a random(1, :accounts)
\\set b 1 + (:a + random(0, :accounts - 2)) % :accounts
\\set n :n + 1
"""
KEY = "(:run::bigint + :client_id::bigint * 10000000 + :n::bigint)::text"
OURS = (
    f"{CHOICE}SELECT ledger_post_one({KEY}, repeat('a', 64), 'transfer', '2026-11-27T10:00:00+00:00', 'bread',"
    " 'person:7', NULL, 'account:' || :a::int, 'account:' || :b::int, 100);"
)
PLAIN = f"{CHOICE}SELECT plain.transfer({KEY}, :a, :b, 100, 'transfer', '2026-11-27T10:00:00+00:00', 'bread');"


@dataclass
class Server:
    bindir: Path
    socket: Path
    runs: int = 0

    def url(self, database: str = "postgres") -> str:
        return CONNECTION.format(database=database, socket=self.socket)

    def sql(self, text: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def environment(self, database: str = "postgres") -> dict[str, str]:
        """Run Cabas on this server as in production: DEBUG would keep every statement."""
        return {
            **os.environ, "DATABASE_URL": self.url(database), "DEBUG": "", "SECRET_KEY": "x" * 64, "ALLOWED_HOSTS": "*",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip

    def pgbench(self, script: str, *, accounts: int, clients: int = 16, seconds: int = 3) -> float:
        """Give the transactions per second of a script with prepared statements."""
        self.runs += 1
        command = [
            self.bindir / "pgbench", "--no-vacuum", "--protocol=prepared", f"--define=accounts={accounts}",
            "--define=n=0", f"--define=run={self.runs}000000000", f"--client={clients}", "--jobs=2",
            f"--time={seconds}", "--file=/dev/stdin", self.url(),
        ]  # fmt: skip
        told = subprocess.run(command, input=script, check=True, capture_output=True, text=True).stdout
        return float(told.split("tps = ")[1].split()[0])


def open_accounts(server: Server, number: int = ACCOUNTS, database: str = "postgres") -> None:
    server.sql("INSERT INTO ledger_currency VALUES ('EUR', 'Euro', 2)", database=database)
    server.sql(
        "INSERT INTO ledger_account (code, currency_id, kind, balance, debits, credits, number)"
        f" SELECT 'account:' || n, 'EUR', 'liability', 0, 0, 0, 0 FROM generate_series(1, {number}) n",
        database=database,
    )


@contextmanager
def running() -> Iterator[Server]:
    postgres = EphemeralPostgres(durable=True)
    try:
        postgres.start()
        server = Server(postgres.bindir, postgres.root)
        for database in ("growth", "hordak"):
            server.sql(f"CREATE DATABASE {database}")
        for database in ("postgres", "growth"):
            subprocess.run(
                [sys.executable, ROOT / "manage.py", "migrate", "ledger", "--verbosity=0"],
                check=True, env=server.environment(database),
            )  # fmt: skip
        open_accounts(server)
        server.sql((HERE / "plain.sql").read_text())
        yield server
    finally:
        postgres.stop()
