"""Two-phase money: a hold is a posting into a holding account, captured onward or released back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ledger.journal import EntryReceipt, Leg, NewEntry, refusing, write
from ledger.models import Account, Entry, Hold
from ledger.refusals import AlreadyCaptured, HoldExpired, NotPositive, UnknownEntry


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
    (receipt,) = write(
        [
            NewEntry(
                key=key,
                kind=kind,
                happened_at=happened_at,
                legs=[Leg(source, holding, amount)],
                memo=memo,
                actor=actor,
            )
        ]
    )
    if receipt.replayed:
        existing = Hold.objects.get(entry=receipt.id)
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

    Raises AlreadyCaptured for more than is left, HoldExpired after its expiry.
    """
    row = _lock(hold_id)
    amount = sum(part for _, part in legs)
    receipt = _move(
        row,
        [Leg(row.holding.code, payee, part) for payee, part in legs],
        key,
        kind,
        happened_at,
        memo,
        actor,
    )
    if not receipt.replayed:
        if row.expires_at and happened_at >= row.expires_at:
            raise HoldExpired(key)
        _take(row, "captured", amount)
    return receipt


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
    """Move held money back to where it came from, the rest of it unless an amount is given; None if nothing is left."""
    row = _lock(hold_id)
    booked = Entry.objects.filter(key=key).first()
    if booked:
        return EntryReceipt(
            booked.pk,
            booked.key,
            booked.kind,
            booked.happened_at,
            booked.recorded_at,
            replayed=True,
        )
    if amount is None:
        amount = row.amount - row.captured - row.released
        if amount == 0:
            return None
    receipt = _move(
        row,
        [Leg(row.holding.code, row.source.code, amount)],
        key,
        "hold released",
        happened_at,
        memo,
        actor,
    )
    _take(row, "released", amount)
    return receipt


def expire_holds(*, at: datetime) -> int:
    """Release every hold that has expired; give their number."""
    due = [row for row in Hold.objects.filter(expires_at__lte=at) if row.amount > row.captured + row.released]
    for row in due:
        release(row.pk, key=f"hold:{row.pk}:expired", happened_at=at)
    return len(due)


def holds(hold_ids: Iterable[int]) -> dict[int, HoldState]:
    """Look up the state of holds, in one query."""
    rows = Hold.objects.filter(pk__in=list(hold_ids)).values_list("pk", "amount", "captured", "released")
    return {pk: HoldState(amount, captured, released) for pk, amount, captured, released in rows}


def _lock(hold_id: int) -> Hold:
    try:
        return Hold.objects.select_for_update(of=("self",)).select_related("source", "holding").get(pk=hold_id)
    except Hold.DoesNotExist:
        raise UnknownEntry(f"hold {hold_id}") from None


def _move(
    row: Hold,
    legs: list[Leg],
    key: str,
    kind: str,
    happened_at: datetime,
    memo: str,
    actor: str,
) -> EntryReceipt:
    left = row.amount - row.captured - row.released
    if not legs or any(leg.amount <= 0 for leg in legs):
        raise NotPositive(key)
    if sum(leg.amount for leg in legs) > left and not Entry.objects.filter(key=key).exists():
        raise AlreadyCaptured(key)
    entry = NewEntry(
        key=key,
        kind=kind,
        happened_at=happened_at or timezone.now(),
        legs=legs,
        memo=memo,
        actor=actor,
    )
    return write([entry])[0]


def _take(row: Hold, field: str, amount: int) -> None:
    setattr(row, field, getattr(row, field) + amount)
    with refusing():
        row.save(update_fields=[field])
