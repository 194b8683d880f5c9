"""Packing and handing out: crates and households are ticked off, and what was missing becomes a claim."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from market.cycles.fees import charge_fees, concerns
from market.money import round_minor, split_exactly, to_minor
from market.ordering.costs import Wish, as_charged
from market.ordering.models import Order, OrderLine
from market.ordering.slots import point_of
from market.ordering.tagged_fees import FeesOfOrders
from market.people.models import User
from market.supply.models import Claim
from market.supply.receiving import check_received


def mark_packed(*, orders: QuerySet[Order], at: datetime | None) -> int:
    """Tick off orders whose crates are packed; None takes the tick back. Gives how many changed."""
    return orders.filter(packed_at__isnull=at is not None).update(packed_at=at)


def mark_collected(*, orders: QuerySet[Order], at: datetime | None) -> int:
    """Tick orders off at the pick-up point; None takes the tick back. Gives how many changed."""
    return orders.filter(collected_at__isnull=at is not None).update(collected_at=at)


@transaction.atomic
def claim_missing(*, line: OrderLine, quantity: Decimal, note: str, actor: User | None, at: datetime) -> Claim:
    """Note what was missing or spoilt when a household fetched its goods, and propose what it was charged as a credit.

    Noting a line again replaces what was proposed, until the treasurer has decided. Raises ValidationError
    `nothing_missing`, `more_than_given`, `decided`, and as `check_received` does.
    """
    line = OrderLine.objects.select_for_update(of=["self"]).select_related("offer").get(pk=line.pk)
    check_received(quantity)
    if quantity == 0:
        raise ValidationError(_("Write how many items were missing or spoilt."), "nothing_missing")
    share = getattr(line, "delivered", None)
    if share is None or quantity > share.quantity:
        raise ValidationError(
            _("This household was given %(items)s of it."),
            "more_than_given",
            {"items": f"{share.quantity.normalize() if share else 0:f}"},
        )
    if line.claims.exclude(state=Claim.State.PROPOSED).exists():
        raise ValidationError(_("The treasurer has already decided on this line."), "decided")
    line.claims.all().delete()
    charged = charged_for(line, quantity)
    return Claim.objects.create(
        line=line,
        quantity=quantity,
        note=note.strip(),
        amount_minor=charged.price - charged.discount,
        at=at,
        actor=actor,
    )


def withdraw_claim(*, line: OrderLine) -> None:
    """Take back what was noted by mistake, as long as the treasurer has not decided."""
    line.claims.filter(state=Claim.State.PROPOSED).delete()


class ChargedFor(NamedTuple):
    """The price of some goods of an order, and what its discounts took off them, in cents."""

    price: int
    discount: int


def charged_for(line: OrderLine, quantity: Decimal) -> ChargedFor:
    """Tell what a household is charged for a part of what it was given of a line.

    A discount on several lines counts in proportion to their goods. Fees are not given back: they pay for work that
    was done.
    """
    order, share = line.order, line.delivered
    given = OrderLine.objects.filter(order=order, delivered__quantity__gt=0).select_related("offer", "delivered")
    goods = {}
    for row in given:
        wish = Wish.of(row.offer, row.delivered.paid_items, price=row.price.amount)
        goods[row.pk] = as_charged(wish, to_minor(wish.price * wish.quantity))
    point_id = point_of(order.slot, order.cycle)
    off = 0
    for fee, charge in charge_fees(FeesOfOrders(order.cycle).of(order.pk), goods.values(), point_id=point_id).items():
        weights = {pk: Decimal(row.amount_minor) for pk, row in goods.items() if concerns(fee, row, point_id)}
        if charge.amount < 0 and weights.get(line.pk):
            off -= split_exactly(charge.amount, weights)[line.pk]
    part = quantity / share.quantity
    price = to_minor(line.price.amount * share.paid_items * part)
    return ChargedFor(price, min(price, round_minor(off * part)))
