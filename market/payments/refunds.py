"""Euros that go back to the card they came from; on their way they belong to nobody's balance."""

from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from ledger import api as ledger
from ledger.api import Leg
from market import bookkeeping
from market.ordering.models import Order, Placement
from market.ordering.services import cancel_order
from market.payments import stripe_gateway, tasks
from market.payments.models import CardPayment, Refund, StripeCommand
from market.payments.outbox import ask_stripe
from market.people.models import User, acting


def refundable(payment: CardPayment) -> int:
    """Give the cents of a card payment that have not gone back yet."""
    if payment.state != CardPayment.State.PAID:
        return 0
    gone = payment.refunds.exclude(state=Refund.State.FAILED).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return payment.amount_minor - int(gone)


@transaction.atomic
def ask_refund(
    *, card_payment: CardPayment, amount_minor: int, reason: str, key: UUID, actor: User | None, at: datetime
) -> Refund:
    """Take prepaid euros from a household and send them back to the card they came from.

    A key used before gives its refund. Raises ValidationError `not_positive`, `more_than_paid`, `not_enough_euros`.
    """
    card_payment = CardPayment.objects.select_for_update().get(pk=card_payment.pk)
    if refund := Refund.objects.filter(key=key).first():
        return refund
    if amount_minor <= 0:
        raise ValidationError(_("The amount must be more than zero."), "not_positive")
    if amount_minor > refundable(card_payment):
        raise ValidationError(_("That is more than this card paid."), "more_than_paid")
    refund = Refund.objects.create(
        key=key, card_payment=card_payment, amount_minor=amount_minor, reason=reason.strip(), actor=actor, at=at
    )
    try:
        _post(refund, "refund asked", bookkeeping.refund_asked(card_payment.household_id, amount_minor), actor, at)
    except ledger.FloorReached as refusal:
        raise ValidationError(
            _("The household's balance no longer holds these euros: they were used meanwhile."), "not_enough_euros"
        ) from refusal
    ask_stripe(StripeCommand.Kind.REFUND, card_payment, refund=refund)
    return refund


@transaction.atomic
def cancel_card_order(*, order: Order, to_card: bool, key: UUID, actor: User, at: datetime) -> list[Refund]:
    """Cancel an order while orders are taken; what cards paid for it goes back to them, or stays prepaid balance.

    Raises ValidationError as `ordering.cancel_order` does.
    """
    if not Placement.objects.filter(key=key).exists():
        cancel_order(order=order, key=key, actor=actor, at=at)
        tasks.mail_order.enqueue(order.pk)
    return refund_cards(order=order, reason=order.reference, key=key, actor=actor, at=at) if to_card else []


@transaction.atomic
def refund_cards(*, order: Order, reason: str, key: UUID, actor: User | None, at: datetime) -> list[Refund]:
    """Send back to the cards what they paid for an order, as far as the household's balance still has it."""
    rows = []
    for payment in CardPayment.objects.select_for_update().filter(order=order).order_by("-pk"):
        own_key = uuid5(key, str(payment.pk))
        if refund := Refund.objects.filter(key=own_key).first():
            rows.append(refund)
            continue
        amount = min(refundable(payment), ledger.balance(bookkeeping.household(order.household_id)))
        if amount > 0:
            rows.append(
                ask_refund(card_payment=payment, amount_minor=amount, reason=reason, key=own_key, actor=actor, at=at)
            )
    return rows


@transaction.atomic
def apply_refund(status: stripe_gateway.RefundStatus, *, at: datetime) -> Refund | None:
    """Book what Stripe says now of one of our refunds; gives None for one that is not ours. Repeating does no harm."""
    refund = Refund.objects.select_for_update().filter(key=status.key).first() if status.key else None
    if refund is None:
        return None
    if refund.refund_id is None:
        refund.refund_id = status.id
        refund.save(update_fields=["refund_id"])
    household, amount = refund.card_payment.household_id, refund.amount_minor
    if status.state == "succeeded" and refund.state == Refund.State.ASKED:
        _post(refund, "refund sent", bookkeeping.refund_sent(amount), None, at)
        _end(refund, Refund.State.DONE, at)
    elif status.state == "failed" and refund.state == Refund.State.ASKED:
        _post(refund, "refund refused", bookkeeping.refund_refused(household, amount), None, at)
        _end(refund, Refund.State.FAILED, at)
    elif status.state == "failed" and refund.state == Refund.State.DONE:
        _post(refund, "refund returned", bookkeeping.refund_returned(household, amount), None, at)
        _end(refund, Refund.State.FAILED, at)
    return refund


@transaction.atomic
def refuse_refund(refund: Refund, *, at: datetime) -> None:
    """Give the euros back to the balance when Stripe would not even take the refund."""
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state == Refund.State.ASKED:
        legs = bookkeeping.refund_refused(refund.card_payment.household_id, refund.amount_minor)
        _post(refund, "refund refused", legs, None, at)
        _end(refund, Refund.State.FAILED, at)


def follow_refund(refund: Refund, *, at: datetime) -> None:
    """Ask Stripe how a refund stands and book what is new."""
    if refund.refund_id:
        apply_refund(stripe_gateway.fetch_refund(refund.refund_id), at=at)


def _end(refund: Refund, state: str, at: datetime) -> None:
    refund.state, refund.done_at = state, at
    refund.save(update_fields=["state", "done_at"])


def _post(refund: Refund, kind: str, legs: list[Leg], actor: User | None, at: datetime) -> None:
    ledger.post(
        ledger.NewEntry(
            key=f"{kind}:{refund.key}",
            kind=kind,
            happened_at=at,
            legs=legs,
            memo=refund.reason,
            actor=acting(actor),
        )
    )
