"""A public cycle's shop and its products as machines read them: what is sold, by whom, for how much, until when."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from djmoney.money import Money

from market.cycles.models import Offer, OrderCycle
from market.linked_data import Data, absolute, trail

# The words of schema.org for what is there and what is not.
STOCK = "https://schema.org/"


def shop_data(cycle: OrderCycle, offers: Iterable[tuple[Offer, Money]]) -> list[Data]:
    """The shop: the way to it, and each product it shows with what an item is charged."""
    if not cycle.is_public:
        return []
    goods = [product_data(offer, cycle, price) for offer, price in offers]
    listed = [{"@type": "ListItem", "position": number, "item": item} for number, item in enumerate(goods, 1)]
    return [_way(cycle), {"@type": "ItemList", "name": cycle.name, "itemListElement": listed}]


def line_data(offer: Offer, cycle: OrderCycle, price: Money) -> list[Data]:
    """One product's page."""
    if not cycle.is_public:
        return []
    product = product_data(offer, cycle, price)
    if offer.product.description:
        product["description"] = offer.product.description
    return [_way(cycle, (offer.name, _address(offer))), product]


def product_data(offer: Offer, cycle: OrderCycle, price: Money) -> Data:
    """A product with the terms it is sold on in a cycle."""
    url, maker = absolute(_address(offer)), {"@type": "Organization", "name": str(offer.producer)}
    sold_out = offer.left is not None and offer.left <= 0
    product: Data = {
        "@type": "Product",
        "@id": url,
        "name": offer.name,
        "url": url,
        "brand": maker,
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": f"{price.amount:.2f}",
            "priceCurrency": "EUR",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "price": f"{price.amount:.2f}",
                "priceCurrency": "EUR",
                "valueAddedTaxIncluded": True,
                "referenceQuantity": {
                    "@type": "QuantitativeValue",
                    "value": f"{offer.unit_amount.normalize():f}",
                    "unitCode": offer.unit,
                },
            },
            "availability": STOCK + ("SoldOut" if sold_out else "InStock"),
            "availabilityEnds": cycle.takes_orders_until.isoformat(),
            "seller": maker,
        },
    }
    if offer.category:
        product["category"] = offer.category
    return product


def _address(offer: Offer) -> str:
    return reverse("market:ordering:line", args=[offer.pk])


def _way(cycle: OrderCycle, *further: tuple[str, str]) -> Data:
    shop = (cycle.name, reverse("market:ordering:shop", args=[cycle.pk]))
    return trail((_("Order cycles"), reverse("market:cycles:list")), shop, *further)
