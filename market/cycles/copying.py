"""The next cycle made from the last one: its products as they are now, its fees, terms, slots and tags."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from market.catalogue.models import Product
from market.cycles.models import Offer, OrderCycle, PickupSlot, SupplierTerms
from market.cycles.services import draft_cycle
from market.people.models import User

KEPT = ["audience", "pickup_point", "community_currency", "strategy", "note", "remind_hours", "sends_orders"]


@transaction.atomic
def copy_cycle(
    *,
    cycle: OrderCycle,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    distribution_at: datetime,
    actor: User | None,
    at: datetime,
    **fields: Any,
) -> OrderCycle:
    """Draft a cycle like another one; products that are no longer available are left out.

    Deadlines of producers and pick-up slots move by as many days as the distribution does, and keep the hour on the
    wall clock.
    """
    products = Product.objects.filter(offers__cycle=cycle).available().select_related("category")
    draft = draft_cycle(
        organiser=cycle.organiser,
        name=name,
        opens_at=opens_at,
        closes_at=closes_at,
        distribution_at=distribution_at,
        products=list(products),
        actor=actor,
        at=at,
        **{field: getattr(cycle, field) for field in KEPT},
        copied_from=cycle,
        **fields,
    )
    draft.tags.set(cycle.tags.all())
    _copy_offer_rules(cycle, draft)
    days = timezone.localdate(draft.distribution_at) - timezone.localdate(cycle.distribution_at)
    if cycle.completes_at and draft.closes_at < later(cycle.completes_at, days) <= draft.distribution_at:
        draft.completes_at = later(cycle.completes_at, days)
        draft.save(update_fields=["completes_at"])
    for row in cycle.fees.all():
        row.pk, row.cycle = None, draft
        row.save(force_insert=True)
    SupplierTerms.objects.bulk_create(_moved_terms(row, draft, days) for row in cycle.supplier_terms.all())
    PickupSlot.objects.bulk_create(
        PickupSlot(
            cycle=draft,
            point_id=slot.point_id,
            starts_at=later(slot.starts_at, days),
            ends_at=later(slot.ends_at, days),
            capacity=slot.capacity,
        )
        for slot in cycle.slots.all()
    )
    return draft


def _copy_offer_rules(cycle: OrderCycle, draft: OrderCycle) -> None:
    """Keep the sharing rule of single products."""
    own = dict(cycle.offers.exclude(strategy="").values_list("product", "strategy"))
    offers = list(draft.offers.filter(product__in=own))
    for offer in offers:
        offer.strategy = own[offer.product_id]
    Offer.objects.bulk_update(offers, ["strategy"], batch_size=500)


def _moved_terms(terms: SupplierTerms, draft: OrderCycle, days: timedelta) -> SupplierTerms:
    deadline = later(terms.closes_at, days) if terms.closes_at else None
    return SupplierTerms(
        cycle=draft,
        producer_id=terms.producer_id,
        closes_at=deadline if deadline and deadline < draft.closes_at else None,
        minimum=terms.minimum,
        measure=terms.measure,
        with_deposits=terms.with_deposits,
        below=terms.below,
        prolong_hours=terms.prolong_hours,
    )


def later(moment: datetime, days: timedelta) -> datetime:
    """Move a moment by whole days on the wall clock: 22:00 stays 22:00 when summer time begins or ends."""
    return timezone.make_aware(timezone.make_naive(moment) + days)


@dataclass(frozen=True)
class Changes:
    """What became of a cycle's products since: in the catalogue now, gone from it, or told differently."""

    new: list[Product]
    gone: list[Offer]
    changed: list[tuple[Offer, Product]]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def changes_since(cycle: OrderCycle) -> Changes:
    """Compare the offers of a cycle with what its producers' catalogues say now: two queries in all."""
    offers = {offer.product_id: offer for offer in cycle.offers.select_related("producer")}
    producers = {offer.producer_id for offer in offers.values()}
    products = {
        product.pk: product
        for product in Product.objects.available().filter(producer__in=producers).select_related("producer")
    }
    return Changes(
        new=[product for pk, product in products.items() if pk not in offers],
        gone=[offer for pk, offer in offers.items() if pk not in products],
        changed=[
            (offer, products[pk]) for pk, offer in offers.items() if pk in products and _differs(offer, products[pk])
        ],
    )


def _differs(offer: Offer, product: Product) -> bool:
    return (offer.name, offer.price, offer.pack_size, offer.unit_text) != (
        product.name,
        product.price + product.deposit,
        product.pack_size,
        product.unit_text,
    )
