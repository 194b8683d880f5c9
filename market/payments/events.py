"""Events of Stripe: stored once, answered at once, booked from what Stripe says of their object now.

Stripe promises neither order nor uniqueness, and an event may be lost; so an event only says where to look.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.db import transaction

from ledger import api as ledger
from market import bookkeeping
from market.payments import stripe_gateway, tasks
from market.payments.calls import run_command
from market.payments.cards import apply_session, follow
from market.payments.models import CardPayment, Refund, StripeCommand, StripeEvent
from market.payments.refunds import apply_refund, follow_refund
from market.people.services import open_accounts


def store_event(event: stripe.Event) -> StripeEvent | None:
    """Keep an event that is new; gives None for one that has come before."""
    row, created = StripeEvent.objects.get_or_create(
        event_id=event.id, defaults={"type": event.type, "body": json.dumps(event.to_dict())}
    )
    return row if created else None


@transaction.atomic
def receive_event(event: stripe.Event) -> None:
    """Keep an event and wake the worker; one that has come before is left alone."""
    if row := store_event(event):
        tasks.process_event.enqueue(row.pk)


def process_event(pk: int, *, at: datetime) -> None:
    """Look at what an event is about and book what is new. An event that cannot be booked now is tried again."""
    row = StripeEvent.objects.get(pk=pk)
    if row.processed_at:
        return
    body = json.loads(row.body)
    try:
        _look_at(row.type, body["data"]["object"], at)
    except stripe_gateway.Unreachable as trouble:
        StripeEvent.objects.filter(pk=pk).update(error=str(trouble)[:500])
        return
    StripeEvent.objects.filter(pk=pk).update(processed_at=at, error="")


def _look_at(kind: str, thing: dict[str, Any], at: datetime) -> None:
    if kind.startswith("checkout.session."):
        apply_session(stripe_gateway.fetch_session(thing["id"]), at=at)
    elif kind.startswith("refund.") or kind == "charge.refund.updated":
        apply_refund(stripe_gateway.fetch_refund(thing["id"]), at=at)
    elif kind == "payout.paid" and thing["currency"] == "eur":
        book_card_payout(thing["id"], thing["amount"], at=at)


def book_card_payout(payout_id: str, amount: int, *, at: datetime) -> None:
    """Book what Stripe sent to the bank account, once."""
    open_accounts(bookkeeping.card_accounts())
    ledger.post(
        ledger.NewEntry(
            key=f"card-payout:{payout_id}",
            kind="card payout",
            happened_at=at,
            legs=bookkeeping.card_payout_received(amount),
            memo=payout_id,
            actor="clock",
        )
    )


def process_waiting(at: datetime) -> int:
    """Process the events a worker left lying; give how many there were."""
    waiting = StripeEvent.objects.filter(processed_at=None, received_at__lt=at - timedelta(minutes=1))
    rows = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    for pk in rows:
        process_event(pk, at=at)
    return len(rows)


def reconcile(*, days: int, at: datetime) -> tuple[list[str], list[str]]:
    """Find what was lost between Stripe and the books and book it; give what was found and what still differs."""
    found: list[str] = []
    for event in stripe_gateway.events_since(at - timedelta(days=days)):
        if row := store_event(event):
            found.append(f"{event.id} ({event.type}) had not arrived")
            process_event(row.pk, at=at)
    for event_pk in StripeEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
        process_event(event_pk, at=at)
    for command in StripeCommand.objects.filter(state=StripeCommand.State.WAITING):
        run_command(command.pk, at=at)
    for payment in CardPayment.objects.unsettled():
        before = payment.state
        after = follow(payment, at=at).state
        if after != before:
            found.append(f"card payment {payment.key} was {before}, is {after}")
    for refund in Refund.objects.filter(state=Refund.State.ASKED):
        follow_refund(refund, at=at)
    return found, _differences()


def _differences() -> list[str]:
    wrong = [
        f"event {row.event_id} could not be processed: {row.error}"
        for row in StripeEvent.objects.filter(processed_at=None)
    ]
    wrong += [
        f"command {row.key} ({row.kind}) {row.get_state_display()}: {row.error}"
        for row in StripeCommand.objects.exclude(state=StripeCommand.State.DONE)
    ]
    there, here = stripe_gateway.balance(), -ledger.balances([bookkeeping.STRIPE]).get(bookkeeping.STRIPE, 0)
    if there != here:
        wrong.append(f"Stripe holds {there} cents, the books say {here}")
    return wrong
