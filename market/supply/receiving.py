"""What comes is shared out by the cycle's rule, weighed, and corrected by hand where it must be."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from market.cycles.models import OrderCycle
from market.cycles.services import hold_cycle_open, lock_cycle, move_cycle
from market.ordering import packs
from market.ordering.baskets import MOST_ITEMS
from market.ordering.changes import lock_kept_goods
from market.ordering.closing import demand
from market.ordering.models import OrderLine
from market.people.models import User
from market.supply.models import DeliveredShare, Delivery, DeliveryLine, SupplierOrder, SupplierOrderLine
from market.supply.stock import move_stock

# A weight this many times off what was expected is a slip of the finger: grams for kilograms, a forgotten point.
UNLIKELY = 5

# What a receiver saw when the form was shown, by offer or share: None where nothing had been recorded yet.
Seen = Mapping[int, Decimal | None]


def check_received(items: Decimal) -> None:
    """Refuse amounts that cannot have come: `not_a_number`, `negative`, `too_many`."""
    if not items.is_finite():
        raise ValidationError(_("Write an amount in digits, for example 12."), "not_a_number")
    if items < 0:
        raise ValidationError(_("An amount cannot be negative: write 0 if nothing came."), "negative")
    if items > MOST_ITEMS:
        raise ValidationError(_("That is more than can have come."), "too_many")


def check_receiving(cycle: OrderCycle) -> None:
    """Refuse to record anything before the goods were ordered or after they were settled: `wrong_state`."""
    if cycle.state not in (OrderCycle.State.ORDERED, OrderCycle.State.RECEIVED):
        raise ValidationError(_("Goods are received between ordering and settling."), "wrong_state")


@transaction.atomic
def receive_delivery(
    *,
    supplier_order: SupplierOrder,
    received: Mapping[int, Decimal],
    seen: Seen | None = None,
    transport_minor: int | None = None,
    note: str = "",
    actor: User | None,
    at: datetime,
) -> Delivery:
    """Record what came of a supplier order, items by offer, and share it out by the cycle's rule.

    An offer that is not named did not come. Shares corrected by hand stay as they are; recording again replaces the
    rest, until the cycle is settled. With `seen` a line that somebody else recorded meanwhile refuses the whole
    recording, so that nobody's count is overwritten unseen. When it was the last delivery, the cycle is *received*.
    Raises ValidationError `wrong_state`, `recorded_meanwhile`, and as `check_received` does.
    """
    cycle = lock_cycle(supplier_order.cycle_id)
    check_receiving(cycle)
    for items in received.values():
        check_received(items)
    lines = list(supplier_order.lines.select_related("offer__product").order_by("offer_id"))
    lock_kept_goods(line.offer for line in lines)
    if seen is not None:
        _refuse_recorded_meanwhile(lines, received, seen)
    delivery, _created = Delivery.objects.update_or_create(
        supplier_order=supplier_order,
        defaults={"recorded_at": at, "recorded_by": actor, "note": note.strip()},
    )
    if transport_minor is not None:
        SupplierOrder.objects.filter(pk=supplier_order.pk).update(transport_minor=transport_minor)
    for line in lines:
        _record_line(cycle, delivery, line, received.get(line.offer_id, Decimal(0)), actor=actor, at=at)
    waiting = SupplierOrder.objects.filter(cycle=cycle, delivery__isnull=True).exists()
    if cycle.state == OrderCycle.State.ORDERED and not waiting:
        move_cycle(cycle, OrderCycle.State.RECEIVED, actor=actor, at=at)
    return delivery


@transaction.atomic
def receive_all_as_ordered(*, cycle: OrderCycle, actor: User | None, at: datetime) -> list[Delivery]:
    """Record every delivery that is still waiting as complete: what was confirmed, or ordered where nobody answered."""
    waiting = SupplierOrder.objects.filter(cycle=cycle, delivery__isnull=True, sent_at__isnull=False)
    return [
        receive_delivery(supplier_order=row, received=expected(row), note=row.remark, actor=actor, at=at)
        for row in waiting.order_by("pk")
    ]


def expected(supplier_order: SupplierOrder) -> dict[int, Decimal]:
    """Items by offer that should stand at the door: confirmed ones, or what was ordered."""
    return {
        line.offer_id: line.quantity if line.confirmed is None else line.confirmed
        for line in supplier_order.lines.all()
    }


def _refuse_recorded_meanwhile(lines: list[SupplierOrderLine], received: Mapping[int, Decimal], seen: Seen) -> None:
    recorded = DeliveryLine.objects.filter(offer__in=[line.offer_id for line in lines]).select_related("recorded_by")
    by_offer = {row.offer_id: row for row in recorded}
    for line in lines:
        row = by_offer.get(line.offer_id)
        known = None if row is None else row.received
        if row and known != seen.get(line.offer_id) and known != received.get(line.offer_id):
            raise ValidationError(
                _("%(who)s recorded %(items)s of %(name)s at %(time)s. Look again; nothing of yours was recorded."),
                "recorded_meanwhile",
                {
                    "who": row.recorded_by or _("Somebody"),
                    "items": f"{row.received.normalize():f}",
                    "name": line.offer.name,
                    "time": timezone.localtime(row.recorded_at).strftime("%H:%M"),
                },
            )


def _record_line(
    cycle: OrderCycle, delivery: Delivery, line: SupplierOrderLine, items: Decimal, *, actor: User | None, at: datetime
) -> None:
    row = DeliveryLine.objects.filter(offer=line.offer).first()
    if row is None or row.received != items:
        row, _created = DeliveryLine.objects.update_or_create(
            offer=line.offer,
            defaults={"delivery": delivery, "received": items, "recorded_at": at, "recorded_by": actor},
        )
    share_line(cycle, row, actor=actor, at=at)


def share_line(cycle: OrderCycle, delivery_line: DeliveryLine, *, actor: User | None, at: datetime) -> None:
    """Share what came of one offer: to firm quantities, to tolerance, then into stock or left over.

    Shares set by hand stay. A share whose count changes has to be weighed again.
    """
    offer = delivery_line.offer
    shares = {share.line_id: share for share in delivery_line.shares.all()}
    lines = {row.order.household_id: row for row in OrderLine.objects.filter(offer=offer).select_related("order")}
    shared = packs.share_delivery(
        changes=demand([offer])[offer.pk],
        received=delivery_line.received,
        strategy=offer.strategy or cycle.strategy,
        seed=f"{cycle.seed}:{offer.pk}" if cycle.seed else None,
        step=offer.step,
        surplus_to=("tolerance", "stock", "leftover") if delivery_line.keep else ("tolerance", "leftover"),
        locked={
            household: shares[row.pk].quantity
            for household, row in lines.items()
            if row.pk in shares and shares[row.pk].locked
        },
    )
    delivery_line.stock = shared.surplus.get("stock", Decimal(0))
    delivery_line.leftover = shared.surplus.get("leftover", Decimal(0))
    delivery_line.save(update_fields=["stock", "leftover"])
    new, changed = [], []
    for household, quantity in shared.shares.items():
        if household not in lines:
            continue
        share = shares.get(lines[household].pk)
        if share is None:
            new.append(DeliveredShare(line=lines[household], delivery_line=delivery_line, quantity=quantity))
        elif share.quantity != quantity:
            share.quantity, share.weight, share.weighed_at, share.weighed_by = quantity, None, None, None
            changed.append(share)
    DeliveredShare.objects.bulk_create(new, batch_size=500)
    DeliveredShare.objects.bulk_update(changed, ["quantity", "weight", "weighed_at", "weighed_by"], batch_size=500)
    move_stock(cycle, delivery_line, actor=actor, at=at)


@transaction.atomic
def keep_surplus(*, delivery_line: DeliveryLine, keep: bool, actor: User | None, at: datetime) -> None:
    """Put what was left of a product into the group's stock, or take it out again to be given away."""
    cycle = lock_cycle(delivery_line.delivery.supplier_order.cycle_id)
    check_receiving(cycle)
    delivery_line = DeliveryLine.objects.select_for_update().select_related("offer__product").get(pk=delivery_line.pk)
    delivery_line.keep = keep
    delivery_line.save(update_fields=["keep"])
    share_line(cycle, delivery_line, actor=actor, at=at)


