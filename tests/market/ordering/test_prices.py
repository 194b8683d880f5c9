"""What the shop says an item costs: its price and the fees by line, told apart; fees by order only on the order."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Fee, OrderCycle, PickupPoint, PickupSlot
from market.cycles.services import open_cycle, set_fees
from market.ordering.prices import item_prices
from market.ordering.slots import choose_slot
from market.people.joining import set_tags
from market.people.models import Enrolment
from tests import builders as build

pytestmark = pytest.mark.django_db
D = Decimal


class Shop:
    """Apples by the half kilogram and juice with a deposit, a packing fee, a contribution, a discount and a hall."""

    def __init__(self) -> None:
        now = timezone.now()
        self.group, farm = build.a_group(), build.a_producer()
        self.apples = build.a_product(farm, "Apples", "1.35", unit="KGM", unit_amount=D("0.5"))
        self.juice = build.a_product(farm, "Juice", "3.20", deposit=Money("0.30", "EUR"))
        self.lise = build.a_household("Lise", group=self.group)
        self.hall, self.school = (
            PickupPoint.objects.create(organisation=self.group, name=name, address="x") for name in ("Hall", "School")
        )
        set_tags(enrolment=Enrolment.objects.get(), names=["volunteer"])
        build.a_household("Noor", group=self.group)
        draft = build.a_draft(
            self.group, [self.apples, self.juice], pickup_point=self.hall, opens_at=now - build.timedelta(hours=1),
            closes_at=now + build.timedelta(days=1), distribution_at=now + build.timedelta(days=2),
        )  # fmt: skip
        set_fees(cycle=draft, fees=self.fees())
        self.cycle: OrderCycle = open_cycle(cycle=draft, actor=None, at=now)

    def fees(self) -> list[Fee]:
        helps = self.group.household_tags.get()
        terms = [
            {"name": "Packing", "calculator": "per_kilo", "amount": D("0.40")},
            {"name": "Contribution", "calculator": "percent_item", "amount": D(5)},
            {
                "name": "Volunteers",
                "calculator": "percent_line",
                "amount": D(-10),
                "tag": helps,
            },
            {"name": "School", "calculator": "per_item", "amount": D("0.05"), "level": "pickup", "point": self.school},
            {"name": "Van", "calculator": "per_order", "amount": D(2)},
        ]
        return [Fee(payee=self.group, **fields) for fields in terms]  # type: ignore[arg-type]

    def page(self, person: str, name: str, *arguments: object) -> str:
        client = Client()
        client.force_login(build.a_person(person))
        answer = client.get(reverse(f"market:{name}", args=arguments or [self.cycle.pk]))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())


def test_the_shop_shows_what_an_item_is_charged_and_what_that_is_made_of() -> None:
    shop = Shop()
    apples = build.offer_of(shop.cycle, shop.apples)
    # 1.35, half a kilogram at 0.40, 5 % = 0.07, and 10 % off = 0.14 (half a cent goes away from zero).
    item = item_prices(shop.lise, shop.cycle, [apples])[apples.pk]
    assert item.fees == (("Packing", 20), ("Contribution", 7), ("Volunteers", -14))
    assert item.price == Money("1.48", "EUR")
    text = shop.page("Lise", "ordering:shop")
    assert '<span class="tag">€1.48</span>' in text
    parts = "€1.35 · Packing +€0.20 · Contribution +€0.07 · Volunteers -€0.14"
    assert parts in text.replace("<span>", "").replace("</span>", "")
    assert "€2.96/kg" in text
    assert "Van" not in text  # a fee by order appears on the order only
    assert '<span class="tag">€1.62</span>' in shop.page("Noor", "ordering:shop")


def test_every_page_before_the_order_says_the_same_price() -> None:
    shop = Shop()
    offer = build.offer_of(shop.cycle, shop.apples)
    build.set_line(household=shop.lise, offer=offer, quantity=D(1), at=timezone.now())
    for name, arguments in (
        ("ordering:shop", ()), ("ordering:line", (offer.pk,)), ("ordering:basket", ()), ("payments:checkout", ()),
    ):  # fmt: skip
        assert "€1.48" in shop.page("Lise", name, *arguments), name


def test_one_item_costs_what_the_shop_said() -> None:
    shop = Shop()
    noor = build.a_household("Omar", group=shop.group)
    offer = build.offer_of(shop.cycle, shop.juice)
    said = item_prices(noor, shop.cycle, [offer])[offer.pk]
    assert said.deposit == Money("0.30", "EUR")  # and nothing is counted on it: 5 % of 3.20 is 0.16
    build.an_order(noor, shop.cycle, {shop.juice: 1}, at=timezone.now())
    van = Money(2, "EUR")
    set_aside = ledger.balance(bookkeeping.held(shop.cycle.pk))
    assert said.price + van == Money(D(set_aside) / 100, "EUR") == Money("5.66", "EUR")


def test_a_fee_of_a_pick_up_point_shows_once_the_household_has_chosen_it() -> None:
    shop = Shop()
    start = shop.cycle.distribution_at
    slot = PickupSlot.objects.create(
        cycle=shop.cycle, point=shop.school, starts_at=start, ends_at=start + build.timedelta(hours=1)
    )
    offer = build.offer_of(shop.cycle, shop.juice)
    before = item_prices(shop.lise, shop.cycle, [offer])[offer.pk].price
    choose_slot(household=shop.lise, slot=slot, at=timezone.now())
    after = item_prices(shop.lise, shop.cycle, [offer])[offer.pk].price
    assert after - before == Money("0.05", "EUR")


def test_fees_in_the_shop_cost_a_fixed_number_of_queries() -> None:
    shop = Shop()
    client = Client()
    client.force_login(build.a_person("Lise"))
    page = reverse("market:ordering:shop", args=[shop.cycle.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    assert len(captured) <= 13
