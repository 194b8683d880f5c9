"""Two-phase money: a hold is a posting into a holding account, captured onward or released back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import F

from ledger.journal import EntryReceipt, Leg, NewEntry, check_amount, in_our_words, tried_again, write, write_one
from ledger.models import Draw, Entry, Hold
from ledger.refusals import (
    AccountRefusal,
    AlreadyCaptured,
    HoldExpired,
    KeyReused,
    LedgerError,
    NotPositive,
    UnknownHold,
)

RELEASED = "hold released"
REMEMBER = """
    INSERT INTO ledger_hold (entry_id, source_id, holding_id, amount, captured, released, expires_at)
    VALUES (%s, (SELECT id FROM ledger_account WHERE code = %s), (SELECT id FROM ledger_account WHERE code = %s), %s,
        0, 0, %s)
    RETURNING id"""
DRAW_ONE = "INSERT INTO ledger_draw (hold_id, entry_id, captured, released) VALUES (%s, %s, %s, %s)"
DRAW_MANY = """
    INSERT INTO ledger_draw (hold_id, entry_id, captured, released)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"""
T = TypeVar("T")


@dataclass(frozen=True)
class HoldReceipt:
    """A hold and the entry that made it."""

    id: int
    entry: EntryReceipt
    amount: int


@dataclass(frozen=True)
class HoldState:
    """What became of a hold, in minor units; `open` can still be captured or released."""

    amount: int
    captured: int
    released: int

    @property
    def open(self) -> int:
        return self.amount - self.captured - self.released


class LockedHold(NamedTuple):
    """A hold that nobody else draws on: codes of its accounts, and its figures in minor units."""

    pk: int
    source: str
    holding: str
    amount: int
    captured: int
    released: int
    expires_at: datetime | None


LOCKED = ("source__code", "holding__code", "amount", "captured", "released", "expires_at")


@dataclass(frozen=True, kw_only=True)
class NewDraw:
    """Money to take out of a hold: captured for `payees` (code, amount), or `released` to where it came from."""

    hold_id: int
    key: str
    happened_at: datetime
    kind: str = RELEASED
    payees: tuple[tuple[str, int], ...] = ()
    released: int = 0
    memo: str = ""
    actor: str = ""

    @property
    def captured(self) -> int:
        return sum(part for _payee, part in self.payees)

    def entry(self, row: LockedHold) -> NewEntry:
        parts = self.payees or [(row.source, self.released)]
        return NewEntry(
            key=self.key,
            kind=self.kind,
            happened_at=self.happened_at,
            legs=[Leg(row.holding, code, part) for code, part in parts],
            memo=self.memo,
            actor=self.actor,
        )


@tried_again
def hold(
    *,
    key: str,
    kind: str,
    source: str,
    holding: str,
    amount: int,
    happened_at: datetime,
    expires_at: datetime | None = None,
    memo: str = "",
    actor: str = "",
) -> HoldReceipt:
    """Move money from its source to a holding account and remember it. Refuses as `post` does."""
    legs = [Leg(source, holding, amount)]
    entry = NewEntry(key=key, kind=kind, happened_at=happened_at, legs=legs, memo=memo, actor=actor)
    expiry = connection.ops.adapt_datetimefield_value(expires_at)

    def remember(entry_id: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER, [entry_id, source, holding, amount, expiry])
            return int(cursor.fetchone()[0])

    receipt, made = write_one(entry, remember)
    if made is not None:
        return HoldReceipt(made, receipt, amount)
    existing = Hold.objects.filter(entry=receipt.id).first()
    if existing is None:
        raise KeyReused(key)
    return HoldReceipt(existing.pk, receipt, existing.amount)


@tried_again
@transaction.atomic
def capture(
    hold_id: int,
    *,
    key: str,
    kind: str,
    legs: Sequence[tuple[str, int]],
    happened_at: datetime,
    memo: str = "",
    actor: str = "",
) -> EntryReceipt:
    """Move held money onward to one or several payees (code, amount), in part or whole.

    Raises AlreadyCaptured for more than is left, HoldExpired after its expiry, UnknownHold.
    """
    if not legs:
        raise NotPositive(key)
    wanted = NewDraw(
        hold_id=hold_id, key=key, kind=kind, payees=tuple(legs), happened_at=happened_at, memo=memo, actor=actor
    )
    return draw([wanted])[0]


@tried_again
@transaction.atomic
def release(
    hold_id: int,
    *,
    key: str,
    happened_at: datetime,
    amount: int | None = None,
    memo: str = "",
    actor: str = "",
) -> EntryReceipt | None:
    """Move held money back to where it came from, the rest of it unless an amount is given; None if nothing is left.

    Raises AlreadyCaptured for more than is left, UnknownHold.
    """
    rows = _lock([hold_id])
    if amount is None:
        amount = _left(rows[hold_id])
        if amount == 0:
            return _released_by(rows[hold_id], key)
    check_amount(amount)
    wanted = NewDraw(hold_id=hold_id, key=key, released=amount, happened_at=happened_at, memo=memo, actor=actor)
    return _draw(rows, [wanted])[0]


@tried_again
@transaction.atomic
def draw(draws: Sequence[NewDraw]) -> list[EntryReceipt]:
    """Capture and release many holds, all or none, in a few statements whatever their number.

    Refuses as `capture` and `release` do.
    """
    for wanted in draws:
        for _payee, part in wanted.payees or [("", wanted.released)]:
            check_amount(part)
    return _draw(_lock([wanted.hold_id for wanted in draws]), draws)


def expire_holds(*, at: datetime) -> int:
    """Release every hold that has expired; give their number.

    A hold whose money cannot go back, because the account it came from has no room for it now or is closed, stays open
    for the next time, and keeps none of the others.
    """
    due = Hold.objects.filter(expires_at__lte=at, amount__gt=F("captured") + F("released"))
    released = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with suppress(AccountRefusal):
            receipt = release(pk, key=f"hold:{pk}:expired", happened_at=at)
            released += receipt is not None and not receipt.replayed
    return released


def holds(hold_ids: Iterable[int]) -> dict[int, HoldState]:
    """Look up the state of holds."""
    states: dict[int, HoldState] = {}
    for some in _in_pieces(list(hold_ids)):
        rows = Hold.objects.filter(pk__in=some).values_list("pk", "amount", "captured", "released")
        states |= {pk: HoldState(amount, captured, released) for pk, amount, captured, released in rows}
    return states


def _lock(hold_ids: Iterable[int]) -> dict[int, LockedHold]:
    """Take holds in order of their ids, so that two who draw on the same ones never wait in a ring."""
    rows: dict[int, LockedHold] = {}
    for some in _in_pieces(sorted(set(hold_ids))):
        locked = Hold.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk")
        rows |= {pk: LockedHold(pk, *figures) for pk, *figures in locked.values_list("pk", *LOCKED)}
        if unknown := set(some) - rows.keys():
            raise UnknownHold(str(min(unknown)))
    return rows


def _in_pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list to what one statement may name."""
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def _left(row: LockedHold) -> int:
    return row.amount - row.captured - row.released


