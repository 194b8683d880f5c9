"""What Stripe is asked to do: written down before the call, so that a crash in between is healed by asking again.

Every command has its own idempotency key, made once: whoever asks twice with it gets the first answer from Stripe, and
nothing happens twice. The worker runs a command as soon as its row is stored; the clock runs again what failed.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from market.payments import tasks
from market.payments.models import CardPayment, Refund, StripeCommand

# A worker that was killed in the middle of a call is given this long before somebody else asks again.
PATIENCE = timedelta(minutes=2)
FREE = timedelta(seconds=30)


def ask_stripe(kind: str, payment: CardPayment, *, refund: Refund | None = None) -> StripeCommand:
    """Write down what Stripe is to do and wake the worker; both are stored together with the caller's transaction."""
    command, _created = StripeCommand.objects.get_or_create(kind=kind, payment=payment, refund=refund)
    tasks.run_command.enqueue(command.pk)
    return command


def free_at(at: datetime) -> Q:
    """Commands nobody is asking Stripe at this moment."""
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - PATIENCE)


def due_commands(at: datetime) -> list[int]:
    """List the commands the clock should run: failed before and due again, or left lying by a worker that died."""
    waiting = StripeCommand.objects.filter(state=StripeCommand.State.WAITING, created_at__lt=at - FREE)
    due = Q(due_at__isnull=True) | Q(due_at__lte=at)
    return list(waiting.filter(due, free_at(at)).values_list("pk", flat=True))
