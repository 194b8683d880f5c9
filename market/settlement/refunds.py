"""Giving back a whole order that was settled: its money returns the way it came, each account from whom it went to."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.payments.models import Refund
from market.payments.refunds import refund_cards
from market.people.models import User, acting
from market.settlement.bills import bills
from market.settlement.models import SettledOrder


@transaction.atomic
def give_back_order(*, settled: SettledOrder, reason: str, key: UUID, actor: User, at: datetime) -> list[Refund]:
    """Give a household back what a settled order cost: goods from the producers, fees from whom they went to.

    What it still owed for the order is no longer owed, what cards paid goes back to them, the rest is balance and
    wallet again. Giving back twice changes nothing. Raises ValidationError `paid_out` when a producer no longer has
    the money here.
    """
    settled = SettledOrder.objects.select_for_update().get(pk=settled.pk)
    if settled.given_back_at:
        return []
    legs = _legs(settled)
    if legs:
        try:
            ledger.post(
                ledger.NewEntry(
                    key=f"order:{settled.order_id}:given-back",
                    kind="order given back",
                    happened_at=at,
                    legs=legs,
                    memo=reason.strip() or settled.order.reference,
                    actor=acting(actor),
                )
            )
        except ledger.FloorReached as refusal:
            raise ValidationError(
                _("A producer or group has already been paid out this money: it has to pay it in again first."),
                "paid_out",
            ) from refusal
    settled.given_back_at = at
    settled.save(update_fields=["given_back_at"])
    return refund_cards(order=settled.order, reason=reason, key=key, actor=actor, at=at)


def _legs(settled: SettledOrder) -> list[ledger.Leg]:
    order = settled.order
    household, cycle = order.household_id, order.cycle
    euros: dict[int, int] = defaultdict(int)
    community: dict[int, int] = defaultdict(int)
    stock = 0
    for line in settled.lines.select_related("line__offer__product"):
        if line.line.offer.product.kept_from_id:
            stock += line.amount_minor
            continue
        euros[line.line.offer.producer_id] += line.amount_minor - line.community_minor
        community[line.line.offer.producer_id] += line.community_minor
    for producer_id, amount in next(bill for bill in bills(cycle) if bill.order.pk == order.pk).transport.items():
        euros[producer_id] += amount
    fees: dict[int, int] = defaultdict(int)
    discount = 0
    for row in settled.fees.all():
        if row.amount_minor < 0:
            discount -= row.amount_minor
        else:
            fees[row.payee_id] += row.amount_minor
    legs = bookkeeping.order_given_back(household, bookkeeping.EUR, euros, fees)
    if stock:  # it was the group's own
        legs += bookkeeping.claim_credited(household, cycle.organiser_id, None, stock)
    legs += bookkeeping.discount_returned(household, cycle.organiser_id, discount)
    if cycle.community_currency:
        legs += bookkeeping.order_given_back(household, cycle.community_currency.code, community)
    owed = min(settled.due_minor, max(0, -ledger.balance(bookkeeping.household_due(household))))
    if owed:
        legs += bookkeeping.debt_paid(household, owed)
    return legs
