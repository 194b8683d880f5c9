"""Packing and handing out: crates and households are ticked off, and what was missing becomes a claim."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from market.money import to_minor
from market.ordering.models import Order, OrderLine
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
    """Note what was missing or spoilt when a household fetched its goods, and propose its price as a credit.

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
    paid = share.paid_items * quantity / share.quantity
    return Claim.objects.create(
        line=line,
        quantity=quantity,
        note=note.strip(),
        amount_minor=to_minor(line.price.amount * paid),
        at=at,
        actor=actor,
    )
