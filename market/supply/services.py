"""Supplier orders are written from the packs, go out once, and are answered by their producers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Fee, OrderCycle
from market.cycles.services import lock_cycle, move_cycle
from market.ordering.closing import forget_shares
from market.ordering.costs import Wish, order_cost
from market.ordering.models import Allocation, Order, Placement
from market.ordering.services import release_holds, set_aside
from market.ordering.slots import point_of
from market.ordering.tagged_fees import FeesOfOrders
from market.people.models import User
from market.supply.models import A_DAY, Delivery, SupplierOrder, SupplierOrderLine
from market.supply.receiving import check_received
from market.supply.tasks import mail_answer, mail_question, mail_supplier_order


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
        forget_shares(cycle)
        cycle.supplier_terms.update(outcome="", reached=None)
        fees = FeesOfOrders(cycle)
        for order in Order.objects.filter(cycle=cycle).select_related("household", "cycle__community_currency", "slot"):
            _set_aside_in_full(order, fees.of(order.pk), actor=actor, at=at)
    cycle.closes_at = closes_at
    if cycle.completes_at and cycle.completes_at <= closes_at:
        cycle.completes_at = None
    cycle.save(update_fields=["closes_at", "completes_at"])
    move_cycle(cycle, OrderCycle.State.OPEN, actor=actor, at=at)
    return cycle


def _set_aside_in_full(order: Order, fees: list[Fee], *, actor: User | None, at: datetime) -> None:
    """Set aside what the whole order can cost; where the money has gone meanwhile, as many euros as are left."""
    wishes = {
        line.pk: Wish.of(line.offer, line.quantity + line.tolerance) for line in order.lines.select_related("offer")
    }
    agreed = sum(order.lines.values_list("community_minor", flat=True))
    cost = order_cost(wishes, fees, community_wanted=agreed, point_id=point_of(order.slot, order.cycle))
    key = uuid4()
    try:
        with transaction.atomic():
            release_holds(order, key=str(key), actor=actor, at=at)
            holds = set_aside(order, cost.most_euros, cost.community, key=str(key), actor=actor, at=at)
    except ValidationError:
        order.lines.update(community_minor=0)
        release_holds(order, key=f"{key}:short", actor=actor, at=at)
        left = max(0, ledger.balance(bookkeeping.household(order.household_id)))
        holds = set_aside(order, min(cost.most, left), 0, key=f"{key}:short", actor=actor, at=at)
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
def ask_silent(*, cycle: OrderCycle, at: datetime) -> list[SupplierOrder]:
    """Ask every producer that is silent; each at most once a day."""
    cycle = lock_cycle(cycle.pk)
    orders = SupplierOrder.objects.filter(cycle=cycle).exclude(producer__email="").select_related("cycle", "delivery")
    askable = orders.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=at - A_DAY))
    rows = [row for row in askable if row.is_silent_at(at)]
    SupplierOrder.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=at)
    for row in rows:
        mail_question.enqueue(row.pk)
    return rows


@transaction.atomic
def answer_supplier_order(
    *,
    supplier_order: SupplierOrder,
    quantities: Mapping[int, Decimal],
    remark: str,
    at: datetime,
) -> SupplierOrder:
    """Record what a producer says it will bring, items by supplier order line, and have the organiser told.

    It may answer again until it delivers; the same answer twice is one. Raises ValidationError `delivered`, `negative`,
    `too_many`.
    """
    supplier_order = SupplierOrder.objects.select_for_update().get(pk=supplier_order.pk)
    if Delivery.objects.filter(supplier_order=supplier_order).exists():
        raise ValidationError(
            _("The delivery has been recorded: call the group about changes."),
            "delivered",
        )
    lines = list(supplier_order.lines.all())
    before = [line.confirmed for line in lines]
    for line in lines:
        line.confirmed = confirmed = quantities.get(line.pk, line.quantity)
        check_received(confirmed)
        if confirmed > line.quantity:
            raise ValidationError(_("You cannot confirm more than was ordered."), "too_many")
    if before == [line.confirmed for line in lines] and supplier_order.remark == remark.strip():
        return supplier_order
    SupplierOrderLine.objects.bulk_update(lines, ["confirmed"])
    shortened = any(line.confirmed != line.quantity for line in lines)
    supplier_order.answer = SupplierOrder.Answer.SHORTENED if shortened else SupplierOrder.Answer.CONFIRMED
    supplier_order.answered_at, supplier_order.remark = at, remark.strip()
    supplier_order.save(update_fields=["answer", "answered_at", "remark"])
    mail_answer.enqueue(supplier_order.pk)
    return supplier_order
