"""Currencies and accounts: opening, limits, closing."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from ledger.journal import check_text, refusing
from ledger.models import LARGEST_BALANCE, Account, Currency
from ledger.refusals import (
    AccountDiffers,
    CeilingReached,
    CurrencyMismatch,
    FloorReached,
    LimitsOutsideBalance,
    TooLarge,
    TooPrecise,
    UnknownAccount,
    UnknownCurrency,
    UnknownKind,
)


def create_currency(code: str, *, name: str, decimals: int = 2) -> None:
    """Create a currency; the same one twice does no harm.

    Its name is the first one given. Raises AccountDiffers for other decimals, TooPrecise for more than eight.
    """
    check_text("currency", code, 1, 12)
    check_text("name", name, 1, 60)
    if decimals not in range(9):
        raise TooPrecise(code)
    currency, _created = Currency.objects.get_or_create(code=code, defaults={"name": name, "decimals": decimals})
    if currency.decimals != decimals:
        raise AccountDiffers(code)


def open_account(
    code: str,
    *,
    currency: str,
    kind: str,
    floor: int | None = None,
    ceiling: int | None = None,
) -> int:
    """Open an account and give its id; opening it again gives the same id and leaves its limits as they are.

    Raises AccountDiffers if it exists as another kind, CurrencyMismatch in another currency, UnknownCurrency,
    UnknownKind, FloorReached or CeilingReached if zero lies outside the limits.
    """
    existing = Account.objects.filter(code=code).first()
    if existing is None:
        check_text("account", code, 1, 80)
        _check_limits(floor, ceiling)
        if floor is not None and floor > 0:
            raise FloorReached(code)
        if ceiling is not None and ceiling < 0:
            raise CeilingReached(code)
        if kind not in Account.Kind.values:
            raise UnknownKind(kind)
        if not Currency.objects.filter(code=currency).exists():
            raise UnknownCurrency(currency)
        try:
            with transaction.atomic():
                return Account.objects.create(
                    code=code, currency_id=currency, kind=kind, floor=floor, ceiling=ceiling
                ).pk
        except IntegrityError:
            # Somebody else opened it since we looked.
            existing = Account.objects.filter(code=code).first()
            if existing is None:
                raise
    if existing.currency_id != currency:
        raise CurrencyMismatch(code)
    if existing.kind != kind:
        raise AccountDiffers(code)
    return existing.pk


def set_limits(code: str, *, floor: int | None, ceiling: int | None) -> None:
    """Set how low and how high a balance may go. Raises LimitsOutsideBalance if it is outside already."""
    _check_limits(floor, ceiling)
    try:
        with refusing():
            changed = Account.objects.filter(code=code).update(floor=floor, ceiling=ceiling)
    except (FloorReached, CeilingReached) as refusal:
        raise LimitsOutsideBalance(code) from refusal
    if not changed:
        raise UnknownAccount(code)


def close_account(code: str) -> None:
    """Close an empty account for good; twice does no harm.

    Raises LimitsOutsideBalance if there is still something in it.
    """
    if Account.objects.filter(code=code, balance=0, closed_at=None).update(closed_at=Now()):
        return
    account = Account.objects.filter(code=code).first()
    if account is None:
        raise UnknownAccount(code)
    if account.closed_at is None:
        raise LimitsOutsideBalance(code)


def _check_limits(*limits: int | None) -> None:
    if any(limit is not None and abs(limit) > LARGEST_BALANCE for limit in limits):
        raise TooLarge("limit")
