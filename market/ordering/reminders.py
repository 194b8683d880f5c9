"""The reminder before a cycle closes: to those who have not ordered, and to those whose packs are at risk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from market.cycles.audience import invited
from market.cycles.models import OrderCycle
from market.ordering.closing import fill_all
from market.ordering.models import OrderLine
from market.ordering.tasks import mail_reminder
from market.people.models import Household


@dataclass(frozen=True)
class ToRemind:
    """Households that have not ordered, and those some of whose items would not come as it stands."""

    silent: list[Household]
    at_risk: list[Household]


def to_remind(cycle: OrderCycle) -> ToRemind:
    """Look who has a reason to look into a cycle once more, in a fixed number of queries."""
    households = list(invited(cycle).order_by("pk"))
    ordered = set(OrderLine.objects.filter(order__cycle=cycle).values_list("order__household", flat=True))
    short = {
        household
        for filled in fill_all(cycle, list(cycle.offers.all())).values()
        for household, share in filled.shares.items()
        if share.short
    }
    return ToRemind(
        silent=[household for household in households if household.pk not in ordered],
        at_risk=[household for household in households if household.pk in short],
    )


@transaction.atomic
def remind_once(*, cycle: OrderCycle, at: datetime) -> bool:
    """Have a cycle's reminder mailed, unless another clock has done it: whoever marks the row first does."""
    if not OrderCycle.objects.filter(pk=cycle.pk, reminded_at__isnull=True).update(reminded_at=at):
        return False
    mail_reminder.enqueue(cycle.pk)
    return True
