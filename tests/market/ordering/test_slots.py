"""Pick-up slots: chosen in the basket, taken with the order, given back with it; never more than there is room for."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.cycles.models import Fee, OrderCycle, PickupPoint, PickupSlot
from market.cycles.services import open_cycle, set_fees
from market.ordering.baskets import basket_cost
from market.ordering.services import cancel_order
from market.ordering.slots import choose_slot
from tests import builders as build

pytestmark = pytest.mark.django_db


class Pickup:
    """Two points, the second for an extra euro, with an early slot for one household and a late one."""

    def __init__(self, *, at: object = build.NOW) -> None:
        self.at = at
        self.group = build.a_group()
        self.carrots = build.a_product(build.a_producer(), "Carrots")
        self.square, self.hall = (
            PickupPoint.objects.create(organisation=self.group, name=name, address="x") for name in ("Square", "Hall")
        )
        times = {
            "opens_at": at - timedelta(days=1),
            "closes_at": at + timedelta(days=4),
            "distribution_at": at + timedelta(days=7),
        }
        draft = build.a_draft(self.group, [self.carrots], **times)
        fee = Fee(name="Hall", calculator="per_order", amount=1, level="pickup", point=self.hall, payee=self.group)
        set_fees(cycle=draft, fees=[fee])
        self.cycle = open_cycle(cycle=draft, actor=None, at=at)
        self.early = self.slot(self.square, 0, capacity=1)
        self.late = self.slot(self.hall, 1, capacity=None)
        self.lise, self.omar = (build.a_household(name, group=self.group) for name in ("Lise", "Omar"))

    def slot(self, point: PickupPoint, hour: int, capacity: int | None) -> PickupSlot:
        starts = self.cycle.distribution_at + timedelta(hours=hour)
        return PickupSlot.objects.create(
            cycle=self.cycle, point=point, starts_at=starts, ends_at=starts + timedelta(hours=1), capacity=capacity
        )

    def taken(self) -> list[int]:
        return list(PickupSlot.objects.order_by("pk").values_list("taken", flat=True))


def test_an_order_takes_its_place_and_gives_it_back_when_it_changes_or_is_cancelled() -> None:
    pickup = Pickup()
    with pytest.raises(ValidationError) as refused:
        build.an_order(pickup.lise, pickup.cycle, {pickup.carrots: 1})
    assert refused.value.code == "no_slot"
    choose_slot(household=pickup.lise, slot=pickup.early, at=build.NOW)
    assert pickup.taken() == [0, 0]
    order = build.an_order(pickup.lise, pickup.cycle, {pickup.carrots: 1})
    build.an_order(pickup.lise, pickup.cycle, {pickup.carrots: 2})
    assert pickup.taken() == [1, 0]
    choose_slot(household=pickup.lise, slot=pickup.late, at=build.NOW)
    order = build.an_order(pickup.lise, pickup.cycle, {pickup.carrots: 2})
    assert (pickup.taken(), order.slot) == ([0, 1], pickup.late)
    cancel_order(order=order, key=uuid4(), actor=None, at=build.NOW)
    assert pickup.taken() == [0, 0]


def test_a_full_slot_refuses_and_nothing_has_changed() -> None:
    pickup = Pickup()
    for household in (pickup.lise, pickup.omar):
        choose_slot(household=household, slot=pickup.early, at=build.NOW)
    build.an_order(pickup.lise, pickup.cycle, {pickup.carrots: 1})
    with pytest.raises(ValidationError) as refused:
        build.an_order(pickup.omar, pickup.cycle, {pickup.carrots: 1})
    assert refused.value.code == "slot_full"
    assert pickup.cycle.orders.filter(household=pickup.omar).count() == 0
    pickup.early.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        choose_slot(household=pickup.omar, slot=pickup.early, at=build.NOW)
    assert refused.value.code == "slot_full"
    # Whoever is in may order again.
    choose_slot(household=pickup.lise, slot=pickup.early, at=build.NOW)


def test_the_fee_of_a_pickup_point_follows_the_slot_into_the_settlement() -> None:
    pickup = Pickup()
    costs = []
    for household, slot in ((pickup.lise, pickup.early), (pickup.omar, pickup.late)):
        choose_slot(household=household, slot=slot, at=build.NOW)
        build.an_order(household, pickup.cycle, {pickup.carrots: 1})
        costs.append(basket_cost(household, pickup.cycle).total)
    assert costs == [200, 300]
    settlement = build.a_settled_cycle(pickup.cycle)
    assert sorted(settlement.orders.values_list("euro_minor", flat=True)) == costs


def test_the_checkout_asks_when_the_order_is_fetched_and_says_when_it_is_full(client: Client) -> None:
    pickup = Pickup(at=timezone.now())
    for household in (pickup.lise, pickup.omar):
        build.set_line(
            household=household,
            offer=build.offer_of(pickup.cycle, pickup.carrots),
            quantity=build.Decimal(1),
            at=pickup.at,
        )
    path = reverse("market:payments:checkout", args=[pickup.cycle.pk])

    def press(person: str, **form: object) -> object:
        client.force_login(build.a_person(person))
        return client.post(path, {"key": str(uuid4()), "community": "0", **form})

    client.force_login(build.a_person("Lise"))
    assert "1 place left" in client.get(path).content.decode()
    assert press("Lise").status_code == 400
    assert press("Lise", slot=pickup.early.pk).status_code == 302
    answer = press("Omar", slot=pickup.early.pk)
    assert answer.status_code == 400
    assert "full now" in answer.content.decode()
    recalculated = press("Omar", slot=pickup.late.pk, recalculate="1").content.decode()
    assert "€3.00" in recalculated
    assert press("Omar", slot=pickup.late.pk).status_code == 302
    assert OrderCycle.objects.get().orders.count() == 2
