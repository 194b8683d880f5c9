"""Measure the ledger against what would be done without it: `make bench-ledger`, or single figures by name.

Starts a PostgreSQL of its own with fsync on. Every figure is a ratio of two rates measured in turn, and the median of
several such pairs: absolute figures are the machine's, ratios hold.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.ledger import growth, others, sqlite
from benchmarks.ledger.server import ACCOUNTS, OURS, PLAIN, ROOT, Server, running

ROUNDS = 5
SECONDS = 3
PROCESSES = 4
Rate = Callable[[], float]
Row = tuple[str, str, float, float, float]


def pair(name: str, words: str, must: float, ours: Rate, theirs: Rate) -> Row:
    """Take both rates in turn and give the medians: (name, what, wanted, ours, ratio)."""
    pairs = [(ours(), theirs()) for _round in range(ROUNDS)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    return name, words, must, statistics.median(mine for mine, _other in pairs), ratio


def together(command: list[str | Path], environment: dict[str, str], processes: int) -> float:
    """Start workers, let them begin at once, and add up what they booked per second."""
    workers = [
        subprocess.Popen(
            [*command, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        for number in range(processes)
    ]
    pipes = [(worker.stdin, worker.stdout) for worker in workers if worker.stdin and worker.stdout]
    for _to, back in pipes:
        if back.readline() != "ready\n":
            raise SystemExit("A worker did not get ready.")
    for to, _back in pipes:
        to.write("go\n")
        to.flush()
    rates = [float(back.readline()) for _to, back in pipes]
    for worker in workers:
        worker.communicate()
    return sum(rates)


def ours(server: Server, kind: str, processes: int = PROCESSES) -> Rate:
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.ledger.worker", kind, str(SECONDS)]
    return partial(together, command, server.environment(), processes)


def theirs(server: Server) -> Rate:
    python = others.environment(ROOT / ".var/hordak")
    script = ROOT / "benchmarks/ledger/others.py"
    environment = {**os.environ, "PGHOST": str(server.socket)}
    if not server.sql("SELECT 1 FROM pg_tables WHERE tablename = 'hordak_account'", database="hordak"):
        subprocess.run([python, script, "prepare"], check=True, env=environment)
    return partial(together, [python, script, "work", str(SECONDS)], environment, PROCESSES)


def cold(server: Server) -> list[Row]:
    words = "posting with all laws ÷ the leanest hand-written transfer, 16 clients, 1,000 accounts"
    sides = partial(server.pgbench, OURS, accounts=ACCOUNTS), partial(server.pgbench, PLAIN, accounts=ACCOUNTS)
    return [pair("posting_over_raw", words, 0.9, *sides)]


def hot(server: Server) -> list[Row]:
    sides = partial(server.pgbench, OURS, accounts=2), partial(server.pgbench, PLAIN, accounts=2)
    return [pair("posting_over_raw_hot", "the same on two accounts that everybody uses", 2.5, *sides)]


def python(server: Server) -> list[Row]:
    words = f"ledger.api.post ÷ psycopg making the same call, {PROCESSES} processes"
    return [pair("post_over_psycopg", words, 0.6, ours(server, "door"), ours(server, "driver"))]


def beside_hordak(server: Server) -> list[Row]:
    words = f"ledger.api.post ÷ django-hordak's documented transfer, {PROCESSES} processes"
    return [pair("post_over_hordak", words, 3.5, ours(server, "door"), theirs(server))]


def batches(server: Server) -> list[Row]:
    words = "entries in a post of 1,000 ÷ django-hordak"
    alone = "entries in a post of 1,000 ÷ one by one, 1 process"
    return [
        pair("batch_over_hordak", words, 10, ours(server, "batch", 2), theirs(server)),
        pair("batch_over_one_by_one", alone, 4, ours(server, "batch", 1), ours(server, "door", 1)),
    ]


def grown(server: Server) -> list[Row]:
    """Fill the books in two steps; the last two rows are not ratios of rates but say what the promise is about."""
    growth.fill(server, 1, growth.FEW)
    few = [growth.asked(server, "reading")["reading"] for _round in range(ROUNDS)]
    growth.fill(server, growth.FEW + 1, growth.SEALED)
    seals = growth.asked(server, "sealing")
    growth.unseal(server)
    growth.fill(server, growth.SEALED + 1, growth.MANY)
    many = [growth.asked(server, "reading")["reading"] for _round in range(ROUNDS)]
    checked = growth.asked(server, "checking")
    slower = statistics.median(many) / statistics.median(few)
    weight = growth.bytes_per_entry(server)
    return [
        ("reading_1m_over_1k", "balance and first page at 1 million postings ÷ at 1 thousand", -1.2,
         1 / statistics.median(many), slower),
        ("check_over_plain_sql", "check of all laws ÷ plain sums of every account, 1 million postings", -5,
         1 / checked["check"], checked["check"] / checked["plain"]),
        ("check_memory_mb", "memory the check takes at 1 million postings, in MB", -64, 0, checked["memory"]),
        ("seals_over_plain_sql", "proof of all seals ÷ plain sums of every account", -30,
         1 / seals["seals"], seals["seals"] / seals["plain"]),
        ("sha256_over_plain_sql", "SHA-256 of as much text alone ÷ plain sums, to compare", 0,
         1 / seals["sha256"], seals["sha256"] / seals["plain"]),
        ("bytes_per_entry", "bytes of an entry with its posting and all indexes", -600, 0, weight),
    ]  # fmt: skip


def on_sqlite(_server: Server) -> list[Row]:
    words = "SQLite, synchronous=FULL: ledger.api.post ÷ the sqlite3 module's leanest five statements"
    with tempfile.TemporaryDirectory(dir=ROOT / ".var") as name:
        folder = Path(name)
        sqlite.prepare(folder)
        sides = partial(sqlite.rate, folder, "door", SECONDS), partial(sqlite.rate, folder, "plain", SECONDS)
        return [pair("sqlite_over_plain", words, 0.65, *sides)]


FIGURES = {
    "cold": cold, "hot": hot, "python": python, "hordak": beside_hordak, "batches": batches, "growth": grown,
    "sqlite": on_sqlite,
}  # fmt: skip


def main(names: list[str]) -> int:
    rows: list[Row] = []
    with running() as server:
        for name in names or FIGURES:
            print(f"· measuring {name}", file=sys.stderr, flush=True)
            for row in FIGURES[name](server):
                rows.append(row)
                print(f"  {row[0]}: {row[-1]:.2f}", file=sys.stderr, flush=True)
    print(f"{'figure':<90}{'wanted':>9}{'rate/s':>10}{'ratio':>8}")
    for _name, words, must, rate, ratio in rows:
        wanted = f"≥ {must:g}" if must > 0 else f"≤ {-must:g}" if must else ""
        print(f"{words:<90}{wanted:>9}{rate:>10,.0f}{ratio:>8.2f}")
    for name, _words, _must, _rate, ratio in rows:
        print(f"{name}: {ratio:.2f}")
    limited = [row for row in rows if row[2]]
    missed = [name for name, _words, must, _rate, ratio in limited if (ratio < must if must > 0 else ratio > -must)]
    if missed:
        print(f"not reached on this machine at this hour: {', '.join(missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
