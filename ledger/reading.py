"""Reading the books: balances, statements, turnover, trial balance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from ledger.journal import Leg
from ledger.models import Account, Entry, Posting
from ledger.refusals import UnknownAccount, UnknownEntry


@dataclass(frozen=True)
class StatementLine:
    """One posting as the owner of an account sees it; `amount` is signed, `number` counts the account's postings."""

    number: int
    entry_id: int
    key: str
    kind: str
    happened_at: datetime
    memo: str
    actor: str
    amount: int
    balance_after: int
    counter_account: str


@dataclass(frozen=True)
class Statement:
    """A page of a statement, newest first; `next_before` continues it, None at the end. `balance` is today's."""

    lines: tuple[StatementLine, ...]
    next_before: int | None
    balance: int


@dataclass(frozen=True)
class RecordedEntry:
    """An entry as it stands in the journal, with its legs in order."""

    id: int
    key: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    memo: str
    actor: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class TrialLine:
    """An account and its balance; over all accounts of a currency balances add up to zero."""

    code: str
    currency: str
    kind: str
    balance: int


def balance(code: str) -> int:
    """Give the balance of an account. Raises UnknownAccount."""
    found = balances([code])
    if not found:
        raise UnknownAccount(code)
    return found[code]


def balances(codes: Iterable[str]) -> dict[str, int]:
    """Give the balances of accounts in one query; accounts that were never opened are left out."""
    return dict(Account.objects.filter(code__in=list(codes)).values_list("code", "balance"))


def balances_like(prefix: str, *, suffix: str = "") -> dict[str, int]:
    """Give the balances of all accounts whose code begins and ends so, in one query."""
    rows = Account.objects.filter(code__startswith=prefix, code__endswith=suffix)
    return dict(rows.order_by("code").values_list("code", "balance"))


# Either side of an account has its own index by running number. Django cannot put two limited queries together on
# SQLite.
SIDE_OF_STATEMENT = """
SELECT * FROM (
  SELECT entry.*, posting.{side}_number AS number, {sign}posting.amount_minor AS moved, posting.{side}_balance AS after,
         account.code AS other
    FROM ledger_posting posting JOIN ledger_entry entry ON entry.id = posting.entry_id
    JOIN ledger_account account ON account.id = posting.{other}_id
   WHERE {where} ORDER BY posting.{side}_number DESC LIMIT %s
) {side}
"""


def statement(
    code: str,
    *,
    limit: int = 50,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statement:
    """Give a page of an account's statement, newest first, by running number: its cost does not grow with the books.

    `before` is the `next_before` of the page before it; `since` and `until` bound `happened_at`.
    """
    found = Account.objects.filter(code=code).values_list("pk", "balance").first()
    if found is None:
        raise UnknownAccount(code)
    account, balance = found
    sides, values = [], []
    for side, other, sign in (("debit", "credit", "-"), ("credit", "debit", "+")):
        bounds = {
            f"posting.{side}_id = %s": account,
            f"posting.{side}_number < %s": before,
            "entry.happened_at >= %s": since and connection.ops.adapt_datetimefield_value(since),
            "entry.happened_at < %s": until and connection.ops.adapt_datetimefield_value(until),
        }
        asked = {bound: value for bound, value in bounds.items() if value is not None}
        where = " AND ".join(asked)
        sides.append(SIDE_OF_STATEMENT.format(side=side, other=other, sign=sign, where=where))
        values += [*asked.values(), limit + 1]
    rows: Any = Entry.objects.raw(" UNION ALL ".join(sides), values)
    lines = [
        StatementLine(
            row.number, row.pk, row.key, row.kind, row.happened_at, row.memo, row.actor, row.moved, row.after, row.other
        )
        for row in rows
    ]
    lines.sort(key=lambda line: -line.number)
    page = tuple(lines[:limit])
    return Statement(page, page[-1].number if len(lines) > limit else None, balance)


def find_entry(key: str) -> RecordedEntry:
    """Give the entry booked under a key. Raises UnknownEntry."""
    row = Entry.objects.filter(key=key).first()
    if row is None:
        raise UnknownEntry(key)
    legs = row.postings.order_by("leg").values_list("debit__code", "credit__code", "amount_minor")
    return RecordedEntry(
        row.pk,
        row.key,
        row.kind,
        row.happened_at,
        row.recorded_at,
        row.memo,
        row.actor,
        tuple(Leg(*leg) for leg in legs),
    )


def turnover(code: str, since: datetime, until: datetime) -> tuple[int, int]:
    """Give what left and what came to an account in a time, from `since` to before `until`: (debits, credits)."""
    account = Account.objects.filter(code=code).values_list("pk", flat=True).first()
    if account is None:
        raise UnknownAccount(code)
    rows = Posting.objects.filter(entry__happened_at__gte=since, entry__happened_at__lt=until)
    left = rows.filter(debit=account).aggregate(total=Sum("amount_minor"))["total"]
    came = rows.filter(credit=account).aggregate(total=Sum("amount_minor"))["total"]
    return left or 0, came or 0


def trial_balance(at: datetime | None = None) -> list[TrialLine]:
    """List every account with its balance, now or as it was at a past instant (by `happened_at`, inclusive)."""
    accounts = Account.objects.order_by("currency", "code")
    if at is None:
        return [TrialLine(*row) for row in accounts.values_list("code", "currency_id", "kind", "balance")]
    past: dict[int, int] = {}
    rows: Any
    for side, sign in (("debit", -1), ("credit", 1)):
        rows = Posting.objects.filter(entry__happened_at__lte=at).values_list(side)
        for account, total in rows.annotate(total=Sum(F("amount_minor"))):
            past[account] = past.get(account, 0) + sign * total
    rows = accounts.values_list("pk", "code", "currency_id", "kind")
    return [TrialLine(code, currency, kind, past.get(pk, 0)) for pk, code, currency, kind in rows]
