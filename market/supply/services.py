"""Supplier orders go out once, what comes is shared out by the cycle's rule, and corrected by hand where it must be."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.cycles.services import lock_cycle, move_cycle
from market.ordering import packs
from market.ordering.closing import demand
from market.ordering.costs import Wish, order_cost
from market.ordering.models import Allocation, Order, OrderLine, Placement
from market.ordering.services import MOST_ITEMS, release_holds, set_aside
from market.ordering.slots import point_of
from market.people.models import User
from market.supply.models import (
    DeliveredShare,
    Delivery,
    DeliveryLine,
    SupplierOrder,
    SupplierOrderLine,
)
from market.supply.tasks import mail_supplier_order

SURPLUS_TO = ("tolerance", "leftover")


@transaction.atomic
def reopen_cycle(*, cycle: OrderCycle, closes_at: datetime, actor: User | None, at: datetime) -> OrderCycle:
    """Open a cycle again for any change, as long as no producer has been told.

    The money for full orders is set aside anew; a household that has spent it meanwhile keeps what is left set aside.
    Raises ValidationError `wrong_state`, `already_sent`, `closes_in_the_past`, `after_distribution`.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state == OrderCycle.State.OPEN:
        return cycle
    if cycle.state not in (OrderCycle.State.COMPLETING, OrderCycle.State.CLOSED):
        raise ValidationError(_("Only a closed cycle can be opened again."), "wrong_state")
    if SupplierOrder.objects.filter(cycle=cycle, sent_at__isnull=False).exists():
        raise ValidationError(
            _("A producer already has this order: it can no longer change."),
            "already_sent",
        )
    if closes_at <= at:
        raise ValidationError(_("Choose a closing time in the future."), "closes_in_the_past")
    if closes_at > cycle.distribution_at:
        raise ValidationError(
            _("The cycle must close before its goods are handed out."),
            "after_distribution",
        )
    if cycle.state == OrderCycle.State.CLOSED:
        Allocation.objects.filter(offer__cycle=cycle).delete()
        cycle.supplier_terms.update(outcome="", reached=None)
        for order in Order.objects.filter(cycle=cycle).select_related("household", "cycle__community_currency", "slot"):
            _set_aside_in_full(order, actor=actor, at=at)
    cycle.closes_at = closes_at
    if cycle.completes_at and cycle.completes_at <= closes_at:
        cycle.completes_at = None
    cycle.save(update_fields=["closes_at", "completes_at"])
    move_cycle(cycle, OrderCycle.State.OPEN, actor=actor, at=at)
    return cycle


def _set_aside_in_full(order: Order, *, actor: User | None, at: datetime) -> None:
    """Set aside what the whole order can cost; where the money has gone meanwhile, as many euros as are left."""
    wishes = {
        line.pk: Wish.of(line.offer, line.quantity + line.tolerance) for line in order.lines.select_related("offer")
    }
    fees = list(order.cycle.fees.all())
    agreed = sum(order.lines.values_list("community_minor", flat=True))
    cost = order_cost(wishes, fees, community_wanted=agreed, point_id=point_of(order.slot, order.cycle))
    key = uuid4()
    try:
        with transaction.atomic():
            holds = set_aside(order, cost.euros, cost.community, key=str(key), actor=actor, at=at)
    except ValidationError:
        order.lines.update(community_minor=0)
        release_holds(order, key=f"{key}:short", actor=actor, at=at)
        left = max(0, ledger.balance(bookkeeping.household(order.household_id)))
        holds = set_aside(order, min(cost.total, left), 0, key=f"{key}:short", actor=actor, at=at)
    Placement.objects.create(key=key, order=order, at=at, actor=actor, **holds)


