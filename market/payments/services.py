"""Euros come in from households and go out to producers; each movement is booked once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.payments.models import Method, Payment, Payout
from market.people.models import Household, Organisation, User, acting

# One payment larger than this is a slip of the finger.
MOST_MINOR = 10_000_000


def check_amount(amount_minor: int) -> None:
    """Refuse amounts nobody pays: `not_positive`, `too_large`."""
    if amount_minor <= 0:
        raise ValidationError(_("The amount must be more than zero."), "not_positive")
    if amount_minor > MOST_MINOR:
        raise ValidationError(_("That amount is too large for one payment."), "too_large")


def refuse_other_content(booked: Any, **content: object) -> None:
    """Refuse a key whose first use booked something else: `key_reused`."""
    if any(getattr(booked, name) != value for name, value in content.items()):
        raise ValidationError(
            _("This form was sent before with other figures; those are booked. Send it again to book these as well."),
            "key_reused",
        )


@transaction.atomic
def record_payment(
    *,
    household: Household,
    amount_minor: int,
    method: bookkeeping.PaidBy,
    reference: str,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> Payment:
    """Record euros a household paid in: they pay what it owes first, the rest is prepaid balance.

    A key used before gives the payment it made. Raises ValidationError `not_positive`, `too_large`, `already_booked`
    for a bank reference that is booked already, `key_reused` for another payment under the same key.
    """
    # Two payments at once take turns, so that they do not both pay the same debt.
    household = Household.objects.select_for_update().get(pk=household.pk)
    reference = reference.strip()
    if payment := Payment.objects.filter(key=key).first():
        refuse_other_content(payment, household=household, amount_minor=amount_minor, method=method)
        return payment
    check_amount(amount_minor)
    if reference and method == Method.TRANSFER and Payment.objects.filter(method=method, reference=reference).exists():
        raise already_booked()
    owed = max(0, -ledger.balance(bookkeeping.household_due(household.pk)))
    receipt = ledger.post(
        ledger.NewEntry(
            key=f"payment:{key}",
            kind="payment received",
            happened_at=at,
            legs=bookkeeping.payment_received(household.pk, amount_minor, method, owed=owed),
            memo=reference,
            actor=acting(actor),
        )
    )
    try:
        with transaction.atomic():
            return Payment.objects.create(
                key=key,
                household=household,
                amount_minor=amount_minor,
                method=method,
                reference=reference,
                at=at,
                recorded_by=actor,
                entry_id=receipt.id,
            )
    except IntegrityError as error:  # somebody booked the same reference for another household in this moment
        raise already_booked() from error


def already_booked() -> ValidationError:
    return ValidationError(_("A transfer with this reference is booked already."), "already_booked")


@transaction.atomic
def create_payout(
    *,
    producer: Organisation,
    amount_minor: int,
    method: bookkeeping.Means,
    reference: str,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> Payout:
    """Record euros paid to a producer (or another organisation that earned some), at most what the market owes it.

    A key used before gives the payout it made. Raises ValidationError `not_positive`, `too_large`, `more_than_owed`,
    `key_reused` for another payout under the same key.
    """
    # Two presses at once take turns, so that the second finds the payout of the first.
    producer = Organisation.objects.select_for_update().get(pk=producer.pk)
    if payout := Payout.objects.filter(key=key).first():
        refuse_other_content(payout, producer=producer, amount_minor=amount_minor, method=method)
        return payout
    check_amount(amount_minor)
    try:
        receipt = ledger.post(
            ledger.NewEntry(
                key=f"payout:{key}",
                kind="payout",
                happened_at=at,
                legs=bookkeeping.payout_made(producer.pk, amount_minor, method),
                memo=reference.strip(),
                actor=acting(actor),
            )
        )
    except ledger.FloorReached as refusal:
        raise ValidationError(_("That is more than the market owes this producer."), "more_than_owed") from refusal
    return Payout.objects.create(
        key=key,
        producer=producer,
        amount_minor=amount_minor,
        method=method,
        reference=reference.strip(),
        at=at,
        recorded_by=actor,
        entry_id=receipt.id,
    )
