"""Packing and handing out: ticked off one by one, or all that are left with one press."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from market.cycles.models import OrderCycle, PickupPoint, PickupSlot
from market.ordering.models import Order
from market.people.models import Role
from market.people.services import appoint
from market.supply.models import Claim
from market.supply.pickup import claim_missing
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> OrderCycle:
    """Three households have something to fetch."""
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots")
    cycle = build.an_open_cycle(group, [carrots])
    for name in ("Lise", "Noor", "Pau"):
        build.an_order(build.a_household(name, group=group), cycle, {carrots: 2})
    build.close(cycle)
    build.order_from_producers(cycle)
    build.receive(cycle)
    return cycle


def press(cycle: OrderCycle, **fields: object) -> str:
    address = reverse("market:supply:pickup", args=[cycle.pk])
    return client_of("Amina").post(address, fields, follow=True).content.decode()


def test_a_crate_is_packed_then_collected_and_both_can_be_taken_back(cycle: OrderCycle) -> None:
    order = cycle.orders.get(household__name="Lise")
    assert "packed 1 / 3" in press(cycle, order=order.pk, packed=1)
    assert "collected 1 / 3" in press(cycle, order=order.pk)
    assert "collected 0 / 3" in press(cycle, order=order.pk, undo=1)
    assert "packed 0 / 3" in press(cycle, order=order.pk, packed=1, undo=1)


def test_all_that_are_left_are_ticked_off_with_one_press(cycle: OrderCycle) -> None:
    first = cycle.orders.get(household__name="Lise")
    press(cycle, order=first.pk)
    first.refresh_from_db()
    came = first.collected_at
    page = press(cycle, all=1, packed=1)
    assert "packed 3 / 3" in page
    page = press(cycle, all=1)
    assert "2 households ticked off." in page
    assert "collected 3 / 3" in page
    first.refresh_from_db()
    assert first.collected_at == came  # whoever came earlier keeps their time


def test_nobody_ticks_off_the_orders_of_another_cycle(cycle: OrderCycle) -> None:
    other = build.an_open_cycle(cycle.organiser, [cycle.offers.get().product], name="Other")
    address = reverse("market:supply:pickup", args=[other.pk])
    answer = client_of("Amina").post(address, {"order": cycle.orders.first().pk})
    assert answer.status_code == 404
    client_of("Amina").post(address, {"all": "1"})
    assert not Order.objects.filter(collected_at__isnull=False).exists()


def test_the_treasurer_credits_every_note_at_once_and_lets_all_other_invoices_agree(cycle: OrderCycle) -> None:
    for order in cycle.orders.all():
        claim_missing(line=order.lines.get(), quantity=Decimal(1), note="", actor=None, at=cycle.distribution_at)
    build.settle(cycle)
    client = client_of("Teo")
    page = client.post(reverse("market:settlement:claims"), {"all": "1", "decision": "producer"}, follow=True)
    assert "Nothing waits for a decision." in page.content.decode()
    assert set(Claim.objects.values_list("state", flat=True)) == {"accepted"}
    page = client.post(reverse("market:settlement:invoices", args=[cycle.pk]), {"others_agree": "1"}, follow=True)
    assert "agrees" in page.content.decode()


def test_an_order_and_its_sheet_say_when_its_household_comes(cycle: OrderCycle) -> None:
    order = cycle.orders.get(household__name="Lise")
    point = PickupPoint.objects.create(organisation=cycle.organiser, name="Ateneu", address="Carrer Major 1")
    start = cycle.distribution_at + timedelta(hours=2)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    order.slot = PickupSlot.objects.create(cycle=cycle, point=point, **times)
    order.save()
    for address in (reverse("market:desk:home"), reverse("market:ordering:order", args=[order.reference])):
        page = client_of("Lise").get(address).content.decode()
        assert "14:00–15:00 · Ateneu, Carrer Major 1" in page, address
    page = client_of("Amina").get(reverse("market:supply:packing", args=[cycle.pk])).content.decode()
    assert "Ateneu · 11/03 14:00" in page  # the clock on the wall, on every sheet too


def test_a_receiver_records_all_other_deliveries_with_one_press() -> None:
    group = build.a_group()
    appoint(user=build.a_person("Rosa"), organisation=group, role=Role.RECEIVER)
    farms = [build.a_producer(name, editor=name) for name in ("Farm", "Mill", "Dairy")]
    goods = [build.a_product(farm, f"Good of {farm}") for farm in farms]
    cycle = build.an_open_cycle(group, goods)
    build.an_order(build.a_household("Lise", group=group), cycle, dict.fromkeys(goods, 2))
    build.close(cycle)
    first, *_others = build.order_from_producers(cycle)
    line, address = first.lines.get(), reverse("market:supply:receive", args=[first.pk])
    client = client_of("Rosa")
    page = client.post(address, {f"items-{line.offer_id}": "1"}, follow=True).content.decode()
    assert "2 deliveries are still to be recorded." in page
    client.post(address, {"all_came": "1"})
    cycle.refresh_from_db()
    assert cycle.state == OrderCycle.State.RECEIVED
    assert line.offer.delivery_line.received == 1  # what was counted by hand stays
