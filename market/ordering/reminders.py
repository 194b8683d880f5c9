"""Letters about a cycle: that it has opened, and before it closes, to those who have not ordered or whose packs are at
risk."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from market.cycles.audience import invited
from market.cycles.models import CycleStep, Offer, OrderCycle
from market.ordering.baskets import check_open
from market.ordering.closing import fill_all
from market.ordering.models import OrderLine
from market.ordering.tasks import mail_nudge, mail_opening, mail_reminder
from market.people.emails import readers
from market.people.models import Household, User


@dataclass(frozen=True)
class ToRemind:
    """Households that have not ordered, and those some of whose items would not come as it stands, with these items."""

    silent: list[Household]
    at_risk: dict[Household, list[tuple[Offer, Decimal]]]


def to_remind(cycle: OrderCycle) -> ToRemind:
    """Look who has a reason to look into a cycle once more, in a fixed number of queries."""
    short: dict[Hashable, list[tuple[Offer, Decimal]]] = defaultdict(list)
    offers = {offer.pk: offer for offer in cycle.offers.all()}
    for pk, filled in fill_all(cycle, offers.values()).items():
        for household, share in filled.shares.items():
            if share.short:
                short[household].append((offers[pk], share.short))
    at_risk = {household: short[household.pk] for household in invited(cycle).order_by("pk") if household.pk in short}
    return ToRemind(silent=silent(cycle), at_risk=at_risk)


def silent(cycle: OrderCycle) -> list[Household]:
    """Give the households that might order and have not."""
    ordered = OrderLine.objects.filter(order__cycle=cycle).values("order__household")
    return list(invited(cycle).exclude(pk__in=ordered).order_by("name", "pk"))


@transaction.atomic
def announce_once(*, cycle: OrderCycle, at: datetime) -> bool:
    """Have everybody who wants news told that a cycle has opened, unless another clock has done it.

    Each letter is a task of its own, so that one that cannot be delivered keeps no other back, and none goes twice.
    """
    if not OrderCycle.objects.filter(pk=cycle.pk, announced_at__isnull=True).update(announced_at=at):
        return False
    for reader in readers(invited(cycle)):
        if reader.news_by_mail:
            mail_opening.enqueue(cycle.pk, reader.pk)
    return True


@transaction.atomic
def remind_once(*, cycle: OrderCycle, at: datetime) -> bool:
    """Have a cycle's reminder mailed, unless another clock has done it: whoever marks the row first does."""
    if not OrderCycle.objects.filter(pk=cycle.pk, reminded_at__isnull=True).update(reminded_at=at):
        return False
    mail_reminder.enqueue(cycle.pk)
    return True


@transaction.atomic
def nudge(*, cycle: OrderCycle, last: datetime | None, actor: User, at: datetime) -> bool:
    """Have those who have not ordered written to, once per press: `last` is when the form says it was done before.

    Gives False for a second press of the same button. Raises ValidationError as `check_open` does.
    """
    check_open(cycle, at)
    if not OrderCycle.objects.filter(pk=cycle.pk, nudged_at=last).update(nudged_at=at):
        return False
    reason = _("Wrote to those who have not ordered yet.")
    CycleStep.objects.create(cycle=cycle, state=cycle.state, actor=actor, at=at, reason=reason)
    mail_nudge.enqueue(cycle.pk)
    return True
