"""What is left over goes into the group's stock, and is a product of the group that the next cycle can offer."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.catalogue.models import Product
from market.cycles.models import Offer, OrderCycle
from market.money import to_minor
from market.people.models import Organisation, User, acting
from market.people.services import open_accounts
from market.supply.models import DeliveryLine, StockMovement

ZERO = Decimal(0)


def move_stock(cycle: OrderCycle, delivery_line: DeliveryLine, *, actor: User | None, at: datetime) -> None:
    """Make the stock agree with what a delivery put into it, or with what a cycle took out of it."""
    offer = delivery_line.offer
    before = StockMovement.objects.filter(delivery_line=delivery_line).select_related("product").first()
    if offer.product.kept_from_id:  # the group's own goods came from its shelf, and what nobody took stays there
        product, quantity = offer.product, delivery_line.stock + delivery_line.leftover - delivery_line.received
    elif offer.producer_id == cycle.organiser_id:  # a producer's own shop counts its goods itself
        return
    elif delivery_line.stock:
        product, quantity = stock_product(cycle.organiser, offer), delivery_line.stock
    elif before is None:
        return
    else:
        product, quantity = before.product, ZERO
    had = before.quantity if before else ZERO
    if quantity == had:
        return
    StockMovement.objects.update_or_create(
        delivery_line=delivery_line,
        defaults={"product": product, "quantity": quantity, "at": at, "actor": actor, "reason": cycle.name},
    )
    _add(product, quantity - had)


def stock_product(group: Organisation, offer: Offer) -> Product:
    """Give the group's own product for goods it bought at this offer's price, making it at the first surplus.

    Goods bought at another price are another product, so that what is sold always costs what it was bought for. It is
    sold by the item and for euros only: the producer has been paid.
    """
    origin = offer.product
    product, _created = Product.objects.get_or_create(
        producer=group,
        kept_from=origin,
        price=offer.price.amount,
        defaults={
            "name": offer.name,
            "description": origin.description,
            "category": origin.category,
            "unit": offer.unit,
            "unit_amount": offer.unit_amount,
            "unit_text": offer.unit_text,
            "vat_percent": offer.vat_percent,
            "weighed": offer.weighed,
            "origin": origin.origin,
            "manufacturer": origin.manufacturer or offer.producer.name[:120],
            "stock": ZERO,
        },
    )
    return product


@transaction.atomic
def count_stock(*, product: Product, counted: Decimal, reason: str, actor: User | None, at: datetime) -> StockMovement:
    """Set a group's stock of a product to what was counted, with the reason for the difference.

    Raises ValidationError `not_in_stock`, `negative`, `reason_missing`.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.kept_from_id is None:
        raise ValidationError(_("Only what a group keeps is counted here."), "not_in_stock")
    if not counted.is_finite() or counted < 0:
        raise ValidationError(_("An amount cannot be negative."), "negative")
    if not reason.strip():
        raise ValidationError(_("Say why: spoilt, given away, counted wrong."), "reason_missing")
    difference = counted - (product.stock or ZERO)
    movement = StockMovement.objects.create(
        product=product, quantity=difference, reason=reason.strip(), at=at, actor=actor
    )
    _add(product, difference)
    group = product.producer_id
    legs = bookkeeping.stock_written_off(group, to_minor(product.price.amount * -difference))
    if legs:
        open_accounts(bookkeeping.group_accounts(group))
        ledger.post(
            ledger.NewEntry(
                key=f"stock:{movement.pk}",
                kind="stock counted",
                happened_at=at,
                legs=legs,
                memo=movement.reason,
                actor=acting(actor),
            )
        )
    return movement


def _add(product: Product, items: Decimal) -> None:
    Product.objects.filter(pk=product.pk).update(stock=F("stock") + items)
    Product.objects.filter(pk=product.pk).update(available=bool(_items(product) > 0))


def _items(product: Product) -> Decimal:
    return StockMovement.objects.filter(product=product).aggregate(items=Sum("quantity"))["items"] or ZERO
