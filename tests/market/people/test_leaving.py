"""Nobody leaves a group with an order under way or a debt: the refusal says what to do."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.ordering.services import cancel_order
from market.people.joining import leave_group
from market.people.models import Enrolment, Household
from market.supply.models import DeliveredShare
from market.supply.receiving import correct_share
from tests import builders as build

pytestmark = pytest.mark.django_db


class Group:
    def __init__(self) -> None:
        now = timezone.now()
        self.group, self.farm = build.a_group(), build.a_producer()
        self.cheese = build.a_product(self.farm, "Cheese", "20.00", unit="KGM", weighed=True)
        self.lise = build.a_household("Lise", group=self.group, euros="40")
        self.cycle = build.an_open_cycle(
            self.group, [self.cheese], opens_at=now - build.timedelta(hours=1), closes_at=now + build.timedelta(days=1),
            distribution_at=now + build.timedelta(days=2),
        )  # fmt: skip
        self.now = now

    def leave(self, household: Household | None = None) -> str:
        enrolment = Enrolment.objects.get(household=household or self.lise)
        try:
            leave_group(enrolment=enrolment, actor=None, at=self.now)
        except ValidationError as refusal:
            return str(refusal.code)
        return "left"


def test_an_order_keeps_its_household_until_it_is_cancelled() -> None:
    group = Group()
    order = build.an_order(group.lise, group.cycle, {group.cheese: 1}, at=group.now)
    assert group.leave() == "has_ordered"
    cancel_order(order=order, key=uuid4(), actor=None, at=group.now)
    assert group.leave() == "left"


@pytest.mark.parametrize("state", ["closed", "ordered", "received", "settled"])
def test_an_order_keeps_its_household_until_it_is_settled(state: str) -> None:
    group = Group()
    build.an_order(group.lise, group.cycle, {group.cheese: 1}, at=group.now)
    build.close(group.cycle)
    if state != "closed":
        build.order_from_producers(group.cycle)
    if state in ("received", "settled"):
        build.receive(group.cycle)
    if state == "settled":
        build.settle(group.cycle)
    assert group.leave() == ("left" if state == "settled" else "has_ordered")


def test_a_debt_keeps_its_household_until_it_is_paid() -> None:
    group = Group()
    build.an_order(group.lise, group.cycle, {group.cheese: 2}, at=group.now)
    build.close(group.cycle)
    build.order_from_producers(group.cycle)
    build.receive(group.cycle, {group.cheese: 3})
    correct_share(share=DeliveredShare.objects.get(), quantity=Decimal(3), actor=None, at=group.now)
    build.settle(group.cycle)
    client = Client()
    client.force_login(build.a_person("Lise"))
    data = {"place": Enrolment.objects.get().pk, "step": "leave"}
    answer = client.post(reverse("market:people:household"), data, follow=True)
    assert "Lise still owes 20.00 euros: pay them in first, then leave." in answer.content.decode()
    build.pay_in(group.lise, "20")
    assert group.leave() == "left"


def test_an_order_elsewhere_keeps_nobody_here() -> None:
    group = Group()
    other = build.a_group("Other", coordinator="Pau")
    build.enrol(household=group.lise, group=other, at=group.now)
    build.an_order(group.lise, group.cycle, {group.cheese: 1}, at=group.now)
    leave_group(enrolment=Enrolment.objects.get(group=other), actor=None, at=group.now)
    assert [row.group for row in Enrolment.objects.all()] == [group.group]


def test_the_pages_of_household_and_coordinator_say_what_to_do() -> None:
    group = Group()
    build.an_order(group.lise, group.cycle, {group.cheese: 1}, at=group.now)
    enrolment = Enrolment.objects.get()
    words = "Lise has an order in First week of March. Cancel it while ordering is open, or leave once it is settled."
    for person, path, data in (
        ("Lise", reverse("market:people:household"), {"place": enrolment.pk, "step": "leave"}),
        ("Amina", reverse("market:people:place", args=[group.group.slug, enrolment.pk]), {"step": "leave"}),
    ):
        client = Client()
        client.force_login(build.a_person(person))
        assert words in client.post(path, data, follow=True).content.decode(), person
    assert Enrolment.objects.count() == 1
