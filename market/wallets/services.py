"""Members and organisations pay each other in the community currency."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_of
from market.payments.services import check_amount
from market.people.models import Household, Organisation, User, acting
from market.templatetags.market import units


def entry_key(key: UUID) -> str:
    """Give the key under which the ledger books a payment."""
    return f"wallet:{key}"


def receipts_of(lines: Iterable[ledger.StatementLine]) -> dict[str, str]:
    """Give the keys of the payments among the lines of a statement, by the keys of their entries."""
    return {line.key: line.key.removeprefix("wallet:") for line in lines if line.key.startswith("wallet:")}


@transaction.atomic
def pay(
    *,
    payer: Household | Organisation,
    payee: Household | Organisation,
    currency: CommunityCurrency,
    amount_minor: int,
    memo: str,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> ledger.EntryReceipt:
    """Pay units from one wallet to another, once per key.

    Raises ValidationError `same_account`, `not_positive`, `too_large`, `not_enough`, `above_ceiling`, `key_reused` for
    another payment under the same key.
    """
    if payer == payee:
        raise ValidationError(_("You cannot pay yourself: choose somebody else."), "same_account")
    check_amount(amount_minor)
    source, target = wallet_of(payer, currency), wallet_of(payee, currency)
    try:
        return ledger.post(
            ledger.NewEntry(
                key=entry_key(key),
                kind="wallet payment",
                happened_at=at,
                legs=bookkeeping.wallet_payment(source, target, amount_minor),
                memo=memo.strip(),
                actor=acting(actor),
            )
        )
    except ledger.FloorReached as refusal:
        held = units(ledger.balance(source), currency.code)
        raise ValidationError(_("The wallet holds only %(held)s.") % {"held": held}, "not_enough") from refusal
    except ledger.CeilingReached as refusal:
        raise ValidationError(_("The other wallet cannot take that much."), "above_ceiling") from refusal
    except ledger.KeyReused as refusal:
        raise ValidationError(
            _("This form was sent before with other figures; those are paid. Send it again to pay these as well."),
            "key_reused",
        ) from refusal