@transaction.atomic
def correct_share(*, share: DeliveredShare, quantity: Decimal, actor: User | None, at: datetime) -> DeliveredShare:
    """Set by hand what a household takes home of a line; the others share the rest anew.

    Raises ValidationError `more_than_came`, `wrong_state`, and as `check_received` does.
    """
    cycle = lock_cycle(share.delivery_line.delivery.supplier_order.cycle_id)
    check_receiving(cycle)
    check_received(quantity)
    lines = DeliveryLine.objects.select_for_update(of=["self"]).select_related("offer__product")
    delivery_line = lines.get(pk=share.delivery_line_id)
    others = sum(delivery_line.shares.filter(locked=True).exclude(pk=share.pk).values_list("quantity", flat=True))
    if others + quantity > delivery_line.received:
        raise ValidationError(
            _("Only %(received)s came, and %(others)s of it are set by hand already."),
            "more_than_came",
            {
                "received": f"{delivery_line.received.normalize():f}",
                "others": f"{Decimal(others).normalize():f}",
            },
        )
    share = delivery_line.shares.get(pk=share.pk)
    if share.quantity != quantity:
        share.weight = share.weighed_at = share.weighed_by = None
    share.quantity, share.locked = quantity, True
    share.save(update_fields=["quantity", "locked", "weight", "weighed_at", "weighed_by"])
    Delivery.objects.filter(pk=delivery_line.delivery_id).update(recorded_at=at, recorded_by=actor)
    share_line(cycle, delivery_line, actor=actor, at=at)
    return share


