"""Where and when a household fetches its order: a slot is wished for in the basket and taken with the order."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from market.cycles.models import OrderCycle, PickupSlot
from market.ordering.models import Order, SlotChoice
from market.people.models import Household
from market.rows import the_only


@transaction.atomic
def choose_slot(*, household: Household, slot: PickupSlot, at: datetime) -> SlotChoice:
    """Keep when a household would like to fetch its order; the place is taken when the order is placed.

    Raises ValidationError `slot_full`.
    """
    if slot.left == 0 and not Order.objects.filter(household=household, slot=slot).exists():
        raise slot_full(slot)
    choice, _created = SlotChoice.objects.update_or_create(
        household=household, cycle=slot.cycle, defaults={"slot": slot, "chosen_at": at}
    )
    return choice


def chosen_slot(household: Household | None, cycle: OrderCycle) -> PickupSlot | None:
    """The slot a household last chose in a cycle."""
    if not cycle.has_slots:
        return None
    choice = the_only(SlotChoice.objects.filter(household=household, cycle=cycle).select_related("slot"))
    return choice.slot if choice else None


def point_of(slot: PickupSlot | None, cycle: OrderCycle) -> int | None:
    """The pick-up point of an order: that of its slot, or of the cycle."""
    return slot.point_id if slot else cycle.pickup_point_id


def check_slot(cycle: OrderCycle, slot: PickupSlot | None) -> None:
    """Refuse an order without a slot in a cycle that has some: `no_slot`."""
    if slot is None and cycle.has_slots:
        raise ValidationError(_("Choose when you fetch your order."), "no_slot")


def take_slot(order: Order, slot: PickupSlot | None) -> None:
    """Give an order its place in a slot and its old place back; one statement decides, not a look beforehand.

    Raises ValidationError `slot_full`.
    """
    wanted = slot.pk if slot else None
    if order.slot_id == wanted:
        return
    # In the order of their numbers, so that two households changing places never wait for each other.
    for pk in sorted(filter(None, (order.slot_id, wanted))):
        row = PickupSlot.objects.filter(pk=pk)
        if pk != wanted:
            row.update(taken=F("taken") - 1)
        elif not row.filter(Q(capacity__isnull=True) | Q(taken__lt=F("capacity"))).update(taken=F("taken") + 1):
            assert slot
            raise slot_full(slot)
    order.slot = slot
    order.save(update_fields=["slot"])


def slot_full(slot: PickupSlot) -> ValidationError:
    return ValidationError(_("This pick-up time is full now: choose another one."), "slot_full", {"slot": slot.pk})
