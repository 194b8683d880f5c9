"""Writing entries: one statement on PostgreSQL, one short transaction on SQLite, the same results on both."""

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.utils import timezone

from ledger.models import LARGEST_AMOUNT, Account, Entry, Posting
from ledger.refusals import (
    AccountClosed,
    AlreadyReversed,
    CeilingReached,
    CurrencyMismatch,
    FloorReached,
    KeyReused,
    NotPositive,
    SameAccount,
    TooLarge,
    TooLong,
    TooPrecise,
    UnknownAccount,
    UnknownEntry,
    translated,
)

ATTEMPTS = 5
POST_ONE = "SELECT ledger_post_one(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
KEY_STANDS = re.compile("ledger_entry_key|immutable:entry exists")  # what PostgreSQL and SQLite say
P = ParamSpec("P")
R = TypeVar("R")


class Leg(NamedTuple):
    """One posting: `amount` minor units leave the account with code `debit` and arrive at `credit`."""

    debit: str
    credit: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An event to be booked. `key` names the event, so that booking it again is harmless."""

    key: str
    kind: str
    happened_at: datetime
    legs: Sequence[Leg]
    memo: str = ""
    actor: str = ""
    reverses: int | None = None

    def fingerprint(self) -> str:
        """Tell this content from any other: kind, legs and what it reverses.

        Time, memo and actor are left out: a retry a second later, or by somebody else, is still the same event.
        """
        content = [self.kind, [list(leg) for leg in self.legs], self.reverses]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class EntryReceipt:
    """What the ledger wrote; `replayed` if the key was booked before."""

    id: int
    key: str
    kind: str
    happened_at: datetime
    replayed: bool


@contextmanager
def refusing(*, several: bool = False) -> Iterator[None]:
    """Turn the database's refusals into ours, leaving the caller's transaction usable.

    Begins a transaction on SQLite, and where `several` statements belong together.
    """
    database = connections[DEFAULT_DB_ALIAS]
    with in_our_words():
        if several or database.in_atomic_block or database.vendor == "sqlite":
            with transaction.atomic():
                yield
        else:
            yield


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn the database's refusals into ours."""
    try:
        yield
    except Error as error:
        if refusal := translated(error):
            raise refusal from error
        raise