def _released_by(row: LockedHold, key: str) -> EntryReceipt | None:
    """Give the entry that released the rest before under the same key."""
    booked = Entry.objects.filter(key=key).first()
    if booked is None:
        return None
    if not Draw.objects.filter(entry=booked, hold=row.pk, released__gt=0).exists():
        raise KeyReused(key)
    return EntryReceipt(booked.pk, key, booked.kind, booked.happened_at, replayed=True)


def _draw(rows: dict[int, LockedHold], draws: Sequence[NewDraw]) -> list[EntryReceipt]:
    """Book entries that take money out of locked holds, once per key."""
    refused = _refused(rows, draws)
    # What was booked before may be asked for again, whatever became of the hold since.
    booked: set[str] = set()
    for some in _in_pieces(list(refused)):
        booked.update(Entry.objects.filter(key__in=some).values_list("key", flat=True))
    for key, refusal in refused.items():
        if key not in booked:
            raise refusal
    receipts = {wanted: receipt for step in _steps(draws) for wanted, receipt in _book(rows, step)}
    return [receipts[wanted] for wanted in draws]


def _steps(draws: Sequence[NewDraw]) -> list[list[NewDraw]]:
    """Put together what one statement may draw: each hold once on PostgreSQL, one draw after its entry on SQLite."""
    if connection.vendor != "postgresql":
        return [[wanted] for wanted in draws]
    steps: list[list[NewDraw]] = []
    times: Counter[int] = Counter()
    for wanted in draws:
        if times[wanted.hold_id] == len(steps):
            steps.append([])
        steps[times[wanted.hold_id]].append(wanted)
        times[wanted.hold_id] += 1
    return steps


def _book(rows: dict[int, LockedHold], draws: Sequence[NewDraw]) -> list[tuple[NewDraw, EntryReceipt]]:
    booked = list(zip(draws, write([wanted.entry(rows[wanted.hold_id]) for wanted in draws]), strict=True))
    new: list[tuple[int, int, int, int]] = []
    for wanted, receipt in booked:
        if not receipt.replayed:
            new.append((wanted.hold_id, receipt.id, wanted.captured, wanted.released))
        elif not Draw.objects.filter(entry=receipt.id, hold=wanted.hold_id).exists():
            raise KeyReused(receipt.key)
    with in_our_words():
        _remember_draws(new)
    return booked


def _remember_draws(rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Insert draws by hold, entry, and what was captured and released."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > 1:
            cursor.execute(DRAW_MANY, [list(column) for column in zip(*rows, strict=True)])
        else:
            for row in rows:
                cursor.execute(DRAW_ONE, row)


def _refused(rows: dict[int, LockedHold], draws: Sequence[NewDraw]) -> dict[str, LedgerError]:
    """Say by key what cannot be drawn any more."""
    refused: dict[str, LedgerError] = {}
    left = {pk: _left(row) for pk, row in rows.items()}
    for wanted in draws:
        expires = rows[wanted.hold_id].expires_at
        left[wanted.hold_id] -= wanted.captured + wanted.released
        if wanted.captured and expires is not None and wanted.happened_at >= expires:
            refused[wanted.key] = HoldExpired(wanted.key)
        elif left[wanted.hold_id] < 0:
            refused[wanted.key] = AlreadyCaptured(wanted.key)
    return refused
