"""Two-phase money: a hold is a posting into a holding account, captured onward or released back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from ledger.journal import EntryReceipt, Leg, NewEntry, check_amount, refusing, tried_again, write
from ledger.models import Account, Draw, Entry, Hold
from ledger.refusals import AlreadyCaptured, HoldExpired, KeyReused, LedgerError, NotPositive, UnknownHold

RELEASED = "hold released"


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


@tried_again
@transaction.atomic
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
    (receipt,) = write([entry])
    if receipt.replayed:
        existing = Hold.objects.filter(entry=receipt.id).first()
        if existing is None:
            raise KeyReused(key)
        return HoldReceipt(existing.pk, receipt, existing.amount)
    accounts = dict(Account.objects.filter(code__in=[source, holding]).values_list("code", "pk"))
    made = Hold.objects.create(
        entry_id=receipt.id,
        source_id=accounts[source],
        holding_id=accounts[holding],
        amount=amount,
        expires_at=expires_at,
    )
    return HoldReceipt(made.pk, receipt, amount)


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
    for _payee, part in legs:
        check_amount(part)
    row = _lock(hold_id)
    moves = [Leg(row.holding.code, payee, part) for payee, part in legs]
    entry = NewEntry(key=key, kind=kind, happened_at=happened_at, legs=moves, memo=memo, actor=actor)
    expired = row.expires_at is not None and happened_at >= row.expires_at
    return _draw(row, entry, "captured", refusal=HoldExpired(key) if expired else None)


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
    row = _lock(hold_id)
    if amount is None:
        amount = _left(row)
        if amount == 0:
            return _released_by(row, key)
    check_amount(amount)
    moves = [Leg(row.holding.code, row.source.code, amount)]
    entry = NewEntry(key=key, kind=RELEASED, happened_at=happened_at, legs=moves, memo=memo, actor=actor)
    return _draw(row, entry, "released")


def expire_holds(*, at: datetime) -> int:
    """Release every hold that has expired; give their number."""
    due = Hold.objects.filter(expires_at__lte=at, amount__gt=F("captured") + F("released"))
    made = [release(pk, key=f"hold:{pk}:expired", happened_at=at) for pk in due.values_list("pk", flat=True)]
    return len([receipt for receipt in made if receipt and not receipt.replayed])


def holds(hold_ids: Iterable[int]) -> dict[int, HoldState]:
    """Look up the state of holds, in one query."""
    rows = Hold.objects.filter(pk__in=list(hold_ids)).values_list("pk", "amount", "captured", "released")
    return {pk: HoldState(amount, captured, released) for pk, amount, captured, released in rows}


def _lock(hold_id: int) -> Hold:
    try:
        return Hold.objects.select_for_update(of=("self",)).select_related("source", "holding").get(pk=hold_id)
    except Hold.DoesNotExist:
        raise UnknownHold(str(hold_id)) from None


def _left(row: Hold) -> int:
    return row.amount - row.captured - row.released


def _released_by(row: Hold, key: str) -> EntryReceipt | None:
    """Give the entry that released the rest before under the same key."""
    booked = Entry.objects.filter(key=key).first()
    if booked is None:
        return None
    if not Draw.objects.filter(entry=booked, hold=row, released__gt=0).exists():
        raise KeyReused(key)
    return EntryReceipt(booked.pk, key, booked.kind, booked.happened_at, booked.recorded_at, replayed=True)


def _draw(row: Hold, entry: NewEntry, way: str, refusal: LedgerError | None = None) -> EntryReceipt:
    """Book an entry that takes money out of a hold, once per key."""
    amount = sum(leg.amount for leg in entry.legs)
    if refusal is None and amount > _left(row):
        refusal = AlreadyCaptured(entry.key)
    # What was booked before may be asked for again, whatever became of the hold since.
    if refusal and not Entry.objects.filter(key=entry.key).exists():
        raise refusal
    (receipt,) = write([entry])
    if not receipt.replayed:
        with refusing():
            Draw.objects.create(hold=row, entry_id=receipt.id, **{way: amount})
    elif not Draw.objects.filter(entry=receipt.id, hold=row).exists():
        raise KeyReused(entry.key)
    return receipt