def tried_again(step: Callable[P, R]) -> Callable[P, R]:
    """Run a step again after a deadlock; the one place that does.

    Inside a caller's transaction only the caller can start again, so there it runs once.
    """

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return step(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or attempt == ATTEMPTS or not _passing(error):
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return run


@tried_again
def write(entries: Sequence[NewEntry]) -> list[EntryReceipt]:
    """Book entries, all or none, in order."""
    if len(entries) == 1 and len(entries[0].legs) == 1:
        return [write_one(entries[0])[0]]
    for entry in entries:
        _check(entry)
    with refusing():
        if connection.vendor == "sqlite":
            return [_write_sqlite(entry) for entry in entries]
        return _write_list(entries)


def write_one(entry: NewEntry, remember: Callable[[int], int] | None = None) -> tuple[EntryReceipt, int | None]:
    """Book an entry of one leg, and what its number has to be remembered for, both or none.

    Gives what `remember` gave, or None if the key was booked before.
    """
    _check(entry)
    try:
        with refusing(several=remember is not None):
            receipt = _write_sqlite(entry) if connection.vendor == "sqlite" else _write_one_leg(entry)
            return receipt, remember(receipt.id) if remember and not receipt.replayed else None
    except IntegrityError as error:
        if not KEY_STANDS.search(str(error)):
            raise
        return _replayed(entry), None


@tried_again
def reverse(
    key_of_original: str,
    *,
    key: str,
    happened_at: datetime,
    legs: Sequence[Leg] | None = None,
    memo: str = "",
    actor: str = "",
) -> EntryReceipt:
    """Undo an entry, or the part of it that `legs` names as they were booked, by a new one the other way round.

    Without `legs` all that is left of it. Raises UnknownEntry, AlreadyReversed (for more than is left, and for a
    reversal) and HoldsMoney for entries that made a hold or drew on one.
    """
    original = Entry.objects.filter(key=key_of_original).first()
    if original is None:
        raise UnknownEntry(key_of_original)
    if legs is None:
        booked = Entry.objects.filter(key=key, reverses=original).first()
        if booked:
            return EntryReceipt(booked.pk, key, booked.kind, booked.happened_at, replayed=True)
        legs = _not_reversed(original)
    if not legs or original.reverses_id is not None:
        raise AlreadyReversed(key_of_original)
    entry = NewEntry(
        key=key,
        kind="reversal",
        happened_at=happened_at,
        legs=[Leg(leg.credit, leg.debit, leg.amount) for leg in legs],
        memo=memo or original.memo,
        actor=actor,
        reverses=original.pk,
    )
    return write([entry])[0]


def _not_reversed(original: Entry) -> list[Leg]:
    """Give the legs of an entry less what its reversals took back, the last leg first, as floors may ask for."""
    columns = "debit__code", "credit__code", "amount_minor"
    taken: Counter[tuple[str, str]] = Counter()
    for debit, credit, amount in Posting.objects.filter(entry__reverses=original).values_list(*columns):
        taken[credit, debit] += amount
    left = []
    for debit, credit, amount in original.postings.order_by("-leg").values_list(*columns):
        gone = min(amount, taken[debit, credit])
        taken[debit, credit] -= gone
        if amount > gone:
            left.append(Leg(debit, credit, amount - gone))
    return left


def _passing(error: OperationalError) -> bool:
    """Deadlock and serialization failure go away when tried again; so does SQLite's lock."""
    return getattr(error.__cause__, "sqlstate", None) in {
        "40P01",
        "40001",
    } or "locked" in str(error)


def _check(entry: NewEntry) -> None:
    if timezone.is_naive(entry.happened_at):
        raise ValueError("happened_at must know its time zone")
    check_text("key", entry.key, 1, 200)
    check_text("kind", entry.kind, 1, 60)
    check_text("memo", entry.memo, 0, 300)
    check_text("actor", entry.actor, 0, 80)
    if not entry.legs:
        raise NotPositive(entry.key)
    for leg in entry.legs:
        check_amount(leg.amount)
        if leg.debit == leg.credit:
            raise SameAccount(leg.debit)


def check_text(name: str, text: str, shortest: int, longest: int) -> None:
    """Refuse a text that has no room; SQLite would take it, PostgreSQL not."""
    if not shortest <= len(text) <= longest or "\0" in text:
        raise TooLong(name)


def check_amount(amount: int) -> None:
    """Refuse amounts the ledger does not count: fractions, zero, negative, too large."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise TooPrecise(str(amount))
    if amount <= 0:
        raise NotPositive(str(amount))
    if amount > LARGEST_AMOUNT:
        raise TooLarge(str(amount))


def _write_one_leg(entry: NewEntry) -> EntryReceipt:
    ((payer, payee, amount),) = entry.legs
    with connection.cursor() as cursor:
        cursor.execute(
            POST_ONE,
            [entry.key, entry.fingerprint(), entry.kind, entry.happened_at, entry.memo, entry.actor, entry.reverses,
             payer, payee, amount],
        )  # fmt: skip
        (pk,) = cursor.fetchone()
    return EntryReceipt(pk, entry.key, entry.kind, entry.happened_at, replayed=False)


def _replayed(entry: NewEntry) -> EntryReceipt:
    """Give what was booked under an entry's key before, if it is the same event."""
    booked = Entry.objects.get(key=entry.key)
    if booked.fingerprint != entry.fingerprint():
        raise KeyReused(entry.key)
    return EntryReceipt(booked.pk, booked.key, booked.kind, booked.happened_at, replayed=True)


def _write_list(entries: Sequence[NewEntry]) -> list[EntryReceipt]:
    wanted: dict[str, dict[str, Any]] = {}
    for entry in entries:
        row = _as_json(entry)
        if wanted.setdefault(entry.key, row)["fingerprint"] != row["fingerprint"]:
            raise KeyReused(entry.key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_post(%s::jsonb)", [json.dumps([*wanted.values()], ensure_ascii=False)])
        booked = {key: (pk, happened_at, replayed) for key, pk, happened_at, replayed in cursor.fetchall()}
    receipts, seen = [], set()
    for entry in entries:
        pk, happened_at, replayed = booked[entry.key]
        receipts.append(EntryReceipt(pk, entry.key, entry.kind, happened_at, replayed or entry.key in seen))
        seen.add(entry.key)
    return receipts


def _as_json(entry: NewEntry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "fingerprint": entry.fingerprint(),
        "kind": entry.kind,
        "happened_at": entry.happened_at.isoformat(),
        "memo": entry.memo,
        "actor": entry.actor,
        "reverses": entry.reverses,
        "legs": entry.legs,
    }


def _write_sqlite(entry: NewEntry) -> EntryReceipt:
    database: Any = connections[DEFAULT_DB_ALIAS]
    moment = database.ops.adapt_datetimefield_value(entry.happened_at)
    try:
        pk = _execute(
            database,
            "INSERT INTO ledger_entry (key, fingerprint, kind, happened_at, legs, memo, actor, reverses_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (entry.key, entry.fingerprint(), entry.kind, moment, len(entry.legs), entry.memo, entry.actor,
             entry.reverses),
        ).lastrowid  # fmt: skip
    except Error as error:
        if not KEY_STANDS.search(str(error)):
            raise
        return _replayed(entry)
    for place, leg in enumerate(entry.legs, 1):
        with _naming_the_account(leg):
            moved = _execute(
                database,
                "INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id)"
                " SELECT ?, ?, d.currency_id, ?, d.id, c.id FROM ledger_account d, ledger_account c"
                " WHERE d.code = ? AND c.code = ?",
                (pk, place, leg.amount, leg.debit, leg.credit),
            ).rowcount
        if not moved:
            known = Account.objects.filter(code__in=leg[:2]).values_list("code", flat=True)
            raise UnknownAccount(next(code for code in leg[:2] if code not in known))
    return EntryReceipt(pk, entry.key, entry.kind, entry.happened_at, replayed=False)


def _execute(database: Any, sql: str, values: Sequence[Any]) -> Any:
    """Run a statement on SQLite's own connection, which keeps it prepared; Django's cursor rewrites its text anew."""
    if database.queries_logged:
        database.queries_log.append({"sql": sql, "time": "0"})
    with database.wrap_database_errors:
        return database.connection.execute(sql, values)


@contextmanager
def _naming_the_account(leg: Leg) -> Iterator[None]:
    """Say which account refused: a trigger of SQLite cannot put a name into its message."""
    try:
        yield
    except Error as error:
        refusal = translated(error)
        if isinstance(refusal, FloorReached):
            raise FloorReached(leg.debit) from error
        if isinstance(refusal, CeilingReached):
            raise CeilingReached(leg.credit) from error
        if isinstance(refusal, CurrencyMismatch):
            raise CurrencyMismatch(f"{leg.debit} and {leg.credit}") from error
        if isinstance(refusal, AccountClosed):
            closed = Account.objects.filter(code__in=[leg.debit, leg.credit], closed_at__isnull=False)
            raise AccountClosed(", ".join(closed.values_list("code", flat=True))) from error
        raise