@transaction.atomic
def prepare_supplier_orders(*, cycle: OrderCycle) -> list[SupplierOrder]:
    """Write down, for a closed cycle, what each producer whose packs filled is asked to bring. Twice does no harm."""
    cycle = lock_cycle(cycle.pk)
    if cycle.state != OrderCycle.State.CLOSED:
        return list(SupplierOrder.objects.filter(cycle=cycle))
    filled = Allocation.objects.filter(offer__cycle=cycle, packs__gt=0).select_related("offer")
    unsent = SupplierOrder.objects.filter(cycle=cycle, sent_at__isnull=True)
    sent = set(SupplierOrder.objects.filter(cycle=cycle, sent_at__isnull=False).values_list("producer", flat=True))
    SupplierOrderLine.objects.filter(supplier_order__in=unsent).delete()
    unsent.exclude(producer__in=filled.values("offer__producer")).delete()
    by_producer: dict[int, list[Allocation]] = {}
    for allocation in filled:
        by_producer.setdefault(allocation.offer.producer_id, []).append(allocation)
    for producer_id, allocations in by_producer.items():
        if producer_id in sent:
            continue
        supplier_order, _created = SupplierOrder.objects.get_or_create(cycle=cycle, producer_id=producer_id)
        SupplierOrderLine.objects.bulk_create(
            [
                SupplierOrderLine(
                    supplier_order=supplier_order,
                    offer=a.offer,
                    packs=a.packs,
                    quantity=a.available,
                )
                for a in allocations
            ]
        )
    return list(SupplierOrder.objects.filter(cycle=cycle))


@transaction.atomic
def send_supplier_order(*, supplier_order: SupplierOrder, actor: User | None, at: datetime) -> SupplierOrder:
    """Send a producer its order, once; the mail leaves when this step is safely stored.

    When it was the last one, the cycle is *ordered*. Raises ValidationError `wrong_state`.
    """
    cycle = lock_cycle(supplier_order.cycle_id)
    supplier_order = SupplierOrder.objects.select_for_update().get(pk=supplier_order.pk)
    if supplier_order.sent_at:
        return supplier_order
    if cycle.state != OrderCycle.State.CLOSED:
        raise ValidationError(_("Supplier orders are sent once the cycle has closed."), "wrong_state")
    supplier_order.sent_at, supplier_order.sent_by = at, actor
    supplier_order.save(update_fields=["sent_at", "sent_by"])
    mail_supplier_order.enqueue(supplier_order.pk)
    if not SupplierOrder.objects.filter(cycle=cycle, sent_at__isnull=True).exists():
        move_cycle(cycle, OrderCycle.State.ORDERED, actor=actor, at=at)
    return supplier_order


@transaction.atomic
def send_all_supplier_orders(*, cycle: OrderCycle, actor: User | None, at: datetime) -> list[SupplierOrder]:
    """Send every supplier order of a closed cycle that has not gone out yet.

    A cycle in which no pack filled has nothing to send; it is *ordered* and *received* at once, ready to be settled.
    """
    orders = prepare_supplier_orders(cycle=cycle)
    if not orders:
        cycle = lock_cycle(cycle.pk)
        if cycle.state == OrderCycle.State.CLOSED:
            nothing = _("No pack filled.")
            move_cycle(cycle, OrderCycle.State.ORDERED, actor=actor, at=at, reason=nothing)
            move_cycle(cycle, OrderCycle.State.RECEIVED, actor=actor, at=at, reason=nothing)
        return []
    return [send_supplier_order(supplier_order=order, actor=actor, at=at) for order in orders]


@transaction.atomic
def answer_supplier_order(
    *,
    supplier_order: SupplierOrder,
    quantities: Mapping[int, Decimal],
    remark: str,
    at: datetime,
) -> SupplierOrder:
    """Record what a producer says it will bring: items by supplier order line. It may answer again until it delivers.

    Raises ValidationError `delivered`, `negative`, `too_many`.
    """
    supplier_order = SupplierOrder.objects.select_for_update().get(pk=supplier_order.pk)
    if Delivery.objects.filter(supplier_order=supplier_order).exists():
        raise ValidationError(
            _("The delivery has been recorded: call the group about changes."),
            "delivered",
        )
    lines = list(supplier_order.lines.all())
    for line in lines:
        line.confirmed = confirmed = quantities.get(line.pk, line.quantity)
        check_received(confirmed)
        if confirmed > line.quantity:
            raise ValidationError(_("You cannot confirm more than was ordered."), "too_many")
    SupplierOrderLine.objects.bulk_update(lines, ["confirmed"])
    shortened = any(line.confirmed != line.quantity for line in lines)
    supplier_order.answer = SupplierOrder.Answer.SHORTENED if shortened else SupplierOrder.Answer.CONFIRMED
    supplier_order.answered_at, supplier_order.remark = at, remark.strip()
    supplier_order.save(update_fields=["answer", "answered_at", "remark"])
    return supplier_order


def check_received(items: Decimal) -> None:
    if not items.is_finite():
        raise ValidationError(_("Write an amount in digits, for example 12."), "not_a_number")
    if items < 0:
        raise ValidationError(_("An amount cannot be negative: write 0 if nothing came."), "negative")
    if items > MOST_ITEMS:
        raise ValidationError(_("That is more than can have come."), "too_many")


