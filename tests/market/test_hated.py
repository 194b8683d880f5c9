"""What people hate in other systems and must not meet here, each a test.

A basket emptied at closing, and a limit held only by the browser: tests/market/ordering/test_repeating.py. Paper that
is out of date: tests/market/supply/test_sheets.py. A minimum typed as “€ 50,00” and read as zero: test_figures.py, and
in its form tests/market/cycles/test_pages.py. A line that harms packs: tests/market/ordering/test_completing.py.
"""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from benchmarks import bench_sheets
from ledger import api as ledger
from market.cycles.services import open_cycle
from market.ordering.models import BasketLine, Order, OrderLine
from market.settlement.models import SupplierInvoice
from market.supply.models import Delivery, SupplierOrder
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_who_comes_too_late_for_the_last_honey_gets_all_the_rest_and_loses_nothing() -> None:
    group, farm = build.a_group(), build.a_producer()
    honey = build.a_product(farm, "Honey", "5.00", stock=Decimal(3))
    carrots = build.a_product(farm, "Carrots", "2.00")
    lise, noor = build.a_household("Lise", group=group), build.a_household("Noor", group=group)
    now = timezone.now()
    times = {"opens_at": now - MINUTE, "closes_at": now + 60 * MINUTE, "distribution_at": now + 90 * MINUTE}
    cycle = open_cycle(cycle=build.a_draft(group, [honey, carrots], **times), actor=None, at=now)
    browser = client_of("Noor")
    for product in (honey, carrots):
        offer = build.offer_of(cycle, product)
        fields = {f"offer-{offer.pk}-quantity": "2"}
        browser.post(reverse("market:ordering:line", args=[offer.pk]), fields)
    path = reverse("market:payments:checkout", args=[cycle.pk])
    assert browser.get(path).status_code == 200  # she looks at what it costs; meanwhile:
    build.an_order(lise, cycle, {honey: 2}, at=now)
    page = browser.post(path, {"key": str(uuid4()), "community": "0"}, follow=True).content.decode()
    assert list(OrderLine.objects.filter(order__household=noor).values_list("name", "quantity")) == [("Carrots", 2)]
    assert set(BasketLine.objects.filter(household=noor).values_list("offer__name", "quantity")) == {
        ("Carrots", 2), ("Honey", 2)}  # fmt: skip
    assert "Honey" in page
    assert ledger.balance(f"household:{noor.pk}:EUR") == 10_000 - 400


def test_nobody_presses_twelve_times_the_same_button() -> None:
    group = build.a_group()
    names = [f"Farm {number}" for number in range(12)]
    goods = [build.a_product(build.a_producer(name, editor=f"Of {name}"), f"Goods of {name}") for name in names]
    cycle = build.an_open_cycle(group, goods)
    for number in range(3):
        build.an_order(build.a_household(f"Home {number}", group=group), cycle, dict.fromkeys(goods, 1))
    build.close(cycle)
    amina = client_of("Amina")
    orders = reverse("market:supply:orders", args=[cycle.pk])
    mail.outbox.clear()
    amina.post(orders)
    assert len({letter.to[0] for letter in mail.outbox}) == SupplierOrder.objects.exclude(sent_at=None).count() == 12
    amina.post(orders, {"all_came": "1"})
    assert Delivery.objects.count() == 12
    for tick in ("packed", "collected"):
        amina.post(reverse("market:supply:pickup", args=[cycle.pk]), {"all": "1", tick: "1"})
    assert Order.objects.filter(packed_at__isnull=False, collected_at__isnull=False).count() == 3
    teo = client_of("Teo")
    teo.post(reverse("market:settlement:settle", args=[cycle.pk]))
    teo.post(reverse("market:settlement:invoices", args=[cycle.pk]), {"others_agree": "1"})
    assert SupplierInvoice.objects.count() == 12
    assert ledger.check() == []


def test_all_sheets_of_forty_households_and_twelve_producers_are_printed_within_two_seconds() -> None:
    cycle = bench_sheets.build()
    bench_sheets.order(cycle, 12)
    (processor, _clock), pages, _content = bench_sheets.measure(cycle)
    assert pages > 20
    assert processor <= bench_sheets.BUDGET
