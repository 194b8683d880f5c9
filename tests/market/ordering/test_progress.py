"""How full packs and supplier orders are, live: right, cheap to ask for, and never a list of who ordered what."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from market.cycles.models import SupplierTerms
from market.cycles.services import open_cycle
from market.ordering.closing import demand, fill
from market.ordering.progress import at_risk, pack_progress, supplier_progress
from tests import builders as build

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Scene:
    """An open cycle of a farm with eggs in packs of six."""

    def __init__(self, products: int = 1) -> None:
        now = timezone.now()
        self.group, self.farm = build.a_group(), build.a_producer()
        self.eggs, *self.others = [
            build.a_product(self.farm, f"Eggs {n or ''}".strip(), "1.00", pack_size=Decimal(6)) for n in range(products)
        ]
        self.lise, self.noor = (build.a_household(name, group=self.group, euros="500") for name in ("Lise", "Noor"))
        self.times = {"opens_at": now - MINUTE, "closes_at": now + 60 * MINUTE, "distribution_at": now + 90 * MINUTE}
        draft = build.a_draft(self.group, [self.eggs, *self.others], **self.times)
        self.cycle = open_cycle(cycle=draft, actor=None, at=now)
        self.path = reverse("market:ordering:progress", args=[self.cycle.pk])

    def order(self, household, wishes) -> None:
        build.an_order(household, self.cycle, wishes, at=timezone.now())

    def browser(self, name: str = "Lise") -> Client:
        client = Client()
        client.force_login(build.a_person(name))
        return client


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_everybody_sees_what_is_missing_and_what_of_theirs_is_at_risk(scene) -> None:
    scene.order(scene.lise, {scene.eggs: 4})
    (bar,) = pack_progress(scene.cycle, scene.lise).values()
    assert (bar.packs, bar.missing, bar.at_risk, bar.filled) == (0, 2, 4, 4)
    page = scene.browser().get(scene.path).content.decode()
    assert "4 × Eggs" in page
    assert "2 missing in the pack" in page
    assert "Yours at risk" not in scene.browser("Noor").get(scene.path).content.decode()
    scene.order(scene.noor, {scene.eggs: (1, 3)})
    (bar,) = pack_progress(scene.cycle, scene.lise).values()
    assert (bar.packs, bar.missing, bar.at_risk, bar.filled) == (1, 0, 0, 6)


@pytest.mark.parametrize("strategy", ["first_come", "equal_share", "proportional", "lot"])
def test_what_the_offers_count_is_what_the_log_says(strategy) -> None:
    group, farm = build.a_group(), build.a_producer()
    eggs = build.a_product(farm, "Eggs", "1.00", pack_size=Decimal(5), minimum_packs=1)
    cycle = build.an_open_cycle(group, [eggs], strategy=strategy)
    households = [build.a_household(f"H{n}", group=group) for n in range(3)]
    wishes = [(0, (3, 1)), (1, (4, 0)), (0, (2, 2)), (2, (5, 0)), (1, (0, 0)), (2, (5, 1))]
    for minute, (who, wish) in enumerate(wishes):
        build.an_order(households[who], cycle, {eggs: wish}, at=build.NOW + minute * MINUTE)
        offer = cycle.offers.get()
        filled = fill(offer, cycle, demand([offer])[offer.pk])
        (bar,) = pack_progress(cycle).values()
        assert bar.packs == filled.packs
        assert bar.quantity == sum(share.quantity for share in filled.shares.values())
        assert bar.tolerance == sum(share.tolerance for share in filled.shares.values())
        for household in households:
            share = filled.shares.get(household.pk)
            assert at_risk(cycle, household, [offer]).get(offer.pk, 0) == (share.short if share else 0)


def test_a_producers_minimum_is_reached_by_packs_that_are_full(scene) -> None:
    SupplierTerms.objects.create(cycle=scene.cycle, producer=scene.farm, minimum=Decimal(10))
    scene.order(scene.lise, {scene.eggs: 7})
    (row,) = supplier_progress(scene.cycle, scene.cycle.offers.all()).values()
    assert (row.reached, row.missing, row.shown) == (6, 4, 6)
    page = scene.browser().get(scene.path).content.decode()
    assert "€6.00" in page
    assert "€4.00" in page
    scene.order(scene.lise, {scene.eggs: 12})
    (row,) = supplier_progress(scene.cycle, scene.cycle.offers.all()).values()
    assert (row.reached, row.missing, row.shown) == (12, 0, 10)


def test_a_page_that_asks_again_is_told_that_nothing_changed(scene) -> None:
    scene.order(scene.lise, {scene.eggs: 4})
    browser = scene.browser()
    first = browser.get(scene.path, headers={"hx-request": "true"})
    assert first.status_code == 200
    assert "<html" not in first.content.decode()
    tag = {"if-none-match": first.headers["ETag"], "hx-request": "true"}
    assert browser.get(scene.path, headers=tag).status_code == 304
    assert browser.get(scene.path, headers={"if-none-match": first.headers["ETag"]}).status_code == 200  # whole page
    scene.order(scene.noor, {scene.eggs: 1})
    assert browser.get(scene.path, headers=tag).status_code == 200
    build.close(scene.cycle, at=timezone.now())
    assert browser.get(scene.path, headers=tag).headers["ETag"] != first.headers["ETag"]


def test_the_shop_asks_for_the_bars_of_the_offers_it_shows(scene) -> None:
    offer = scene.cycle.offers.get()
    shop = scene.browser().get(reverse("market:ordering:shop", args=[scene.cycle.pk])).content.decode()
    assert f'id="pack-{offer.pk}"' in shop
    assert f"?bars={offer.pk}," in shop
    scene.order(scene.noor, {scene.eggs: 4})
    bars = scene.browser().get(f"{scene.path}?bars={offer.pk},x,", headers={"hx-request": "true"}).content.decode()
    assert f'<div id="pack-{offer.pk}" data-hx-swap-oob="true">' in bars
    assert "2 missing for the next one." in bars


def queries(browser: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path, headers=headers).status_code in (200, 304)
    return len(captured)


def test_asking_costs_the_same_however_long_the_log_and_whoever_asks() -> None:
    scene = Scene()
    scene.order(scene.lise, {scene.eggs: 4})
    tag = scene.browser().get(scene.path, headers={"hx-request": "true"}).headers["ETag"]
    again = queries(scene.browser(), scene.path, **{"if-none-match": tag, "hx-request": "true"})
    first = queries(scene.browser(), scene.path)
    for turn in range(30):  # the log grows, the question does not
        scene.order(scene.noor, {scene.eggs: 1 + turn % 3})
    assert scene.cycle.offers.get().demand_changes.count() > 20
    queries(scene.browser("Noor"), scene.path)  # somebody else looks first
    assert queries(scene.browser(), scene.path) <= first
    tag = scene.browser().get(scene.path, headers={"hx-request": "true"}).headers["ETag"]
    assert queries(scene.browser(), scene.path, **{"if-none-match": tag, "hx-request": "true"}) == again <= 3


def test_being_told_that_nothing_changed_costs_three_queries_with_one_offer_and_with_many(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    """The session, the person, and the version of the cycle; no offer is read, whoever else looks."""
    scene = Scene()
    many = [build.a_product(scene.farm, f"Herb {number}", pack_size=Decimal(6)) for number in range(60)]
    draft = build.a_draft(scene.group, many, **scene.times)
    wide = open_cycle(cycle=draft, actor=None, at=timezone.now())
    build.an_order(scene.lise, wide, dict.fromkeys(many, 1), at=timezone.now())
    for person in ("Lise", "Noor"):
        for cycle in (scene.cycle, wide):
            path = reverse("market:ordering:progress", args=[cycle.pk])
            for query in ("", "?bars=" + ",".join(str(pk) for pk in cycle.offers.values_list("pk", flat=True))):
                browser = scene.browser(person)
                tag = browser.get(path + query, headers={"hx-request": "true"}).headers["ETag"]
                with django_assert_num_queries(3):
                    answer = browser.get(path + query, headers={"if-none-match": tag, "hx-request": "true"})
                assert answer.status_code == 304
