"""Somebody without a household, and even without an account, buys in a public cycle."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.cycles.models import OrderCycle
from market.cycles.services import open_cycle
from market.ordering.baskets import set_line
from market.ordering.models import BasketLine, Order
from market.ordering.services import place_order
from market.ordering.visitor import MOST_LINES
from market.payments.stripe_fake import FakeStripe
from market.people.models import Household, User
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> OrderCycle:
    now = timezone.now()
    farm = build.a_producer()
    bread = build.a_product(farm, "Bread", "4.80")
    times = {"opens_at": now, "closes_at": now + timedelta(days=2), "distribution_at": now + timedelta(days=3)}
    return open_cycle(cycle=build.a_draft(farm, [bread], audience="public", **times), actor=None, at=now)


def choose(client: Client, cycle: OrderCycle, quantity: str) -> Any:
    offer = cycle.offers.get()
    address = reverse("market:ordering:line", args=[offer.pk])
    return client.post(address, {f"offer-{offer.pk}-quantity": quantity})


def test_a_newcomer_signs_up_on_the_way_through_checkout_and_keeps_the_basket(
    client: Client, cycle: OrderCycle, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    assert choose(client, cycle, "2").status_code == 302
    basket = client.get(reverse("market:ordering:basket", args=[cycle.pk]))
    assert "9.60" in basket.content.decode()
    assert not BasketLine.objects.exists()

    checkout = reverse("market:payments:checkout", args=[cycle.pk])
    to_login = client.get(checkout).headers["Location"]
    assert to_login == f"/en/accounts/login/?next={checkout}"
    answer = client.post(f"/en/accounts/signup/?next={checkout}", {"email": "noor@example.org", "name": "Noor"})
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[0].body)
    assert code, mail.outbox[0].body
    answer = client.post(answer.headers["Location"], {"code": code[0]})
    assert answer.headers["Location"] == checkout
    user = User.objects.get(email="noor@example.org")
    assert (user.name, user.language) == ("Noor", "en")

    assert "Who will fetch it?" in client.get(checkout).content.decode()
    assert client.post(checkout, {"name": "Noor"}).headers["Location"] == checkout
    page = client.get(checkout)
    assert "9.60" in page.content.decode()
    assert BasketLine.objects.get(household=Household.objects.get()).quantity == Decimal(2)

    sent = {"card": "1", "key": page.context["form"]["key"].value(), "community": "0"}
    on_the_way = client.post(checkout, sent).headers["Location"]
    to_stripe = client.get(on_the_way).headers["Location"]
    fake = FakeStripe.here()
    fake.act("pay", fake.things("checkout.session")[0]["id"])
    assert "stripe-stand-in" in to_stripe
    client.get(on_the_way + "?done=1")
    order = Order.objects.get()
    confirmation = client.get(client.get(on_the_way + "?done=1").headers["Location"]).content.decode()
    assert order.reference in confirmation


def test_who_signs_in_with_a_household_finds_the_basket_there(client: Client, cycle: OrderCycle) -> None:
    lise = build.a_household("Lise")
    choose(client, cycle, "3")
    client.post("/en/accounts/login/", {"login": "lise@cabas.example", "password": build.PASSWORD})
    client.get(reverse("market:ordering:basket", args=[cycle.pk]))
    assert BasketLine.objects.get().quantity == 3
    assert BasketLine.objects.get().household == lise


def test_what_can_no_longer_be_chosen_is_said_and_the_rest_kept(client: Client, cycle: OrderCycle) -> None:
    build.a_household("Lise")
    choose(client, cycle, "3")
    build.close(cycle)
    client.post("/en/accounts/login/", {"login": "lise@cabas.example", "password": build.PASSWORD})
    page = client.get(reverse("market:ordering:basket", args=[cycle.pk])).content.decode()
    assert "No longer to be had" in page
    assert "Bread" in page


@pytest.mark.parametrize("quantity", ["-1", "1e9", "NaN", "two", "0.5", "1.2345"])
def test_a_visitor_cannot_choose_what_nobody_can_order(client: Client, cycle: OrderCycle, quantity: str) -> None:
    answer = choose(client, cycle, quantity)
    assert answer.status_code == 400
    assert f'value="{quantity}"' in answer.content.decode()
    assert "basket" not in client.session


def test_zero_takes_a_line_out_again(client: Client, cycle: OrderCycle) -> None:
    choose(client, cycle, "2")
    choose(client, cycle, "0")
    assert client.session["basket"] == {}


def test_a_session_is_no_warehouse(client: Client, cycle: OrderCycle) -> None:
    session = client.session
    session["basket"] = {str(number): ["1", "0"] for number in range(10**6, 10**6 + MOST_LINES)}
    session.save()
    assert "sign up" in choose(client, cycle, "1").content.decode()


def test_a_closed_cycle_keeps_nothing_for_visitors(client: Client, cycle: OrderCycle) -> None:
    build.close(cycle)
    assert choose(client, cycle, "1").status_code == 409


def test_a_groups_cycle_is_not_for_visitors(client: Client, cycle: OrderCycle) -> None:
    members = build.an_open_cycle(build.a_group(), [cycle.offers.get().product])
    assert choose(client, members, "1").headers["Location"].startswith("/en/accounts/login/")
    client.force_login(build.a_person("Noor"))
    assert choose(client, members, "1").status_code == 404


def test_strangers_are_shown_one_shop_until_something_is_ordered_in_it(
    cycle: OrderCycle, django_assert_num_queries: Any
) -> None:
    shop = reverse("market:ordering:shop", args=[cycle.pk])
    before = Client().get(shop)
    with django_assert_num_queries(1):
        again = Client().get(shop)
    assert again.content == before.content
    assert "Cookie" in again.headers["Vary"]  # a cache before the market would show it to members too
    assert "private" in again.headers["Cache-Control"]
    household = build.a_household("Noor")
    set_line(household=household, offer=cycle.offers.get(), quantity=Decimal(3), at=timezone.now())
    place_order(household=household, cycle=cycle, community_minor=0, key=uuid4(), actor=None, at=timezone.now())
    assert Client().get(shop).content != before.content


def test_nobody_else_is_shown_what_was_kept_for_strangers(cycle: OrderCycle, client: Client) -> None:
    shop = reverse("market:ordering:shop", args=[cycle.pk])
    stranger = Client().get(shop).content.decode()
    client.force_login(build.a_person("Noor"))
    assert "Noor" in client.get(shop).content.decode()
    assert Client().get(shop).content.decode() == stranger
    assert 'lang="fr"' in Client().get(shop.replace("/en/", "/fr/")).content.decode()
    found = Client().get(shop, {"q": "nothing like it"}).content.decode()
    assert "Nothing here by that name" in found


def test_a_shop_kept_for_strangers_closes_in_time(cycle: OrderCycle) -> None:
    shop = reverse("market:ordering:shop", args=[cycle.pk])
    with time_machine.travel(cycle.closes_at - timedelta(seconds=1), tick=False):
        assert "Choose" in Client().get(shop).content.decode()
    with time_machine.travel(cycle.closes_at, tick=False):
        assert "Choose" not in Client().get(shop).content.decode()
