"""What the ledger refuses, one class per reason, each with a stable `code`."""

import re

from django.db import Error


class LedgerError(Exception):
    """Something the ledger does not do; `code` is stable, `about` names the account or key where it is known."""

    code = "refused"

    def __init__(self, about: str = "") -> None:
        self.about = about
        super().__init__(f"{self.code}: {about}" if about else self.code)


class AccountRefusal(LedgerError):
    """A refusal that one account gives; `account` is its code, empty where it is not known."""

    @property
    def account(self) -> str:
        return self.about


class KeyReused(LedgerError):
    """The idempotency key already belongs to an entry with other content."""

    code = "key_reused"


class FloorReached(AccountRefusal):
    """The balance would fall below the account's floor."""

    code = "floor"


class CeilingReached(AccountRefusal):
    """The balance would rise above the account's ceiling."""

    code = "ceiling"


class AccountClosed(AccountRefusal):
    code = "closed"


class CurrencyMismatch(LedgerError):
    """The two accounts of a leg are of different currencies, or an account exists in another one."""

    code = "currency_mismatch"


class UnknownAccount(AccountRefusal):
    code = "unknown_account"


class UnknownCurrency(LedgerError):
    code = "unknown_currency"


class UnknownKind(LedgerError):
    """An account is an asset, liability, equity, income or expense."""

    code = "unknown_kind"


class UnknownFormat(LedgerError):
    """The journal is written as hledger, beancount, csv or sealed."""

    code = "unknown_format"


class UnknownHold(LedgerError):
    code = "unknown_hold"


class UnknownEntry(LedgerError):
    code = "unknown_entry"


class SameAccount(AccountRefusal):
    code = "same_account"


class NotPositive(LedgerError):
    code = "not_positive"


class TooLarge(LedgerError):
    """An amount or balance beyond what the ledger counts exactly."""

    code = "too_large"


class TooPrecise(LedgerError):
    """An amount that is not a whole number of minor units, or a currency with more than eight decimals."""

    code = "too_precise"


class TooLong(LedgerError):
    """A text that is longer than the books have room for, or empty where it must not be."""

    code = "too_long"


class AlreadyCaptured(LedgerError):
    """More than is left of a hold."""

    code = "already_captured"


class HoldExpired(LedgerError):
    code = "expired"


class AlreadyReversed(LedgerError):
    """More than is left of the entry, because it was reversed before; or the entry is itself a reversal."""

    code = "already_reversed"


class HoldsMoney(LedgerError):
    """The entry made or used a hold; release or capture the hold instead of reversing it."""

    code = "holds_money"


class PeriodClosed(LedgerError):
    """The books are closed for the time at which the entry happened."""

    code = "period_closed"


class PeriodNotOver(LedgerError):
    """Only what is past can be closed."""

    code = "period_not_over"


class LimitsOutsideBalance(AccountRefusal):
    """The present balance lies outside the limits asked for."""

    code = "limits_outside_balance"


class AccountDiffers(LedgerError):
    """The account or currency exists already, and is another."""

    code = "exists_differently"


class Immutable(LedgerError):
    """What is written stays; the database said so."""

    code = "immutable"


_BY_CODE: dict[str, type[LedgerError]] = {
    refusal.code: refusal
    for refusal in (
        KeyReused,
        FloorReached,
        CeilingReached,
        AccountClosed,
        CurrencyMismatch,
        UnknownAccount,
        SameAccount,
        NotPositive,
        LimitsOutsideBalance,
        TooLarge,
        TooPrecise,
        AlreadyCaptured,
        AlreadyReversed,
        HoldsMoney,
        PeriodClosed,
        PeriodNotOver,
        Immutable,
    )
}
_BY_CONSTRAINT: dict[str, type[LedgerError]] = {
    "ledger_hold_not_spent_twice": AlreadyCaptured,
}


def translated(error: Error) -> LedgerError | None:
    """Turn what the database says into a refusal; None for errors that are not refusals."""
    text = str(error)
    if match := re.search(r"ledger:(\w+):([^\n]*)", text):
        known = _BY_CODE.get(match[1])
        return known(match[2].strip()) if known else None
    if getattr(error.__cause__, "sqlstate", None) == "22003":  # a list's sum beyond what PostgreSQL counts at all
        return TooLarge()
    for constraint, refusal in _BY_CONSTRAINT.items():
        if constraint in text:
            return refusal()
    return None
