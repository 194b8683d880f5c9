"""What a balance, a statement page, an entry and the check cost as the books grow from a thousand to a million."""

import json
import os
import resource
import subprocess
import sys
import time

from benchmarks.ledger.server import ROOT, Server, open_accounts

FEW, SEALED, MANY = 1_000, 50_000, 1_000_000
# One account has a hundredth of all postings, as a shop has; the rest are spread over 999.
# Laws aside, because the books are made at once and not booked; `check` then proves that they are as if booked.
FILL = """
SET session_replication_role = replica;
CREATE TEMP TABLE move AS
    SELECT n, CASE WHEN n % 50 = 0 THEN 1 ELSE 2 + (n::bigint * 7919) % 499 END AS debit,
        CASE WHEN n % 50 = 25 THEN 1 ELSE 501 + (n::bigint * 104729) % 499 END AS credit, 1 + n % 1000 AS amount
    FROM generate_series({first}, {last}) n;
INSERT INTO ledger_entry (key, fingerprint, kind, happened_at, recorded_at, transaction, legs, memo, actor)
    SELECT 'grown:' || n, repeat('a', 64), 'transfer', now() - interval '1 second' * ({last} - n), now(), 0, 1, 'bread',
        'person:7' FROM move ORDER BY n;
INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id, debit_number, credit_number,
        debit_balance, credit_balance)
    SELECT e.id, 1, 'EUR', m.amount, m.debit, m.credit, d.number + a.number, c.number + b.number,
        d.balance + a.balance, c.balance + b.balance
    FROM move m JOIN ledger_entry e ON e.key = 'grown:' || m.n
    JOIN (SELECT n, account, ROW_NUMBER() OVER w AS number, SUM(amount) OVER w AS balance FROM (
            SELECT n, debit AS account, -amount AS amount FROM move UNION ALL SELECT n, credit, amount FROM move) s
        WINDOW w AS (PARTITION BY account ORDER BY n)) a ON a.n = m.n AND a.account = m.debit
    JOIN (SELECT n, account, ROW_NUMBER() OVER w AS number, SUM(amount) OVER w AS balance FROM (
            SELECT n, debit AS account, -amount AS amount FROM move UNION ALL SELECT n, credit, amount FROM move) s
        WINDOW w AS (PARTITION BY account ORDER BY n)) b ON b.n = m.n AND b.account = m.credit
    JOIN ledger_account d ON d.id = m.debit JOIN ledger_account c ON c.id = m.credit ORDER BY m.n;
UPDATE ledger_account a SET balance = a.balance + s.balance, debits = a.debits + s.debits,
        credits = a.credits + s.credits, number = a.number + s.number
    FROM (SELECT account, SUM(amount) AS balance, SUM(GREATEST(-amount, 0)) AS debits,
            SUM(GREATEST(amount, 0)) AS credits, COUNT(*) AS number FROM (
            SELECT debit AS account, -amount AS amount FROM move UNION ALL SELECT credit, amount FROM move) s
        GROUP BY account) s WHERE s.account = a.id;
DROP TABLE move;
SET session_replication_role = DEFAULT;
"""
PLAIN_RECOMPUTATION = """SELECT account, SUM(amount) FROM (
    SELECT debit_id AS account, -amount_minor AS amount FROM ledger_posting
    UNION ALL SELECT credit_id, amount_minor FROM ledger_posting) moves GROUP BY account"""


def fill(server: Server, first: int, last: int) -> None:
    if first == 1:
        open_accounts(server, database="growth")
    server.sql(FILL.format(first=first, last=last), database="growth")
    server.sql("VACUUM ANALYZE", database="growth")
    server.sql("CHECKPOINT", database="growth")


def unseal(server: Server) -> None:
    """Take the seals away again: a million of them would take minutes to make."""
    server.sql("SET session_replication_role = replica; TRUNCATE ledger_seal", database="growth")


def asked(server: Server, *words: str) -> dict[str, float]:
    """Ask a process of its own, so that its memory is its own too."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger.growth", *words],
        check=True, capture_output=True, text=True, cwd=ROOT, env=server.environment("growth"),
    )  # fmt: skip
    return dict(json.loads(answer.stdout))


def bytes_per_entry(server: Server) -> float:
    """Weigh an entry with its one posting and all their indexes."""
    (row,) = server.sql(
        "SELECT pg_total_relation_size('ledger_entry') + pg_total_relation_size('ledger_posting')", database="growth"
    )
    return float(str(row[0])) / MANY


def reading() -> dict[str, float]:
    """Time a balance and a statement page of the busiest account, each several hundred times."""
    from ledger import api as ledger

    times = []
    for _turn in range(600):
        began = time.perf_counter()
        ledger.balance("account:1")
        ledger.statement("account:1", limit=20)
        times.append(time.perf_counter() - began)
    return {"reading": sorted(times)[len(times) // 2]}


def plain_sums() -> float:
    """Time the plain sums of every account; the middle one of three."""
    from django.db import connection

    times = []
    for _turn in range(3):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_RECOMPUTATION)
            cursor.fetchall()
        times.append(time.perf_counter() - began)
    return sorted(times)[1]


def sealing() -> dict[str, float]:
    """Seal everything, and time the proof of the seals beside the plain sums and beside SHA-256 of as much text."""
    from django.db import connection

    from ledger import api as ledger
    from ledger.sealing import broken_seals, sealed_lines

    ledger.seal()
    length = len(next(iter(sealed_lines())))
    began = time.perf_counter()
    if broken := list(broken_seals()):
        raise SystemExit(f"The seals do not hold: {broken}")
    proved = time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(sha256(convert_to(rpad(key, %s), 'UTF8'))) FROM ledger_entry", [length])
    return {"seals": proved, "sha256": time.perf_counter() - began, "plain": plain_sums()}


def checking() -> dict[str, float]:
    """Time the check of all laws beside the plain sums of every account."""
    from ledger import api as ledger

    plain = plain_sums()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    problems = ledger.check()
    took = time.perf_counter() - began
    if problems:
        raise SystemExit(f"The books do not hold: {problems[:3]}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"plain": plain, "check": took, "memory": grown / 1024}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps({"reading": reading, "sealing": sealing, "checking": checking}[sys.argv[1]]()))


if __name__ == "__main__":
    main()
