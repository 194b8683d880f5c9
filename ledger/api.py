"""The one door of the ledger: everything other packages may use.

Amounts are whole minor units; accounts are named by their code. A balance is credits minus debits. Whatever the ledger
refuses is a `LedgerError` with a stable `code`; then nothing was written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import overload

from ledger.accounts import close_account, create_currency, open_account, set_limits
from ledger.checking import Problem, check
from ledger.holds import (
    HoldReceipt,
    HoldState,
    capture,
    expire_holds,
    hold,
    holds,
    release,
)
from ledger.journal import EntryReceipt, Leg, NewEntry, write
from ledger.models import Entry, Hold
from ledger.reading import (
    RecordedEntry,
    Statement,
    StatementLine,
    TrialLine,
    balance,
    balances,
    balances_like,
    find_entry,
    statement,
    trial_balance,
    turnover,
)
from ledger.refusals import (
    AccountClosed,
    AccountDiffers,
    AlreadyCaptured,
    AlreadyReversed,
    CeilingReached,
    CurrencyMismatch,
    FloorReached,
    HoldExpired,
    HoldsMoney,
    Immutable,
    KeyReused,
    LedgerError,
    LimitsOutsideBalance,
    NotPositive,
    SameAccount,
    TooLarge,
    TooPrecise,
    UnknownAccount,
    UnknownEntry,
)
from ledger.sealing import seal

__all__ = [
    "AccountClosed", "AccountDiffers", "AlreadyCaptured", "AlreadyReversed", "CeilingReached", "CurrencyMismatch",
    "EntryReceipt", "FloorReached", "HoldExpired", "HoldReceipt", "HoldState", "HoldsMoney", "Immutable", "KeyReused",
    "LedgerError", "Leg", "LimitsOutsideBalance", "NewEntry", "NotPositive", "Problem", "RecordedEntry",
    "SameAccount", "Statement", "StatementLine", "TooLarge", "TooPrecise", "TrialLine", "UnknownAccount",
    "UnknownEntry", "balance", "balances", "balances_like", "capture", "check", "close_account", "create_currency",
    "expire_holds", "find_entry", "hold", "holds", "open_account", "post", "release", "reverse", "seal", "set_limits",
    "statement", "trial_balance", "turnover",
]  # fmt: skip


@overload
def post(entry: NewEntry) -> EntryReceipt: ...
@overload
def post(entry: Sequence[NewEntry]) -> list[EntryReceipt]: ...
def post(entry: NewEntry | Sequence[NewEntry]) -> EntryReceipt | list[EntryReceipt]:
    """Book an entry, or a list of entries all or none.

    A key booked before with the same content gives its entry again; with other content KeyReused is raised. Raises
    FloorReached, CeilingReached, AccountClosed, CurrencyMismatch, UnknownAccount, SameAccount, NotPositive, TooLarge,
    TooPrecise.
    """
    if isinstance(entry, NewEntry):
        return write([entry])[0]
    return write(entry)


def reverse(
    key_of_original: str,
    *,
    key: str,
    happened_at: datetime,
    memo: str = "",
    actor: str = "",
) -> EntryReceipt:
    """Undo an entry by a new one with the same postings the other way round.

    Raises UnknownEntry, AlreadyReversed (a reversal cannot be reversed either) and HoldsMoney for entries that made or
    used a hold.
    """
    original = Entry.objects.filter(key=key_of_original).first()
    if original is None:
        raise UnknownEntry(key_of_original)
    if original.reverses_id is not None:
        raise AlreadyReversed(key_of_original)
    if Entry.objects.filter(reverses=original).exclude(key=key).exists():
        raise AlreadyReversed(key_of_original)
    postings = list(original.postings.select_related("debit", "credit").order_by("-leg"))
    accounts = {account for posting in postings for account in (posting.debit_id, posting.credit_id)}
    if Hold.objects.filter(holding__in=accounts).exists():
        raise HoldsMoney(key_of_original)
    return post(
        NewEntry(
            key=key,
            kind="reversal",
            happened_at=happened_at,
            legs=[Leg(p.credit.code, p.debit.code, p.amount_minor) for p in postings],
            memo=memo or original.memo,
            actor=actor,
            reverses=original.pk,
        )
    )
