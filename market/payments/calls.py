"""Calling Stripe for a stored command, and booking the answer."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from market.payments import stripe_gateway
from market.payments.cards import apply_session
from market.payments.models import CardPayment, StripeCommand
from market.payments.outbox import free_at
from market.payments.refunds import apply_refund, refuse_refund

# After so many failures a person has to look (about a day).
ATTEMPTS = 20


def run_command(pk: int, *, at: datetime) -> None:
    """Ask Stripe once. What it answers is booked; what keeps it from answering is kept, and asked again later."""
    mine = StripeCommand.objects.filter(free_at(at), pk=pk, state=StripeCommand.State.WAITING)
    if not mine.update(claimed_at=at, attempts=F("attempts") + 1):
        return  # done already, or somebody is at it
    command = StripeCommand.objects.select_related("payment__household", "payment__cycle", "refund").get(pk=pk)
    try:
        answer = _call(command)
    except stripe_gateway.Unreachable as trouble:
        _keep_waiting(command, str(trouble), at)
        return
    except stripe_gateway.Refused as refusal:
        _fail(command, str(refusal), at)
        return
    _book(command, answer, at)
    StripeCommand.objects.filter(pk=pk).update(state=StripeCommand.State.DONE, done_at=at, error="")


def _call(command: StripeCommand) -> Any:
    payment, key = command.payment, str(command.key)
    match command.kind:
        case StripeCommand.Kind.OPEN_SESSION:
            return stripe_gateway.open_session(payment, key=key)
        case StripeCommand.Kind.EXPIRE_SESSION:
            if not payment.session_id:
                raise stripe_gateway.Unreachable("its page is not open yet")
            return stripe_gateway.expire_session(payment.session_id, key=key)
        case StripeCommand.Kind.REFUND:
            assert command.refund
            return stripe_gateway.create_refund(command.refund, key=key)


def _book(command: StripeCommand, answer: Any, at: datetime) -> None:
    if isinstance(answer, stripe_gateway.RefundStatus):
        apply_refund(answer, at=at)
    else:
        apply_session(answer, at=at)


def _keep_waiting(command: StripeCommand, error: str, at: datetime) -> None:
    if command.attempts >= ATTEMPTS:
        _fail(command, error, at)
        return
    wait = min(timedelta(hours=2), timedelta(seconds=15) * 2**command.attempts)
    StripeCommand.objects.filter(pk=command.pk).update(claimed_at=None, due_at=at + wait, error=error[:500])


def _fail(command: StripeCommand, error: str, at: datetime) -> None:
    StripeCommand.objects.filter(pk=command.pk).update(
        state=StripeCommand.State.FAILED, done_at=at, error=error[:500]
    )  # fmt: skip
    if command.kind == StripeCommand.Kind.OPEN_SESSION:
        CardPayment.objects.filter(pk=command.payment_id, state=CardPayment.State.STARTED).update(
            state=CardPayment.State.FAILED
        )
    elif command.refund:
        refuse_refund(command.refund, at=at)
