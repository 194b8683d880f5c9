"""What happens by itself: cycles open and close when their time has come, and mails that did not leave are sent again.

Run every minute by `manage.py tick`. Each step is safe to run twice and from two machines: it locks, looks and only
then acts.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.cycles.services import open_cycle
from market.ordering.closing import close_cycle
from market.supply.models import SupplierOrder
from market.supply.tasks import mail_supplier_order

log = logging.getLogger(__name__)

# A worker that is busy needs no second push.
PATIENCE = timedelta(minutes=10)


def tick(at: datetime) -> tuple[list[str], list[str]]:
    """Do what is due; give what was done and what failed. One failure does not stop the rest."""
    done: list[str] = []
    failed: list[str] = []

    def attempt(words: str, step: Callable[[], object]) -> None:
        try:
            step()
            done.append(words)
        except Exception as error:
            log.exception("tick: %s", words)
            reason = error.messages[0] if isinstance(error, ValidationError) else repr(error)
            failed.append(f"{words}: {reason}")

    for cycle in OrderCycle.objects.due_to_open(at):
        attempt(f"opened cycle {cycle.pk}", lambda cycle=cycle: open_cycle(cycle=cycle, actor=None, at=at))  # type: ignore[misc]
    for cycle in OrderCycle.objects.due_to_close(at):
        attempt(f"closed cycle {cycle.pk}", lambda cycle=cycle: close_cycle(cycle=cycle, actor=None, at=at))  # type: ignore[misc]
    for waiting in SupplierOrder.objects.filter(sent_at__lt=at - PATIENCE, mailed_at__isnull=True):
        attempt(f"mailed supplier order {waiting.pk}", lambda pk=waiting.pk: mail_supplier_order.enqueue(pk))  # type: ignore[misc]
    attempt("sealed the journal", ledger.seal)
    return done, failed
