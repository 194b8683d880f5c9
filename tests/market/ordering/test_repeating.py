"""The basket of a household: same as last time, more and less by a thumb, and never emptied by the system."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money

from ledger import api as ledger
from market.cycles.models import SupplierTerms
from market.cycles.services import open_cycle
from market.ordering.models import BasketLine, OrderLine
from market.ordering.repeating import repeat_last_order
from tests import builders as build

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Scene:
    """Lise ordered carrots, honey and eggs last time; this time honey is out and eggs are dearer."""

    def __init__(self) -> None:
        now = timezone.now()
        self.group, self.farm = build.a_group(), build.a_producer()
        self.carrots = build.a_product(self.farm, "Carrots", "2.00")
        self.honey = build.a_product(self.farm, "Honey", "6.00")
        self.eggs = build.a_product(self.farm, "Eggs", "1.00", pack_size=Decimal(6))
        self.lise = build.a_household("Lise", group=self.group)
        past = {"opens_at": now - 9 * MINUTE, "closes_at": now - 2 * MINUTE, "distribution_at": now - MINUTE}
        draft = build.a_draft(self.group, [self.carrots, self.honey, self.eggs], name="Last week", **past)
        self.before = open_cycle(cycle=draft, actor=None, at=now - 9 * MINUTE)
        build.an_order(self.lise, self.before, {self.carrots: 2, self.honey: 1, self.eggs: (6, 2)}, at=now - 5 * MINUTE)
        build.close(self.before, at=now - 2 * MINUTE)
        self.eggs.price = Money("1.20", "EUR")
        self.eggs.save()
        times = {"opens_at": now - MINUTE, "closes_at": now + 60 * MINUTE, "distribution_at": now + 90 * MINUTE}
        self.cycle = open_cycle(cycle=build.a_draft(self.group, [self.carrots, self.eggs], **times), actor=None, at=now)
        self.browser = Client()
        self.browser.force_login(build.a_person("Lise"))

    def basket(self) -> dict[str, tuple[Decimal, Decimal]]:
        rows = BasketLine.objects.filter(offer__cycle=self.cycle).select_related("offer")
        return {row.offer.name: (row.quantity, row.tolerance) for row in rows}

    def step(self, product, **form: str):
        path = reverse("market:ordering:step", args=[build.offer_of(self.cycle, product).pk])
        return self.browser.post(path, form, follow=True)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_same_as_last_time_says_what_is_out_of_season_and_what_changed_its_price(scene) -> None:
    page = scene.browser.post(reverse("market:ordering:again", args=[scene.cycle.pk]), follow=True).content.decode()
    assert scene.basket() == {"Carrots": (2, 0), "Eggs": (6, 2)}
    assert "out of season: Honey" in page
    assert "Eggs costs €1.20 now; last time it was €1.00." in page
    assert not OrderLine.objects.filter(order__cycle=scene.cycle).exists()


def test_same_as_last_time_keeps_what_is_chosen_already(scene) -> None:
    scene.step(scene.carrots, by="1")
    for _ in range(2):
        repeat_last_order(household=scene.lise, cycle=scene.cycle, at=timezone.now())
    assert scene.basket() == {"Carrots": (1, 0), "Eggs": (6, 2)}


def test_same_as_last_time_leaves_out_whoever_has_closed(scene) -> None:
    SupplierTerms.objects.create(cycle=scene.cycle, producer=scene.farm, closes_at=timezone.now() - MINUTE)
    repeated = repeat_last_order(household=scene.lise, cycle=scene.cycle, at=timezone.now())
    assert (repeated.kept, sorted(repeated.gone)) == (0, ["Carrots", "Eggs", "Honey"])


def test_a_thumb_adds_and_takes_away_one_step(scene) -> None:
    for _ in range(3):
        scene.step(scene.eggs, by="1")
    scene.step(scene.eggs, by="1", field="tolerance")
    scene.step(scene.eggs, by="-1")
    assert scene.basket() == {"Eggs": (2, 1)}
    page = scene.step(scene.eggs, by="lots").content.decode()
    assert scene.basket() == {"Eggs": (3, 1)}
    assert f'id="offer-{build.offer_of(scene.cycle, scene.eggs).pk}"' in page
    for _ in range(4):
        scene.step(scene.eggs, by="-1")
    scene.step(scene.eggs, by="-1", field="tolerance")
    assert scene.basket() == {}


def test_a_closing_never_empties_the_basket(scene) -> None:
    scene.step(scene.carrots, by="1")
    build.close(scene.cycle, at=timezone.now())
    assert scene.basket() == {"Carrots": (1, 0)}
    page = scene.step(scene.carrots, by="1").content.decode()
    assert scene.basket() == {"Carrots": (1, 0)}
    assert "This cycle is closed" in page


def test_a_limit_holds_on_the_server_whatever_the_browser_sends(scene) -> None:
    """Two tabs, a forged form, a script: what is not there cannot be ordered, and what is sold out neither."""
    poor = build.a_household("Noor", group=scene.group, euros="3.00")
    browser = Client()
    browser.force_login(build.a_person("Noor"))
    offer = build.offer_of(scene.cycle, scene.carrots)
    browser.post(reverse("market:ordering:line", args=[offer.pk]), {f"offer-{offer.pk}-quantity": "2"})
    path = reverse("market:payments:checkout", args=[scene.cycle.pk])
    answer = browser.post(path, {"key": str(uuid4()), "community": "0"})
    assert answer.status_code == 400
    assert not OrderLine.objects.filter(order__household=poor).exists()
    assert ledger.balance(f"household:{poor.pk}:EUR") == 300
    for wrong in ("-5", "1e9", "0.5"):
        browser.post(reverse("market:ordering:line", args=[offer.pk]), {f"offer-{offer.pk}-quantity": wrong})
    assert BasketLine.objects.get(household=poor).quantity == 2
