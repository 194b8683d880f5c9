"""Checking out: what an order needs is compared with what the household has, and the order is placed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ledger import api as ledger
from market import bookkeeping
from market.currencies.services import wallet_code
from market.cycles.models import OrderCycle
from market.ordering.costs import OrderCost
from market.ordering.models import Order
from market.ordering.services import Placed, place
from market.payments import tasks
from market.people.models import Household, User


@dataclass(frozen=True)
class Means:
    """What a household can pay with, in minor units. What its present order holds already counts as free, its balance
    may fall to minus its `credit`, and what it owes from earlier orders has to be paid first."""

    euros: int
    units: int
    owed: int = 0
    credit: int = 0

    def missing_euros(self, cost: OrderCost) -> int:
        return max(0, cost.most_euros - self.euros - self.credit)

    def most_community(self, cost: OrderCost) -> int:
        """The most that can be paid in community currency: what the producers take and the wallet has."""
        return min(cost.community_limit, max(0, self.units))


def means_of(household: Household, cycle: OrderCycle) -> Means:
    """Look up what a household can pay an order in this cycle with."""
    euros = bookkeeping.household(household.pk)
    units = wallet_code(household, cycle.community_currency) if cycle.community_currency else ""
    due = bookkeeping.household_due(household.pk)
    balances = ledger.balances(filter(None, [euros, units, due]))
    order = Order.objects.filter(household=household, cycle=cycle).first()
    last = order.placements.last() if order else None
    hold_ids = (last.euro_hold_id, last.community_hold_id) if last else (None, None)
    held = ledger.holds(filter(None, hold_ids))
    free = [held[hold_id].open if hold_id else 0 for hold_id in hold_ids]
    return Means(
        euros=balances.get(euros, 0) + free[0],
        units=balances.get(units, 0) + free[1],
        owed=max(0, -balances.get(due, 0)),
        credit=household.credit_limit_minor,
    )


def check_out(
    *,
    household: Household,
    cycle: OrderCycle,
    community_minor: int,
    key: UUID,
    actor: User | None,
    at: datetime,
) -> Placed:
    """Place the basket as an order, paid from the wallet and the prepaid balance, and confirm it by mail.

    Raises ValidationError as `ordering.place_order` does.
    """
    with transaction.atomic():
        placed = place(
            household=household,
            cycle=cycle,
            community_minor=community_minor,
            key=key,
            actor=actor,
            at=at,
        )
        if placed.new:  # otherwise it was confirmed before
            tasks.mail_order.enqueue(placed.order.pk)
    return placed
