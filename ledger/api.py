"""The one door of the ledger: everything other packages may use.

Amounts are whole minor units; accounts are named by their code. A balance is credits minus debits. Whatever the ledger
refuses is a `LedgerError` with a stable `code`; then nothing was written.
"""

from collections.abc import Sequence
from typing import overload

from ledger.accounts import close_account, create_currency, open_account, set_limits
from ledger.checking import Problem, check
from ledger.exporting import export_journal
from ledger.holds import (
    HoldReceipt,
    HoldState,
    NewDraw,
    capture,
    draw,
    expire_holds,
    hold,
    holds,
    release,
)
from ledger.journal import EntryReceipt, Leg, NewEntry, reverse, write
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
    AccountRefusal,
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
    PeriodClosed,
    PeriodNotOver,
    SameAccount,
    TooLarge,
    TooLong,
    TooPrecise,
    UnknownAccount,
    UnknownCurrency,
    UnknownEntry,
    UnknownFormat,
    UnknownHold,
    UnknownKind,
)
from ledger.sealing import SealedRoot, close_period, seal, sealed_root

__all__ = [
    "AccountClosed", "AccountDiffers", "AccountRefusal", "AlreadyCaptured", "AlreadyReversed", "CeilingReached",
    "CurrencyMismatch", "EntryReceipt", "FloorReached", "HoldExpired", "HoldReceipt", "HoldState", "HoldsMoney",
    "Immutable", "KeyReused", "LedgerError", "Leg", "LimitsOutsideBalance", "NewDraw", "NewEntry", "NotPositive",
    "PeriodClosed", "PeriodNotOver", "Problem", "RecordedEntry", "SameAccount", "SealedRoot", "Statement",
    "StatementLine", "TooLarge", "TooLong", "TooPrecise", "TrialLine", "UnknownAccount", "UnknownCurrency",
    "UnknownEntry", "UnknownFormat", "UnknownHold", "UnknownKind", "balance", "balances", "balances_like", "capture",
    "check", "close_account", "close_period", "create_currency", "draw", "expire_holds", "export_journal", "find_entry",
    "hold", "holds", "open_account", "post", "release", "reverse", "seal", "sealed_root", "set_limits", "statement",
    "trial_balance", "turnover",
]  # fmt: skip


@overload
def post(entry: NewEntry) -> EntryReceipt: ...
@overload
def post(entry: Sequence[NewEntry]) -> list[EntryReceipt]: ...
def post(entry: NewEntry | Sequence[NewEntry]) -> EntryReceipt | list[EntryReceipt]:
    """Book an entry, or a list of entries all or none.

    A key booked before with the same content gives its entry again; with other content KeyReused is raised. Raises
    FloorReached, CeilingReached, AccountClosed, CurrencyMismatch, UnknownAccount, SameAccount, NotPositive, TooLarge,
    TooPrecise, TooLong, PeriodClosed.
    """
    if isinstance(entry, NewEntry):
        return write([entry])[0]
    return write(entry)
