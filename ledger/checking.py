"""The proof: every law recomputed from the postings alone, trusting no stored figure."""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from ledger import laws
from ledger.models import Account, Closing, Currency, Draw, Entry, Hold, Posting, Seal
from ledger.sealing import broken_seals


@dataclass(frozen=True)
class Problem:
    """A law that does not hold, and the entry that shows it where there is one."""

    code: str
    message: str
    entry_id: int | None = None


MOVES = """
    SELECT p.debit_id AS account_id, p.debit_number AS number, -p.amount_minor AS amount,
        p.debit_balance AS balance, p.entry_id, p.currency_id FROM ledger_posting p
    UNION ALL
    SELECT p.credit_id, p.credit_number, p.amount_minor, p.credit_balance, p.entry_id, p.currency_id
    FROM ledger_posting p
"""

# What the postings say of every account, beside what is stored. Each posting has to begin where the one before it
# ended, so what they begin with and what they end with, (number, balance), is the same but for the first and the last.
ACCOUNTS = """
    SELECT a.id, a.code, a.currency_id, COALESCE(s.balance, 0),
        a.balance = COALESCE(s.balance, 0) AND a.number = COALESCE(s.number, 0)
        AND a.debits = COALESCE(s.debits, 0) AND a.credits = COALESCE(s.credits, 0), {fits}
    FROM ledger_account a LEFT JOIN (
        SELECT account_id, COUNT(*) AS number, SUM(amount) AS balance,
            SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS debits,
            SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS credits, {drift} AS drift
        FROM ({moves}) m GROUP BY account_id) s ON s.account_id = a.id"""
# Sets are compared by the sums of hashes that begin with a number nobody knows before: one pass without sorting.
HASH = "hashint8extended({balance}, hashint8extended({number}, {seed}))"
HASH_ID = "hashint8extended({id}, %s)"
# The same question, asked slowly and exactly: which entry does not begin where the one before it ended?
CHAIN = f"""
    SELECT r.entry_id FROM (
        SELECT m.*, LAG(balance) OVER w AS before, LAG(number) OVER w AS count_before
        FROM ({MOVES}) m WHERE account_id = %s WINDOW w AS (ORDER BY number)) r
    WHERE r.balance <> COALESCE(r.before, 0) + r.amount OR r.number <> COALESCE(r.count_before, 0) + 1
    ORDER BY r.number LIMIT 20"""

# Every entry has as many postings as it says: the entries that postings name are those there are, so often each.
LEGS = f"""SELECT (SELECT COALESCE(SUM(({HASH_ID.format(id="id")} >> 24) * legs), 0) FROM ledger_entry)
    = (SELECT COALESCE(SUM({HASH_ID.format(id="entry_id")} >> 24), 0) FROM ledger_posting)"""
LEGS_SLOWLY = """
    SELECT e.id, e.key, 'the entry has not all its postings' FROM ledger_entry e
    LEFT JOIN (SELECT entry_id, COUNT(*) AS legs FROM ledger_posting GROUP BY entry_id) p ON p.entry_id = e.id
    WHERE e.legs <> COALESCE(p.legs, 0)
    UNION ALL SELECT p.entry_id, 'no key', 'the entry is not there, but postings of it are' FROM ledger_posting p
    WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = p.entry_id)
    ORDER BY 1 LIMIT 20"""

