"""Somebody who has never been here reads a producer's story, and two minutes later has a pick-up code."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.demo.pages import build_stall
from cms.models import OrganisationIndexPage
from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle, PickupPoint
from market.cycles.services import open_cycle
from market.ordering.models import Order
from market.payments.models import CardPayment
from tests import builders as build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def market(settings: Any, tmp_path: Path, live_server: Any, index: OrganisationIndexPage) -> OrderCycle:
    """The farm's own shop, its page, and the stand-in for Stripe."""
    settings.VAR_DIR, settings.SITE_URL = tmp_path, live_server.url
    farm = build.a_producer()
    bread = build.a_product(farm, "Bread", "4.80", unit="KGM", unit_text="1 kg")
    gate = PickupPoint.objects.create(organisation=farm, name="The farm gate", address="Camí del Riu 1")
    now = timezone.now()
    times = {"opens_at": now, "closes_at": now + timedelta(days=2), "distribution_at": now + timedelta(days=3)}
    draft = build.a_draft(farm, [bread], name="Farm shop", audience="public", pickup_point=gate, **times)
    build_stall(index, farm)
    return open_cycle(cycle=draft, actor=None, at=now)


def choose_bread(page: Page, show: Callable[[str], None], address: str) -> None:
    page.goto(address + "/en/")
    show("front")
    page.get_by_role("link", name="Riverside Farm", exact=True).first.click()
    show("producer")
    page.get_by_role("link", name="Choose Bread").click()
    page.get_by_label("I want").fill("2")
    show("offer")
    page.get_by_role("button", name="Keep in basket").click()
    show("visitor-basket")
    page.get_by_role("link", name="To checkout").click()


def sign_up(page: Page, show: Callable[[str], None]) -> None:
    page.get_by_label("Your name").fill("Noor")
    page.get_by_label("Email").fill("noor@example.org")
    show("sign-up")
    page.get_by_role("button", name="Sign Up").click()
    page.get_by_label("Code").wait_for()
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert code
    page.get_by_label("Code").fill(code[0])
    show("code")
    page.get_by_role("button", name="Confirm").click()
    show("who")
    page.get_by_role("button", name="On to the payment").click()


def test_a_newcomer_buys(page: Page, live_server: Any, market: OrderCycle, show: Callable[[str], None]) -> None:
    began = time.monotonic()
    choose_bread(page, show, live_server.url)
    sign_up(page, show)
    show("public-checkout")
    page.get_by_role("button", name="by card").click()
    page.get_by_role("heading", name="Stand-in for Stripe").wait_for()
    show("stand-in")
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="Pay €9.60").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Pay €9.60").click()
    page.get_by_text("Your pick-up code").wait_for()
    show("confirmation")
    order = Order.objects.get()
    assert order.reference in page.content()
    assert "The farm gate" in page.content()
    assert ledger.balance(bookkeeping.held(market.pk)) == 960
    assert time.monotonic() - began < 120

    # The way back leads nowhere twice.
    page.go_back()
    page.goto(live_server.url + f"/en/payments/card/{CardPayment.objects.get().key}/")
    page.get_by_text("Your pick-up code").wait_for()
    assert (Order.objects.count(), CardPayment.objects.count()) == (1, 1)


def test_who_turns_back_at_the_payment_keeps_the_basket_and_may_go_on(
    page: Page, live_server: Any, market: OrderCycle, show: Callable[[str], None]
) -> None:
    choose_bread(page, show, live_server.url)
    sign_up(page, show)
    page.get_by_role("button", name="by card").click()
    page.get_by_role("link", name="Back to the market without paying").click()
    show("turned-back")
    assert not Order.objects.exists()
    page.get_by_role("link", name="On to the payment page").click()
    page.get_by_role("button", name="direct debit").click()
    page.get_by_text("takes a few days").wait_for()
    show("pending")
    assert CardPayment.objects.get().state == "pending"
