"""A coordinator sets up the next weeks, and a household comes in and leaves, on a phone and at a desk."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from market.cycles.models import OrderCycle, PickupPoint
from market.people.joining import invite
from market.people.models import HouseholdTag, Organisation
from tests import builders as build
from tests.browser.test_journeys import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft() -> OrderCycle:
    """A draft of Green Basket with two producers, a pick-up point and a tag."""
    now = timezone.now()
    group, farm, mill = build.a_group(), build.a_producer(), build.a_producer("The Mill", editor="Clara")
    products = [build.a_product(farm, name, "1.90", pack_size=Decimal(6)) for name in ("Carrots", "Leeks", "Chard")]
    products.append(build.a_product(mill, "Bread", "4.80"))
    HouseholdTag.objects.create(group=group, name="North")
    point = PickupPoint.objects.create(organisation=group, name="Ateneu", address="Carrer Major 1")
    times = {"opens_at": now, "closes_at": now + timedelta(days=2), "distribution_at": now + timedelta(days=5)}
    return build.a_draft(group, products, pickup_point=point, **times)


def test_a_coordinator_sets_up_a_cycle(
    page: Page, live_server: Any, draft: OrderCycle, show: Callable[[str], None]
) -> None:
    sign_in(page, live_server, "Amina")
    page.goto(live_server.url + reverse("market:cycles:edit", args=[draft.pk]))
    page.get_by_text("Fees and discounts").click()
    page.get_by_text("Add a fee").click()
    page.get_by_label("Name").last.fill("Van")
    page.get_by_label("How it is counted").select_option(label="euros per kilogram")
    page.get_by_label("Percent or euros").fill("0,35 €")
    page.get_by_text("Steps, limits and VAT").click()
    show("draft")
    page.get_by_role("button", name="Keep, and add another fee").click()
    page.get_by_text("Van: €0.35").wait_for()
    page.get_by_role("button", name="Keep, and choose products").click()
    show("products")
    page.get_by_role("link", name="Riverside Farm").click()
    page.get_by_label("Chard").uncheck()
    show("products-of-one")
    page.get_by_role("button", name="Offer these").click()
    page.get_by_text("2 products are offered.").wait_for()
    page.goto(live_server.url + reverse("market:cycles:sharing", args=[draft.pk]))
    page.get_by_label("All of Riverside Farm").check()
    page.get_by_label("Those ticked are shared").select_option(label="by lot, with a published seed")
    show("sharing")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Kept for 2 products.").wait_for()
    page.goto(live_server.url + reverse("market:cycles:terms", args=[draft.pk]))
    page.locator("summary", has_text="Riverside Farm").click()
    page.get_by_label("Minimum of the whole order").first.fill("€ 50,00")
    show("terms")
    page.get_by_role("button", name="Keep").click()
    assert draft.supplier_terms.get().minimum == 50
    page.goto(live_server.url + reverse("market:cycles:slots", args=[draft.pk]))
    page.get_by_label("Households in each").fill("5")
    page.get_by_role("button", name="Add", exact=True).click()
    show("slots")
    page.goto(live_server.url + reverse("market:cycles:copy", args=[draft.pk]))
    show("copy")
    page.get_by_role("button", name="Draft it").click()
    page.get_by_text("Look what became of the products").wait_for()
    page.goto(live_server.url + reverse("market:cycles:new_schedule", args=[draft.organiser.slug]))
    page.get_by_label("Name of its cycles").fill("Weekly basket")
    show("schedule")
    page.get_by_role("button", name="Keep the schedule").click()
    show("schedules")
    page.goto(live_server.url + reverse("market:desk:board", args=[draft.pk]))
    show("board-draft")


def test_a_household_is_invited_tagged_and_pauses(
    page: Page, live_server: Any, draft: OrderCycle, show: Callable[[str], None]
) -> None:
    group = draft.organiser
    Organisation.objects.filter(pk=group.pk).update(joining_fee=5, joining_deposit=20)
    group.refresh_from_db()
    build.a_household("Lise", group=group)
    link = invite(into=group, actor=build.a_person("Amina"), at=timezone.now())
    build.a_person("Noor")
    sign_in(page, live_server, "Noor")
    page.goto(live_server.url + reverse("market:people:invitation", args=[link.token]))
    show("invitation")
    page.get_by_role("button", name="Come in").click()
    page.get_by_role("link", name="My household").click()
    show("household")
    page.get_by_role("button", name="Pause: we do not order for a while").click()
    page.get_by_role("button", name="We order again").wait_for()
    page.context.clear_cookies()
    sign_in(page, live_server, "Amina")
    page.goto(live_server.url + reverse("market:people:members", args=[group.slug]))
    show("members")
    page.get_by_role("link", name="Lise").click()
    page.get_by_label("Tags").fill("North, new")
    page.get_by_label("receiver").check()
    show("enrolment")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("receiver").wait_for()
    page.goto(live_server.url + reverse("market:people:terms", args=[group.slug]))
    show("joining-terms")