# (`+ 0`: whoever sorts all rows of a big table for a few that break a law, shall not look them up one by one.)
# Each question lists what breaks a law: (entry or NULL, account or name, words).
QUESTIONS: dict[str, str] = {
    "limits": """
        SELECT NULL, code, 'its balance is outside its limits' FROM ledger_account
        WHERE balance < floor OR balance > ceiling LIMIT 20""",
    "currency": """
        SELECT p.entry_id, COALESCE(d.code, c.code, 'no account'), 'the entry mixes currencies or accounts'
        FROM ledger_posting p
        LEFT JOIN ledger_account d ON d.id = p.debit_id LEFT JOIN ledger_account c ON c.id = p.credit_id
        WHERE d.currency_id IS NULL OR c.currency_id IS NULL OR d.currency_id <> p.currency_id
            OR c.currency_id <> p.currency_id OR p.debit_id = p.credit_id OR p.amount_minor <= 0
        ORDER BY p.entry_id + 0 LIMIT 20""",
    "holds": """
        SELECT NULL, a.code, 'its balance is not what its holds still hold'
        FROM ledger_account a JOIN (SELECT holding_id, SUM(amount - captured - released) AS open
            FROM ledger_hold GROUP BY holding_id) h ON h.holding_id = a.id WHERE a.balance <> h.open LIMIT 20""",
    "hold_made": """
        SELECT h.entry_id, e.key, 'the hold is not what its entry put aside'
        FROM ledger_hold h JOIN ledger_entry e ON e.id = h.entry_id
        LEFT JOIN ledger_posting p ON p.entry_id = h.entry_id AND p.debit_id = h.source_id
            AND p.credit_id = h.holding_id AND p.amount_minor = h.amount
        WHERE p.id IS NULL OR e.legs <> 1 ORDER BY h.entry_id LIMIT 20""",
    "hold_drawn": """
        SELECT h.entry_id, e.key, 'what the hold gave out is not what was drawn on it'
        FROM ledger_hold h JOIN ledger_entry e ON e.id = h.entry_id
        LEFT JOIN (SELECT hold_id, SUM(captured) AS captured, SUM(released) AS released
            FROM ledger_draw GROUP BY hold_id) d ON d.hold_id = h.id
        WHERE h.captured <> COALESCE(d.captured, 0) OR h.released <> COALESCE(d.released, 0)
            OR h.captured + h.released > h.amount ORDER BY h.entry_id LIMIT 20""",
    "draw_moved": """
        SELECT d.entry_id, e.key, 'the entry did not move what was drawn on the hold'
        FROM ledger_draw d JOIN ledger_hold h ON h.id = d.hold_id JOIN ledger_entry e ON e.id = d.entry_id
        JOIN ledger_posting p ON p.entry_id = d.entry_id
        GROUP BY d.id, d.entry_id, e.key, d.captured, d.released
        HAVING SUM(p.amount_minor) <> d.captured + d.released OR SUM(CASE WHEN p.debit_id <> h.holding_id
            OR (d.released > 0 AND p.credit_id <> h.source_id) THEN 1 ELSE 0 END) > 0
        ORDER BY d.entry_id LIMIT 20""",
    "reversal": """
        SELECT b.entry_id, e.key, 'more of the entry is reversed than was booked'
        FROM (SELECT e.reverses_id AS entry_id, p.credit_id AS debit_id, p.debit_id AS credit_id,
                SUM(p.amount_minor) AS amount
            FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id WHERE e.reverses_id IS NOT NULL
            GROUP BY e.reverses_id, p.credit_id, p.debit_id) b
        JOIN ledger_entry e ON e.id = b.entry_id
        WHERE e.reverses_id IS NOT NULL OR b.amount > (
            SELECT COALESCE(SUM(o.amount_minor), 0) FROM ledger_posting o
            WHERE o.entry_id = b.entry_id AND o.debit_id = b.debit_id AND o.credit_id = b.credit_id)
        ORDER BY b.entry_id LIMIT 20""",
    "period": """
        SELECT e.id, e.key, 'it was booked into a period that was closed' FROM ledger_entry e
        WHERE e.happened_at < (SELECT MAX(until) FROM ledger_closing)
            AND e.happened_at < (SELECT MAX(c.until) FROM ledger_closing c WHERE c.closed_at < e.recorded_at)
        ORDER BY e.id + 0 LIMIT 20""",
}


def check() -> list[Problem]:
    """List everything that does not hold; an empty list is the proof."""
    problems = [Problem("law_missing", f"{name} is not there as it was written") for name in laws.broken()]
    problems += [Problem("law_missing", f"the constraint {name} is not there") for name in _missing_constraints()]
    for code, question in QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            problems += [Problem(code, f"{name}: {words}", entry) for entry, name, words in cursor.fetchall()]
    problems += _accounts()
    problems += _legs()
    problems += [
        Problem("seal", f"{key}: the sealed entry is not the one now written", entry) for entry, key in broken_seals()
    ]
    return problems


def _accounts() -> Iterator[Problem]:
    """Compare every account with its postings; Python's integers do not overflow, SQLite's do."""
    totals: Counter[str] = Counter()
    suspects = []
    with connection.cursor() as cursor:
        cursor.execute(_question_of_accounts())
        while rows := cursor.fetchmany(1000):
            for pk, code, currency, balance, as_stored, fits in rows:
                totals[currency] += int(balance)
                if not as_stored:
                    yield Problem("stored_balance", f"{code}: its stored figures are not the sum of its postings")
                if not fits:
                    suspects.append((pk, code))
        for pk, code in suspects:
            cursor.execute(CHAIN, [pk])
            for (entry,) in cursor.fetchall():
                words = "its balance after the entry is not the one before plus the amount"
                yield Problem("running_balance", f"{code}: {words}", entry)
    for currency, total in totals.items():
        if total:
            yield Problem("trial_balance", f"{currency}: the balances of this currency do not add up to zero")


def _legs() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            seed = secrets.randbelow(2**62)
            cursor.execute(LEGS, [seed, seed])
            if cursor.fetchone() == (True,):
                return
        cursor.execute(LEGS_SLOWLY)
        for entry, name, words in cursor.fetchall():
            yield Problem("legs", f"{name}: {words}", entry)


def _question_of_accounts() -> str:
    if connection.vendor != "postgresql":
        # No hashes there, so every account is looked at slowly.
        return ACCOUNTS.format(moves=MOVES, drift="0", fits="0")
    seed = secrets.randbelow(2**62)
    after, before, last, first = (
        HASH.format(balance=balance, number=number, seed=seed)
        for balance, number in (
            ("balance", "number"), ("balance - amount", "number - 1"),
            ("COALESCE(s.balance, 0)::bigint", "COALESCE(s.number, 0)"), ("0::bigint", "0::bigint"),
        )
    )  # fmt: skip
    return ACCOUNTS.format(
        moves=MOVES, drift=f"SUM({after}) - SUM({before})", fits=f"COALESCE(s.drift, 0) = {last}::numeric - {first}"
    )


def _missing_constraints() -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE convalidated AND (condeferrable OR conname <> %s)",
                ["ledger_posting_leg"],
            )
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
        present = {word for (text,) in cursor.fetchall() for word in re.findall(r"\w+", text)}
    for model in (Account, Closing, Currency, Draw, Entry, Hold, Posting, Seal):
        for constraint in model._meta.constraints:
            if constraint.name not in present:
                yield constraint.name
