"""Choosing what a draft offers, what its producers ask for and when its goods are fetched."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from market.catalogue.models import Product
from market.cycles.models import OrderCycle, PickupSlot, SupplierTerms
from market.cycles.services import lock_cycle, write_offers
from market.people.models import Organisation

CHANGEABLE = (OrderCycle.State.DRAFT, OrderCycle.State.OPEN)


@transaction.atomic
def choose_products(*, cycle: OrderCycle, producer: Organisation, products: Collection[Product]) -> None:
    """Make what a draft offers of one producer exactly these products. Raises ValidationError `wrong_state`."""
    cycle = lock_cycle(cycle.pk)
    if cycle.state != OrderCycle.State.DRAFT:
        raise ValidationError(_("Only the offers of a draft can be chosen anew."), "wrong_state")
    cycle.offers.filter(producer=producer).exclude(product__in=[product.pk for product in products]).delete()
    write_offers(cycle, products)


@transaction.atomic
def set_sharing(*, cycle: OrderCycle, offers: Collection[int], producers: Collection[int], strategy: str) -> int:
    """Have offers of a draft shared by a rule, and all of some producers; empty is the cycle's own. Give how many.

    Raises ValidationError `wrong_state`, `no_such_rule`.
    """
    if lock_cycle(cycle.pk).state != OrderCycle.State.DRAFT:
        raise ValidationError(_("Households order by the rules they were shown: they stay."), "wrong_state")
    if strategy and strategy not in OrderCycle.Strategy.values:
        raise ValidationError(_("Choose a rule."), "no_such_rule")
    return cycle.offers.filter(Q(pk__in=offers) | Q(producer__in=producers)).update(strategy=strategy)


@transaction.atomic
def set_terms(*, cycle: OrderCycle, terms: Sequence[SupplierTerms]) -> None:
    """Keep what producers ask for, until ordering ends. Raises ValidationError `wrong_state`."""
    if lock_cycle(cycle.pk).state not in CHANGEABLE:
        raise ValidationError(_("Ordering has ended: these terms stay."), "wrong_state")
    for row in terms:
        row.full_clean()
        row.save()


@transaction.atomic
def add_slots(*, cycle: OrderCycle, slots: Sequence[PickupSlot]) -> None:
    """Add pick-up slots until ordering ends; those that are there already stay as they are.

    Raises ValidationError `wrong_state`.
    """
    if lock_cycle(cycle.pk).state not in CHANGEABLE:
        raise ValidationError(_("Ordering has ended: pick-up times stay."), "wrong_state")
    PickupSlot.objects.bulk_create(slots, ignore_conflicts=True)


@transaction.atomic
def drop_slot(*, slot: PickupSlot) -> None:
    """Take a slot away that nobody has taken. Raises ValidationError `taken`."""
    if not PickupSlot.objects.select_for_update().filter(pk=slot.pk, taken=0).exists():
        raise ValidationError(_("Households have chosen this pick-up time: it stays."), "taken")
    slot.delete()