@transaction.atomic
def receive_delivery(
    *,
    supplier_order: SupplierOrder,
    received: Mapping[int, Decimal],
    note: str = "",
    actor: User | None,
    at: datetime,
) -> Delivery:
    """Record what came of a supplier order, items by offer, and share it out by the cycle's rule.

    An offer that is not named did not come. Shares corrected by hand stay as they are; recording again replaces the
    rest, until the cycle is settled. When it was the last delivery, the cycle is *received*.
    Raises ValidationError `wrong_state`, `not_a_number`, `negative`, `too_many`.
    """
    cycle = lock_cycle(supplier_order.cycle_id)
    if cycle.state not in (OrderCycle.State.ORDERED, OrderCycle.State.RECEIVED):
        raise ValidationError(_("Goods are received between ordering and settling."), "wrong_state")
    for items in received.values():
        check_received(items)
    delivery, _created = Delivery.objects.update_or_create(
        supplier_order=supplier_order,
        defaults={"recorded_at": at, "recorded_by": actor, "note": note.strip()},
    )
    for line in supplier_order.lines.select_related("offer"):
        _share_line(cycle, delivery, line, received.get(line.offer_id, Decimal(0)))
    waiting = SupplierOrder.objects.filter(cycle=cycle, delivery__isnull=True).exists()
    if cycle.state == OrderCycle.State.ORDERED and not waiting:
        move_cycle(cycle, OrderCycle.State.RECEIVED, actor=actor, at=at)
    return delivery


def _share_line(cycle: OrderCycle, delivery: Delivery, line: SupplierOrderLine, items: Decimal) -> None:
    delivery_line, _created = DeliveryLine.objects.update_or_create(
        offer=line.offer, defaults={"delivery": delivery, "received": items}
    )
    kept = {share.line_id: share.quantity for share in delivery_line.shares.filter(locked=True)}
    order_lines = {
        row.order.household_id: row for row in OrderLine.objects.filter(offer=line.offer).select_related("order")
    }
    shared = packs.share_delivery(
        changes=demand([line.offer])[line.offer_id],
        received=items,
        strategy=cycle.strategy,
        seed=f"{cycle.seed}:{line.offer_id}" if cycle.seed else None,
        step=line.offer.step,
        surplus_to=SURPLUS_TO,
        locked={household: kept[row.pk] for household, row in order_lines.items() if row.pk in kept},
    )
    delivery_line.leftover = shared.surplus.get("leftover", Decimal(0))
    delivery_line.save(update_fields=["leftover"])
    delivery_line.shares.filter(locked=False).delete()
    DeliveredShare.objects.bulk_create(
        [
            DeliveredShare(
                line=order_lines[household],
                delivery_line=delivery_line,
                quantity=quantity,
            )
            for household, quantity in shared.shares.items()
            if household in order_lines and order_lines[household].pk not in kept
        ]
    )


@transaction.atomic
def correct_share(*, share: DeliveredShare, quantity: Decimal, actor: User | None, at: datetime) -> DeliveredShare:
    """Set by hand what a household takes home of a line; the others share the rest anew.

    Raises ValidationError `more_than_came`, `wrong_state`, and as `check_received` does.
    """
    supplier_order = share.delivery_line.delivery.supplier_order
    cycle = lock_cycle(supplier_order.cycle_id)
    if cycle.state not in (OrderCycle.State.ORDERED, OrderCycle.State.RECEIVED):
        raise ValidationError(_("A settled cycle can no longer be corrected here."), "wrong_state")
    check_received(quantity)
    delivery_line = DeliveryLine.objects.select_for_update().get(pk=share.delivery_line_id)
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
    share.quantity, share.locked = quantity, True
    share.save(update_fields=["quantity", "locked"])
    Delivery.objects.filter(pk=delivery_line.delivery_id).update(recorded_at=at, recorded_by=actor)
    line = SupplierOrderLine.objects.select_related("offer").get(offer=delivery_line.offer_id)
    _share_line(cycle, delivery_line.delivery, line, delivery_line.received)
    share.refresh_from_db()
    return share


def mark_collected(*, order: Order, at: datetime | None) -> None:
    """Tick an order off at the pick-up point; None takes the tick back."""
    order.collected_at = at
    order.save(update_fields=["collected_at"])