def check_weight(share: DeliveredShare, weight: Decimal) -> None:
    """Refuse a weight that cannot be this share's: `unlikely_weight`, and as `check_received` does."""
    check_received(weight)
    expected_weight = share.expected_weight
    if weight and expected_weight and not expected_weight / UNLIKELY <= weight <= expected_weight * UNLIKELY:
        raise ValidationError(
            _("About %(expected)s was expected: %(weight)s cannot be right. Correct the items first if it is."),
            "unlikely_weight",
            {"expected": f"{expected_weight.normalize():f}", "weight": f"{weight.normalize():f}"},
        )


def still(seen: Decimal | None) -> Q:
    """The condition under which a weight may be written: that it is still what its receiver saw."""
    return Q(weight__isnull=True) if seen is None else Q(weight=seen)


@transaction.atomic
def weigh_share(
    *, share: DeliveredShare, weight: Decimal | None, seen: Decimal | None, actor: User | None, at: datetime
) -> DeliveredShare:
    """Write the true weight of one household's goods, in the unit of the offer; None takes it back.

    Where two receivers weigh the same goods the first one's weight stands, and the second is told. Writing the same
    weight twice changes nothing. Raises ValidationError `weighed_meanwhile`, `not_weighed`, `wrong_state`, and as
    `check_weight` does.
    """
    check_receiving(hold_cycle_open(share.delivery_line.delivery.supplier_order.cycle_id))
    if not share.line.offer.weighed:
        raise ValidationError(_("This product is counted, not weighed."), "not_weighed")
    if weight is not None:
        check_weight(share, weight)
    rows = DeliveredShare.objects.filter(pk=share.pk)
    free = rows.filter(still(seen), quantity=share.quantity)
    if not free.update(
        weight=weight, weighed_at=None if weight is None else at, weighed_by=None if weight is None else actor
    ):
        now = rows.select_related("weighed_by").get()
        if now.weight != weight or now.quantity != share.quantity:
            raise _weighed_meanwhile(now)
    share.refresh_from_db()
    return share


def _weighed_meanwhile(share: DeliveredShare) -> ValidationError:
    if share.weight is None:
        return ValidationError(_("The count of this line has changed meanwhile: look again."), "weighed_meanwhile")
    return ValidationError(
        _("%(who)s has weighed this: %(weight)s. Yours was not kept; write it again if it is the right one."),
        "weighed_meanwhile",
        {"who": share.weighed_by or _("Somebody"), "weight": f"{share.weight.normalize():f}"},
    )
