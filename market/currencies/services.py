"""Community currencies come into being, and wallets are opened in them."""

from decimal import Decimal

from django.db import transaction

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.people.models import Household, Organisation
from market.people.services import open_accounts


@transaction.atomic
def create_currency(
    *,
    code: str,
    name: str,
    decimals: int = 2,
    redemption_fee_percent: Decimal = Decimal(0),
) -> CommunityCurrency:
    """Create a currency backed by euros, one unit for one euro, with the accounts of its issue."""
    ledger.create_currency(code, name=name, decimals=decimals)
    currency = CommunityCurrency(
        currency_id=code,
        name=name,
        decimals=decimals,
        redemption_fee_percent=redemption_fee_percent,
    )
    currency.full_clean()
    currency.save()
    open_accounts(bookkeeping.currency_accounts(code))
    return currency


def wallet_of(owner: Household | Organisation, currency: CommunityCurrency) -> str:
    """Give the account code of an owner's wallet, opening it at the first use."""
    code = wallet_code(owner, currency)
    open_accounts([bookkeeping.wallet_account(code, currency.code)])
    return code


def wallet_code(owner: Household | Organisation, currency: CommunityCurrency) -> str:
    """Give the account code a wallet has or would have."""
    if isinstance(owner, Household):
        return bookkeeping.household(owner.pk, currency.code)
    return bookkeeping.organisation(owner.pk, currency.code)
