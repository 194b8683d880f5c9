"""A few journeys in a real browser, without a line of JavaScript of ours, on a phone and at a desk."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.cycles.services import open_cycle
from market.ordering.models import Order
from market.people.models import Organisation
from tests import builders as build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cycle() -> OrderCycle:
    """An open cycle of Green Basket in which Lise may order carrots, six to the pack, and bread."""
    now = timezone.now()
    group, farm, eco = build.a_group(), build.a_producer(), build.a_currency()
    carrots = build.a_product(farm, "Carrots", "1.90", pack_size=Decimal(6), community_share=Decimal(50))
    bread = build.a_product(farm, "Bread", "4.80", unit="KGM", unit_text="1 kg")
    lise = build.a_household("Lise", group=group)
    build.give_units(lise, eco, "10")
    times = {"opens_at": now, "closes_at": now + timedelta(days=2), "distribution_at": now + timedelta(days=5)}
    draft = build.a_draft(group, [carrots, bread], community_currency=eco, **times)
    return open_cycle(cycle=draft, actor=None, at=now)


def sign_in(page: Page, server: Any, name: str) -> None:
    page.goto(server.url + reverse("account_login"))
    page.get_by_label("Email").fill(f"{name.lower()}@cabas.example")
    page.get_by_label("Password").fill(build.PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    page.get_by_role("heading", name=f"Hello, {name}").wait_for()


def test_a_household_orders_in_its_group(
    page: Page, live_server: Any, cycle: OrderCycle, show: Callable[[str], None]
) -> None:
    sign_in(page, live_server, "Lise")
    show("home")
    page.get_by_role("link", name="Choose products").first.click()
    show("shop")
    page.get_by_label("I want: Carrots").fill("4")
    page.get_by_label("and would also take up to: Carrots").fill("2")
    page.get_by_label("I want: Bread").fill("1")
    page.get_by_role("button", name="Keep in basket").click()
    show("basket")
    page.get_by_role("link", name="To checkout").click()
    show("checkout")
    page.get_by_role("button", name="Order with obligation to pay").click()
    order = Order.objects.get()
    assert order.reference in page.content()
    show("order")
    page.go_back()
    page.get_by_role("button", name="Order with obligation to pay").click()  # the back button orders nothing twice
    page.get_by_text("Your pick-up code").wait_for()
    assert Order.objects.get() == order
    household = order.household_id
    assert ledger.balance(f"household:{household}:EUR") == 10_000 - (6 * 190 + 480 - 570)
    assert order.lines.get(name="Carrots").community_minor == 570
    page.goto(live_server.url + reverse("market:wallets:wallet"))
    show("wallet")
    page.goto(live_server.url + reverse("market:ordering:why", args=[order.lines.get(name="Carrots").pk]))
    show("why")


def test_a_coordinator_closes_orders_receives_and_the_treasurer_settles(
    page: Page, live_server: Any, cycle: OrderCycle, show: Callable[[str], None]
) -> None:
    carrots = cycle.offers.get(name="Carrots").product
    build.an_order(cycle.organiser.enrolments.get().household, cycle, {carrots: (4, 2)}, at=timezone.now())
    sign_in(page, live_server, "Amina")
    page.goto(live_server.url + reverse("market:desk:board", args=[cycle.pk]))
    show("board")
    page.get_by_role("button", name="Close it now").click()
    page.get_by_role("link", name="Look at the supplier orders").click()
    show("supplier-orders")
    page.get_by_role("button", name="Send all that are not sent yet").click()
    page.get_by_role("link", name="Record the delivery").click()
    show("receive")
    page.get_by_role("textbox", name="Carrots").fill("5")
    page.get_by_role("button", name="Record what came").click()
    page.get_by_role("heading", name="Who gets how much").wait_for()
    page.goto(live_server.url + reverse("market:supply:packing", args=[cycle.pk]))
    show("packing")
    page.get_by_role("button", name="Sign out").click()
    if page.get_by_role("button", name="Sign Out").count():
        page.get_by_role("button", name="Sign Out").click()
    sign_in(page, live_server, "Teo")
    page.goto(live_server.url + reverse("market:settlement:settle", args=[cycle.pk]))
    show("bills")
    page.get_by_role("button", name="Settle the cycle").click()
    page.get_by_role("heading", name="The proof").wait_for()
    show("settled")
    cycle.refresh_from_db()
    assert cycle.state == OrderCycle.State.SETTLED
    assert Organisation.objects.filter(is_market=True).exists()


def test_an_open_page_shows_what_another_household_orders_without_being_loaded_again(
    page: Page, live_server: Any, cycle: OrderCycle, show: Callable[[str], None]
) -> None:
    build.a_household("Noor", group=cycle.organiser)
    carrots = cycle.offers.get(name="Carrots")
    bar = page.locator(f"#pack-{carrots.pk}")
    page.clock.install()
    sign_in(page, live_server, "Lise")
    page.goto(live_server.url + reverse("market:ordering:shop", args=[cycle.pk]))
    page.get_by_label("I want: Bread").fill("3")  # typed, not kept yet
    page.evaluate("document.body.dataset.loaded = 'once'")
    expect(bar).to_contain_text("Comes in packs of 6")

    assert page.context.browser
    context = page.context.browser.new_context()
    other = context.new_page()
    sign_in(other, live_server, "Noor")
    other.goto(live_server.url + reverse("market:ordering:shop", args=[cycle.pk]))
    other.get_by_label("I want: Carrots").fill("4")
    other.get_by_role("button", name="Keep in basket").click()
    other.get_by_role("link", name="To checkout").click()
    other.get_by_role("button", name="Order with obligation to pay").click()
    other.get_by_text("Your pick-up code").wait_for()
    context.close()

    expect(bar).to_contain_text("Comes in packs of 6")
    page.clock.run_for(21_000)
    expect(bar).to_contain_text("2 missing for the next one")
    assert bar.locator("progress").get_attribute("value") == "4"
    assert page.evaluate("document.body.dataset.loaded") == "once"
    assert page.get_by_label("I want: Bread").input_value() == "3"
    show("live-bar")
