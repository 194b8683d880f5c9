"""Build what a test needs the way people build it: through services, so every tested state can be reached in life.

Times are relative to NOW, a Wednesday noon; pass `at` where the time of an event matters.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from djmoney.money import Money

from market.catalogue.models import Product
from market.currencies.models import CommunityCurrency
from market.currencies.services import create_currency
from market.cycles.models import Offer, OrderCycle
from market.cycles.services import draft_cycle, open_cycle
from market.ordering.baskets import set_line
from market.ordering.closing import close_cycle
from market.ordering.models import Order
from market.ordering.services import place_order
from market.payments.services import record_payment
from market.people.joining import enrol
from market.people.models import Household, Organisation, Role, User
from market.people.services import (
    appoint,
    create_household,
    create_organisation,
    found_market,
    welcome_person,
)
from market.settlement.models import Settlement
from market.settlement.services import settle_cycle
from market.supply.models import SupplierOrder
from market.supply.receiving import receive_delivery
from market.supply.services import send_all_supplier_orders
from market.treasury.services import issue_units

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
PASSWORD = "a-long-enough-password"


def a_person(name: str) -> User:
    """A person whose address is their name; made once per test."""
    email = f"{name.lower().replace(' ', '.')}@cabas.example"
    user = User.objects.filter(email=email).first()
    return user or welcome_person(email=email, password=PASSWORD, name=name)


def the_market() -> Organisation:
    """The body whose books these are, with Teo as its treasurer."""
    market = Organisation.objects.filter(is_market=True).first()
    if market is None:
        market = found_market(name="Cabas", slug="cabas")
        appoint(user=a_person("Teo"), organisation=market, role=Role.TREASURER)
    return market


def a_group(name: str = "Green Basket", *, coordinator: str = "Amina") -> Organisation:
    """A purchasing group with its coordinator."""
    the_market()
    group = create_organisation(
        name=name,
        slug=name.lower().replace(" ", "-"),
        kind=Organisation.Kind.PURCHASING_GROUP,
    )
    appoint(user=a_person(coordinator), organisation=group, role=Role.COORDINATOR)
    return group


def a_household(name: str, *, group: Organisation | None = None, euros: str = "100.00") -> Household:
    """A household of one person with money paid in, and a place in the group."""
    the_market()
    household = create_household(name=name, people=[a_person(name)], at=NOW)
    if group:
        enrol(household=household, group=group, at=NOW)
    pay_in(household, euros)
    return household


def pay_in(household: Household, euros: str) -> None:
    """The treasurer records a bank transfer of this many euros."""
    if amount := int(Decimal(euros) * 100):
        record_payment(
            household=household,
            amount_minor=amount,
            method="transfer",
            reference=f"transfer {uuid4()}",
            key=uuid4(),
            actor=a_person("Teo"),
            at=NOW,
        )


def a_producer(name: str = "Riverside Farm", *, editor: str = "Bruno") -> Organisation:
    """A producer with somebody who keeps its catalogue."""
    the_market()
    producer = create_organisation(
        name=name,
        slug=name.lower().replace(" ", "-"),
        kind=Organisation.Kind.FARM,
        email=f"{name.lower().replace(' ', '.')}@cabas.example",
    )
    appoint(user=a_person(editor), organisation=producer, role=Role.EDITOR)
    return producer


def a_product(producer: Organisation, name: str, price: str = "2.00", **fields: object) -> Product:
    """A product at a price per item in euros; other fields as in the catalogue."""
    product = Product(producer=producer, name=name, price=Money(price, "EUR"), **fields)
    product.full_clean()
    product.save()
    return product


def a_currency(code: str = "ECO", name: str = "Eco") -> CommunityCurrency:
    the_market()
    return create_currency(code=code, name=name, redemption_fee_percent=Decimal(5))


def give_units(owner: Household | Organisation, currency: CommunityCurrency, units: str) -> None:
    """The treasurer issues units against a bank transfer."""
    issue_units(
        owner=owner,
        currency=currency,
        amount_minor=int(Decimal(units) * 100),
        means="transfer",
        reference="",
        key=uuid4(),
        actor=a_person("Teo"),
        at=NOW,
    )


def a_draft(group: Organisation, products: Sequence[Product], **fields: object) -> OrderCycle:
    terms: dict[str, object] = {
        "name": "First week of March",
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=4),
        "distribution_at": NOW + timedelta(days=7),
        **fields,
    }
    return draft_cycle(organiser=group, products=products, actor=a_person("Amina"), at=NOW, **terms)  # type: ignore[arg-type]


def an_open_cycle(group: Organisation, products: Sequence[Product], **fields: object) -> OrderCycle:
    """A cycle that opened yesterday and closes in four days."""
    return open_cycle(cycle=a_draft(group, products, **fields), actor=a_person("Amina"), at=NOW)


def offer_of(cycle: OrderCycle, product: Product) -> Offer:
    return cycle.offers.get(product=product)


def an_order(
    household: Household,
    cycle: OrderCycle,
    wishes: Mapping[Product, tuple[str | int, str | int] | int],
    *,
    community: str = "0",
    at: datetime = NOW,
) -> Order:
    """Fill the basket (firm quantity, or firm quantity and tolerance, by product) and place it."""
    for product, wish in wishes.items():
        quantity, tolerance = wish if isinstance(wish, tuple) else (wish, 0)
        set_line(
            household=household,
            offer=offer_of(cycle, product),
            quantity=Decimal(quantity),
            tolerance=Decimal(tolerance),
            at=at,
        )
    actor = household.people.first()
    return place_order(
        household=household,
        cycle=cycle,
        community_minor=int(Decimal(community) * 100),
        key=uuid4(),
        actor=actor,
        at=at,
    )


def close(cycle: OrderCycle, *, at: datetime | None = None) -> OrderCycle:
    return close_cycle(cycle=cycle, actor=a_person("Amina"), at=at or cycle.closes_at)


def order_from_producers(cycle: OrderCycle) -> list[SupplierOrder]:
    return send_all_supplier_orders(cycle=cycle, actor=a_person("Amina"), at=cycle.closes_at)


def receive(cycle: OrderCycle, came: Mapping[Product, str | int] | None = None) -> None:
    """Record every delivery of a cycle: as ordered, but for the products named."""
    came = came or {}
    for supplier_order in SupplierOrder.objects.filter(cycle=cycle):
        received = {line.offer_id: line.quantity for line in supplier_order.lines.all()}
        for product, items in came.items():
            offer = offer_of(cycle, product)
            if offer.pk in received:
                received[offer.pk] = Decimal(items)
        receive_delivery(
            supplier_order=supplier_order,
            received=received,
            actor=a_person("Amina"),
            at=cycle.distribution_at,
        )


def settle(cycle: OrderCycle) -> Settlement:
    return settle_cycle(cycle=cycle, actor=a_person("Teo"), at=cycle.distribution_at)


def a_settled_cycle(cycle: OrderCycle, came: Mapping[Product, str | int] | None = None) -> Settlement:
    """Take an open cycle to its end."""
    close(cycle)
    order_from_producers(cycle)
    receive(cycle, came)
    return settle(cycle)
