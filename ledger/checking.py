"""The proof: every law recomputed from the postings alone, trusting no stored figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from ledger.laws import trigger_names
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

# Each question lists what breaks a law: (entry or NULL, account or name, words).
QUESTIONS: dict[str, str] = {
    "running_balance": f"""
        SELECT r.entry_id, a.code, 'its balance after the entry is not the one before plus the amount'
        FROM (SELECT m.*, SUM(amount) OVER w AS summed, ROW_NUMBER() OVER w AS counted
              FROM ({MOVES}) m WINDOW w AS (PARTITION BY account_id ORDER BY number)) r
        JOIN ledger_account a ON a.id = r.account_id
        WHERE r.balance <> r.summed OR r.number <> r.counted ORDER BY r.entry_id LIMIT 20""",
    "stored_balance": f"""
        SELECT NULL, a.code, 'its stored figures are not the sum of its postings'
        FROM ledger_account a
        LEFT JOIN (SELECT account_id, SUM(amount) AS balance, COUNT(*) AS number,
                SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS debits,
                SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS credits
            FROM ({MOVES}) m GROUP BY account_id) s ON s.account_id = a.id
        WHERE a.balance <> COALESCE(s.balance, 0) OR a.number <> COALESCE(s.number, 0)
            OR a.debits <> COALESCE(s.debits, 0) OR a.credits <> COALESCE(s.credits, 0) LIMIT 20""",
    "limits": """
        SELECT NULL, code, 'its balance is outside its limits' FROM ledger_account
        WHERE balance < floor OR balance > ceiling LIMIT 20""",
    "currency": """
        SELECT p.entry_id, d.code, 'the entry mixes currencies' FROM ledger_posting p
        JOIN ledger_account d ON d.id = p.debit_id JOIN ledger_account c ON c.id = p.credit_id
        WHERE d.currency_id <> p.currency_id OR c.currency_id <> p.currency_id OR p.debit_id = p.credit_id
            OR p.amount_minor <= 0 ORDER BY p.entry_id LIMIT 20""",
    "legs": """
        SELECT e.id, e.key, 'the entry has not all its postings' FROM ledger_entry e
        LEFT JOIN (SELECT entry_id, COUNT(*) AS legs FROM ledger_posting GROUP BY entry_id) p ON p.entry_id = e.id
        WHERE e.legs <> COALESCE(p.legs, 0) ORDER BY e.id LIMIT 20""",
    "trial_balance": f"""
        SELECT NULL, currency_id, 'the balances of this currency do not add up to zero'
        FROM (SELECT m.currency_id, SUM(amount) AS total FROM ({MOVES}) m GROUP BY m.currency_id) t WHERE total <> 0""",
    "holds": """
        SELECT NULL, a.code, 'its balance is not what its holds still hold'
        FROM ledger_account a JOIN (SELECT holding_id, SUM(amount - captured - released) AS open
            FROM ledger_hold GROUP BY holding_id) h ON h.holding_id = a.id WHERE a.balance <> h.open LIMIT 20""",
}


def check() -> list[Problem]:
    """List everything that does not hold; an empty list is the proof."""
    problems = list(_missing_laws())
    for code, question in QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            problems += [Problem(code, f"{name}: {words}", entry) for entry, name, words in cursor.fetchall()]
    problems += [
        Problem("seal", f"{key}: the sealed entry is not the one now written", entry) for entry, key in broken_seals()
    ]
    return problems


def _missing_laws() -> Iterator[Problem]:
    present = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(present)
        names = {name for (name,) in cursor.fetchall()}
    for name in trigger_names(connection.vendor):
        if name not in names:
            yield Problem("law_missing", f"the trigger {name} is not there")
