"""Order cycles are drafted, opened and moved from state to state, one recorded step at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from market import bookkeeping
from market.catalogue.models import Product
from market.cycles.models import CycleStep, Fee, Offer, OrderCycle
from market.people.models import Organisation, User
from market.people.services import open_accounts

HELD_OPEN = """
SELECT cycle.*, EXISTS (SELECT 1 FROM market_pickupslot slot WHERE slot.cycle_id = cycle.id) AS has_slots
  FROM market_ordercycle cycle WHERE cycle.id = %s"""


def lock_cycle(cycle_id: int) -> OrderCycle:
    """Take the cycle for a step that nobody may order during: waits for orders being placed, and they for it."""
    return OrderCycle.objects.select_for_update().get(pk=cycle_id)


def hold_cycle_open(cycle_id: int) -> OrderCycle:
    """Take the cycle for writing lines: many households at once, but no step of the cycle meanwhile.

    Django has no FOR SHARE. SQLite has one writer at a time, and needs none.
    """
    sql = HELD_OPEN + (" FOR SHARE OF cycle" if connection.vendor == "postgresql" else "")
    for cycle in OrderCycle.objects.raw(sql, [cycle_id]):
        return cycle
    raise OrderCycle.DoesNotExist


def move_cycle(cycle: OrderCycle, to: str, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """Move a locked cycle to its next state and record the step.

    Raises ValidationError `wrong_state` when the table of states does not allow the step.
    """
    if to not in OrderCycle.NEXT[cycle.state]:
        raise ValidationError(
            _("This cycle is %(state)s; that step cannot follow."),
            "wrong_state",
            {"state": cycle.get_state_display()},
        )
    cycle.state = to
    cycle.save(update_fields=["state"])
    CycleStep.objects.create(cycle=cycle, state=to, actor=actor, at=at, reason=reason)


@transaction.atomic
def draft_cycle(
    *,
    organiser: Organisation,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    distribution_at: datetime,
    products: Collection[Product],
    actor: User | None,
    at: datetime,
    **fields: Any,
) -> OrderCycle:
    """Draft a cycle with an offer for each product chosen."""
    cycle = OrderCycle(
        organiser=organiser,
        name=name.strip(),
        opens_at=opens_at,
        closes_at=closes_at,
        distribution_at=distribution_at,
        created_at=at,
        **fields,
    )
    cycle.full_clean()
    cycle.save()
    CycleStep.objects.create(cycle=cycle, state=cycle.state, actor=actor, at=at)
    set_offers(cycle=cycle, products=products)
    return cycle


def _as_offer(cycle: OrderCycle, product: Product) -> Offer:
    return Offer(
        cycle=cycle,
        product=product,
        producer_id=product.producer_id,
        name=product.name,
        category=product.category.name if product.category else "",
        unit=product.unit,
        unit_amount=product.unit_amount,
        unit_text=product.unit_text,
        price=product.price + product.deposit,
        deposit=product.deposit,
        weight=product.item_weight,
        vat_percent=product.vat_percent,
        weighed=product.weighed,
        pack_size=product.pack_size,
        minimum_packs=product.minimum_packs,
        community_share=product.community_share,
        available=product.stock,
    )


COPIED = [
    "name", "category", "unit", "unit_amount", "unit_text", "price", "price_currency", "deposit",
    "deposit_currency", "weight", "vat_percent", "weighed", "pack_size",
    "minimum_packs", "community_share", "available",
]  # fmt: skip


@transaction.atomic
def set_offers(*, cycle: OrderCycle, products: Collection[Product]) -> None:
    """Make the products of a draft exactly these, as their producers describe them now."""
    cycle = lock_cycle(cycle.pk)
    if cycle.state != OrderCycle.State.DRAFT:
        raise ValidationError(_("Only the offers of a draft can be chosen anew."), "wrong_state")
    cycle.offers.exclude(product__in=[product.pk for product in products]).delete()
    write_offers(cycle, products)


def write_offers(cycle: OrderCycle, products: Collection[Product]) -> None:
    """Offer products in a locked draft, or tell anew what its offers say."""
    Offer.objects.bulk_create(
        [_as_offer(cycle, product) for product in products],
        update_conflicts=True,
        unique_fields=["cycle", "product"],
        update_fields=COPIED,
        batch_size=500,
    )


@transaction.atomic
def set_fees(*, cycle: OrderCycle, fees: Sequence[Fee]) -> None:
    """Make the fees of a draft exactly these. Raises ValidationError `wrong_state`, `borne_by_others`."""
    cycle = lock_cycle(cycle.pk)
    if cycle.state != OrderCycle.State.DRAFT:
        raise ValidationError(_("Fees cannot change once a cycle has opened."), "wrong_state")
    cycle.fees.all().delete()
    for fee in fees:
        fee.cycle = cycle
        fee.full_clean()
        check_bearer(fee, cycle.organiser_id)
        fee.save()


def check_bearer(fee: Fee, organiser_id: int) -> None:
    """Refuse a discount that somebody else than the organiser would have to bear: `borne_by_others`."""
    if fee.gives and fee.payee_id != organiser_id:
        raise ValidationError(
            {"payee": ValidationError(_("Who organises the cycle bears a discount."), "borne_by_others")}
        )


@transaction.atomic
def redraft_cycle(*, cycle: OrderCycle, products: Collection[Product], fees: Sequence[Fee]) -> None:
    """Keep the changed terms of a draft. Raises ValidationError `wrong_state` if it has opened meanwhile."""
    if lock_cycle(cycle.pk).state != OrderCycle.State.DRAFT:
        raise ValidationError(_("This cycle has opened meanwhile: its terms stay."), "wrong_state")
    cycle.full_clean()
    cycle.save()
    cycle.supplier_terms.filter(closes_at__gt=cycle.closes_at).update(closes_at=None)
    set_offers(cycle=cycle, products=products)
    set_fees(cycle=cycle, fees=fees)


@transaction.atomic
def open_cycle(*, cycle: OrderCycle, actor: User | None, at: datetime) -> OrderCycle:
    """Open a draft for orders: prices and packs are copied from the catalogue once more and then stay.

    An open cycle is left as it is. Raises ValidationError `wrong_state`, `no_offers`, `closes_in_the_past`.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state == OrderCycle.State.OPEN:
        return cycle
    if cycle.state != OrderCycle.State.DRAFT:
        raise ValidationError(_("Only a draft can be opened."), "wrong_state")
    if cycle.closes_at <= at:
        raise ValidationError(
            _("The closing time has passed: set a later one first."),
            "closes_in_the_past",
        )
    products = Product.objects.filter(offers__cycle=cycle).available().select_related("category")
    set_offers(cycle=cycle, products=products)
    if not cycle.offers.exists():
        raise ValidationError(
            _("There is nothing to order yet: choose at least one product."),
            "no_offers",
        )
    drawn = cycle.strategy == OrderCycle.Strategy.LOT or cycle.offers.filter(strategy=OrderCycle.Strategy.LOT).exists()
    if drawn and not cycle.seed:
        # Published from the opening on, so that nobody can choose a lucky one afterwards.
        cycle.seed = get_random_string(12, "abcdefghjkmnpqrstuvwxyz23456789")
    cycle.opens_at = min(cycle.opens_at, at)
    cycle.save(update_fields=["seed", "opens_at"])
    open_accounts(bookkeeping.cycle_accounts(cycle.pk, currencies_of(cycle)))
    for organisation_id in {
        *cycle.offers.values_list("producer", flat=True),
        *cycle.fees.values_list("payee", flat=True),
    }:
        open_accounts(bookkeeping.organisation_accounts(organisation_id))
    move_cycle(cycle, OrderCycle.State.OPEN, actor=actor, at=at)
    return cycle


def currencies_of(cycle: OrderCycle) -> list[str]:
    """Codes of the currencies a cycle is paid in: euros, and its community currency if it takes one."""
    community = cycle.community_currency
    return [bookkeeping.EUR, community.code] if community else [bookkeeping.EUR]
