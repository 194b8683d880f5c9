"""Calling a whole cycle off: everybody's money is free again, and everybody who ordered is told why."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from market.cycles.models import OrderCycle
from market.cycles.services import lock_cycle, move_cycle
from market.ordering.models import Order
from market.ordering.services import release_holds
from market.ordering.tasks import mail_cancelled_cycle
from market.people.models import User
from market.supply.models import SupplierOrder


@transaction.atomic
def cancel_cycle(*, cycle: OrderCycle, reason: str, actor: User | None, at: datetime) -> OrderCycle:
    """Call a cycle off as long as no producer has been told; the orders stay as a memory, and nothing is paid.

    Waits for orders that are being placed. Cancelling twice changes nothing. Raises ValidationError `wrong_state`,
    `already_sent`, `reason_missing`.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state == OrderCycle.State.CANCELLED:
        return cycle
    if SupplierOrder.objects.filter(cycle=cycle, sent_at__isnull=False).exists():
        raise ValidationError(_("A producer already has this order: it can no longer change."), "already_sent")
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError(_("Say why the cycle is cancelled; everybody who ordered reads it."), "reason_missing")
    move_cycle(cycle, OrderCycle.State.CANCELLED, actor=actor, at=at, reason=reason)
    SupplierOrder.objects.filter(cycle=cycle).delete()
    for order in Order.objects.filter(cycle=cycle).order_by("pk"):
        release_holds(order, key="cycle-cancelled", actor=actor, at=at)
    mail_cancelled_cycle.enqueue(cycle.pk)
    return cycle
