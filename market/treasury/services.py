"""The treasurer issues units against euros and redeems them; each operation is one entry with both sides."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_of
from market.money import round_minor
from market.payments import tasks
from market.payments.models import CardPayment
from market.payments.services import already_booked, check_amount, refuse_other_content
from market.people.models import Household, Organisation, User, acting
from market.treasury.models import TreasuryOperation


@transaction.atomic
def issue_units(
    *,
    owner: Household | Organisation,
    currency: CommunityCurrency,
    amount_minor: int,
    means: bookkeeping.Means,
    reference: str,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> TreasuryOperation:
    """Issue units against the same number of euros that came in.

    A key used before gives the operation it made. Raises ValidationError `not_positive`, `too_large`, `above_ceiling`,
    `already_booked` for a bank reference that issued units already, `key_reused` for another issue under the same key.
    """
    if operation := _operation_before(TreasuryOperation.Kind.ISSUE, owner, currency, amount_minor, means, key):
        return operation
    check_amount(amount_minor)
    reference = reference.strip()
    same = {"kind": TreasuryOperation.Kind.ISSUE, "means": "transfer", "reference": reference}
    if reference and means == "transfer" and TreasuryOperation.objects.filter(**same).exists():
        raise already_booked()
    wallet = wallet_of(owner, currency)
    try:
        receipt = ledger.post(
            ledger.NewEntry(
                key=f"issue:{key}",
                kind="units issued",
                happened_at=at,
                legs=bookkeeping.units_issued(wallet, currency.code, amount_minor, means),
                memo=reference,
                actor=acting(actor),
            )
        )
    except ledger.CeilingReached as refusal:
        raise ValidationError(_("This wallet would hold more than one wallet may."), "above_ceiling") from refusal
    return _keep(
        TreasuryOperation.Kind.ISSUE, owner, currency, amount_minor, 0, means, reference, key, actor, at, receipt.id
    )


def issue_paid_top_ups(*, at: datetime) -> int:
    """Issue the units that cards have paid for; give how many payments that were. Running it twice does no harm.

    What stands in the way is kept with the payment in words; its euros stay on the household's balance.
    """
    issued = TreasuryOperation.objects.filter(key=OuterRef("key"))
    waiting = CardPayment.objects.filter(
        ~Exists(issued), purpose=CardPayment.Purpose.UNITS, state=CardPayment.State.PAID, refusal=""
    )
    count = 0
    for payment in waiting.select_related("household", "currency__currency", "actor").order_by("pk"):
        try:
            _issue_from_balance(payment, at)
            count += 1
        except ValidationError as refusal:
            CardPayment.objects.filter(pk=payment.pk).update(refusal=refusal.messages[0])
            tasks.mail_card_refusal.enqueue(payment.pk)
    return count


@transaction.atomic
def _issue_from_balance(payment: CardPayment, at: datetime) -> TreasuryOperation:
    household, currency, amount = payment.household, payment.currency, payment.amount_minor
    assert currency
    if operation := _operation_before(
        TreasuryOperation.Kind.ISSUE, household, currency, amount, TreasuryOperation.Means.BALANCE, payment.key
    ):
        return operation
    wallet = wallet_of(household, currency)
    try:
        receipt = ledger.post(
            ledger.NewEntry(
                key=f"issue:{payment.key}",
                kind="units issued",
                happened_at=at,
                legs=bookkeeping.units_issued_from_balance(household.pk, wallet, currency.code, amount),
                actor=acting(payment.actor),
            )
        )
    except ledger.CeilingReached as refusal:
        raise ValidationError(_("This wallet would hold more than one wallet may."), "above_ceiling") from refusal
    except ledger.FloorReached as refusal:
        raise ValidationError(_("The balance was used meanwhile."), "not_enough_euros") from refusal
    return _keep(
        TreasuryOperation.Kind.ISSUE, household, currency, amount, 0, TreasuryOperation.Means.BALANCE, "",
        payment.key, payment.actor, at, receipt.id,
    )  # fmt: skip


@transaction.atomic
def redeem_units(
    *,
    organisation: Organisation,
    currency: CommunityCurrency,
    amount_minor: int,
    means: bookkeeping.Means,
    reference: str,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> TreasuryOperation:
    """Take an organisation's units back and pay it euros, less the currency's commission (rounded half up).

    Only organisations redeem: what households could turn back into cash at will would be e-money.
    A key used before gives the operation it made. Raises ValidationError `not_positive`, `too_large`, `not_enough`,
    `key_reused` for another redemption under the same key.
    """
    if operation := _operation_before(
        TreasuryOperation.Kind.REDEMPTION, organisation, currency, amount_minor, means, key
    ):
        return operation
    check_amount(amount_minor)
    fee = round_minor(amount_minor * currency.redemption_fee_percent / 100)
    wallet = wallet_of(organisation, currency)
    try:
        receipt = ledger.post(
            ledger.NewEntry(
                key=f"redemption:{key}",
                kind="units redeemed",
                happened_at=at,
                legs=bookkeeping.units_redeemed(wallet, currency.code, amount_minor, fee, means),
                memo=reference.strip(),
                actor=acting(actor),
            )
        )
    except ledger.FloorReached as refusal:
        raise ValidationError(_("The wallet does not hold that many units."), "not_enough") from refusal
    return _keep(
        TreasuryOperation.Kind.REDEMPTION, organisation, currency, amount_minor, fee, means, reference, key, actor, at,
        receipt.id,
    )  # fmt: skip


def _operation_before(
    kind: str,
    owner: Household | Organisation,
    currency: CommunityCurrency,
    amount: int,
    means: str,
    key: UUID,
) -> TreasuryOperation | None:
    """Find what a key did before. Operations of a currency take turns here, so that none slips in between."""
    CommunityCurrency.objects.select_for_update().get(pk=currency.pk)
    operation = TreasuryOperation.objects.filter(key=key).first()
    if operation:
        whose = "household" if isinstance(owner, Household) else "organisation"
        refuse_other_content(
            operation, kind=kind, currency=currency, amount_minor=amount, means=means, **{whose: owner}
        )  # fmt: skip
    return operation


def _keep(
    kind: str,
    owner: Household | Organisation,
    currency: CommunityCurrency,
    amount: int,
    fee: int,
    means: str,
    reference: str,
    key: UUID,
    actor: User | None,
    at: datetime,
    entry_id: int,
) -> TreasuryOperation:
    whose = {"household": owner} if isinstance(owner, Household) else {"organisation": owner}
    return TreasuryOperation.objects.create(
        key=key,
        kind=kind,
        currency=currency,
        amount_minor=amount,
        fee_minor=fee,
        means=means,
        reference=reference.strip(),
        actor=actor,
        at=at,
        entry_id=entry_id,
        **whose,
    )
