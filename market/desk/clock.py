"""What happens by itself: cycles are drafted, open, remind, close and order, and mails that did not leave go again.

Run every minute by `manage.py tick`. Each step is safe to run twice and from two machines: it locks, looks and only
then acts.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from ledger import api as ledger
from market.cycles.models import OrderCycle, Schedule
from market.cycles.scheduling import draft_due_cycles
from market.cycles.services import open_cycle
from market.ordering.closing import end_ordering
from market.ordering.reminders import announce_once, remind_once
from market.payments.calls import run_command
from market.payments.cards import give_up_closed_cycles, place_paid_order
from market.payments.events import process_waiting
from market.payments.models import CardPayment
from market.payments.outbox import due_commands
from market.supply.models import SupplierOrder
from market.supply.services import send_all_supplier_orders
from market.supply.tasks import mail_answer, mail_supplier_order
from market.treasury.services import issue_paid_top_ups

log = logging.getLogger(__name__)

# A worker that is busy needs no second push.
PATIENCE = timedelta(minutes=10)


def tick(at: datetime) -> tuple[list[str], list[str]]:
    """Do what is due; give what was done and what failed. One failure does not stop the rest."""
    done: list[str] = []
    failed: list[str] = []

    def attempt(words: str, step: Callable[[], object], *, counts: bool = False) -> None:
        try:
            result = step()
            if result or not counts:  # a step that counts what it did, and did nothing, is not worth a line
                done.append(words)
        except Exception as error:
            log.exception("tick: %s", words)
            reason = error.messages[0] if isinstance(error, ValidationError) else repr(error)
            failed.append(f"{words}: {reason}")

    for schedule in Schedule.objects.filter(active=True):
        attempt(
            f"drafted cycles of schedule {schedule.pk}",
            lambda row=schedule: draft_due_cycles(schedule=row, at=at),  # type: ignore[misc]
            counts=True,
        )
    for cycle in OrderCycle.objects.due_to_open(at):
        attempt(f"opened cycle {cycle.pk}", lambda cycle=cycle: open_cycle(cycle=cycle, actor=None, at=at))  # type: ignore[misc]
    for cycle in OrderCycle.objects.not_yet_announced(at):
        attempt(f"told households of cycle {cycle.pk}", lambda cycle=cycle: announce_once(cycle=cycle, at=at))  # type: ignore[misc]
    for cycle in OrderCycle.objects.due_to_close(at):
        attempt(f"ended ordering in cycle {cycle.pk}", lambda cycle=cycle: end_ordering(cycle=cycle, at=at))  # type: ignore[misc]
    for cycle in OrderCycle.objects.due_to_send():
        attempt(
            f"sent supplier orders of cycle {cycle.pk}",
            lambda cycle=cycle: send_all_supplier_orders(cycle=cycle, actor=None, at=at),  # type: ignore[misc]
        )
    for cycle in OrderCycle.objects.not_yet_reminded(at):
        if cycle.reminds_at <= at:
            attempt(f"reminded households of cycle {cycle.pk}", lambda cycle=cycle: remind_once(cycle=cycle, at=at))  # type: ignore[misc]
    for waiting in SupplierOrder.objects.filter(sent_at__lt=at - PATIENCE, mailed_at__isnull=True):
        attempt(f"mailed supplier order {waiting.pk}", lambda pk=waiting.pk: mail_supplier_order.enqueue(pk))  # type: ignore[misc]
    for answered in SupplierOrder.objects.untold().filter(answered_at__lt=at - PATIENCE):
        attempt(f"told the answer to supplier order {answered.pk}", lambda pk=answered.pk: mail_answer.enqueue(pk))  # type: ignore[misc]
    for pk in due_commands(at):
        attempt(f"asked Stripe again {pk}", lambda pk=pk: run_command(pk, at=at))  # type: ignore[misc]
    for payment in CardPayment.objects.waiting_for_their_order():
        attempt(f"placed order of card payment {payment.pk}", lambda row=payment: place_paid_order(row, at=at))  # type: ignore[misc]
    attempt("closed payment pages", lambda: give_up_closed_cycles(at=at), counts=True)
    attempt("processed events of Stripe", lambda: process_waiting(at), counts=True)
    attempt("issued paid top-ups", lambda: issue_paid_top_ups(at=at), counts=True)
    attempt("sealed the journal", ledger.seal)
    return done, failed
