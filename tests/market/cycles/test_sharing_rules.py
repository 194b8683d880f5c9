"""A coordinator gives many products their own sharing rule at once, and households see it before they order."""

import hashlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.cycles.drafting import set_sharing
from market.cycles.models import OrderCycle
from market.cycles.services import open_cycle
from market.ordering.models import AllocationShare
from market.ordering.reports import RULES
from market.people.models import Household
from tests import builders as build

pytestmark = pytest.mark.django_db
Strategy = OrderCycle.Strategy


class Draft:
    def __init__(self) -> None:
        now = timezone.now()
        self.group, self.farm, self.mill = build.a_group(), build.a_producer(), build.a_producer("The Mill")
        self.honey, self.leeks = (build.a_product(self.farm, name, pack_size=6) for name in ("Honey", "Leeks"))
        self.flour, self.bread = (build.a_product(self.mill, name, pack_size=4) for name in ("Flour", "Bread"))
        build.a_household("Lise", group=self.group)
        self.cycle = build.a_draft(
            self.group, [self.honey, self.leeks, self.flour, self.bread], opens_at=now - build.timedelta(hours=1),
            closes_at=now + build.timedelta(days=1), distribution_at=now + build.timedelta(days=2),
        )  # fmt: skip
        self.amina, self.lise = Client(), Client()
        self.amina.force_login(build.a_person("Amina"))
        self.lise.force_login(build.a_person("Lise"))
        self.path = reverse("market:cycles:sharing", args=[self.cycle.pk])

    def rules(self) -> dict[str, str]:
        return dict(self.cycle.offers.order_by("name").values_list("name", "strategy"))

    def offer(self, product: object) -> int:
        return int(build.offer_of(self.cycle, product).pk)  # type: ignore[arg-type]


def test_one_press_gives_products_and_whole_producers_their_rule() -> None:
    draft = Draft()
    draft.amina.post(draft.path, {"offer": [draft.offer(draft.honey)], "producer": [draft.mill.pk], "strategy": "lot"})
    assert draft.rules() == {"Bread": "lot", "Flour": "lot", "Honey": "lot", "Leeks": ""}
    draft.amina.post(draft.path, {"offer": [draft.offer(draft.bread)], "strategy": ""})
    assert draft.rules()["Bread"] == ""
    page = draft.amina.get(draft.path).content.decode()
    assert "1 with its own rule" in page


def test_the_rule_survives_choosing_products_anew_and_opening_and_a_lot_gets_its_seed() -> None:
    draft = Draft()
    set_sharing(cycle=draft.cycle, offers=[draft.offer(draft.honey)], producers=[], strategy=Strategy.LOT)
    choose = reverse("market:cycles:producer_products", args=[draft.cycle.pk, draft.farm.slug])
    draft.amina.post(choose, {"product": [draft.honey.pk]})
    cycle = open_cycle(cycle=draft.cycle, actor=None, at=timezone.now())
    assert cycle.offers.get(name="Honey").strategy == "lot"
    assert cycle.seed


def test_households_read_in_the_shop_how_it_is_shared_when_it_is_not_enough() -> None:
    draft = Draft()
    set_sharing(cycle=draft.cycle, offers=[draft.offer(draft.honey)], producers=[], strategy=Strategy.LOT)
    cycle = open_cycle(cycle=draft.cycle, actor=None, at=timezone.now())
    shop = draft.lise.get(reverse("market:ordering:shop", args=[cycle.pk])).content.decode()
    assert "it is shared: first come, first served." in shop
    assert shop.count("If it is not enough for everybody: by lot, with a published seed.") == 1
    honey = draft.lise.get(reverse("market:ordering:line", args=[draft.offer(draft.honey)])).content.decode()
    assert f"<code>{cycle.seed}</code>" in honey
    leeks = draft.lise.get(reverse("market:ordering:line", args=[draft.offer(draft.leeks)])).content.decode()
    assert "Whoever asked earlier is served first" in leeks


def test_rules_that_households_have_seen_stay() -> None:
    draft = Draft()
    cycle = open_cycle(cycle=draft.cycle, actor=None, at=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        set_sharing(cycle=cycle, offers=[draft.offer(draft.honey)], producers=[], strategy=Strategy.LOT)
    assert refusal.value.code == "wrong_state"


def test_a_rule_there_is_not_is_refused() -> None:
    draft = Draft()
    with pytest.raises(ValidationError) as refusal:
        set_sharing(cycle=draft.cycle, offers=[draft.offer(draft.honey)], producers=[], strategy="to_the_loudest")
    assert refusal.value.code == "no_such_rule"
    draft.amina.post(draft.path, {"offer": [draft.offer(draft.honey)], "strategy": "to_the_loudest"})
    assert draft.rules()["Honey"] == ""


def test_who_asks_why_after_a_lot_can_compute_it_again() -> None:
    draft = Draft()
    set_sharing(cycle=draft.cycle, offers=[draft.offer(draft.honey)], producers=[], strategy=Strategy.LOT)
    cycle = open_cycle(cycle=draft.cycle, actor=None, at=timezone.now())
    households = [Household.objects.get(name="Lise")]
    households += [build.a_household(name, group=draft.group) for name in ("Noor", "Omar", "Pau")]
    orders = [build.an_order(household, cycle, {draft.honey: 2}, at=timezone.now()) for household in households]
    build.close(cycle, at=timezone.now())
    line = orders[0].lines.get()
    page = draft.lise.get(reverse("market:ordering:why", args=[line.pk])).content.decode()
    seed = f"{cycle.seed}:{line.offer_id}"
    assert f"<code>{seed}:{households[0].pk}</code>" in page
    tickets = [hashlib.sha256(f"{seed}:{household.pk}".encode()).hexdigest()[:8] for household in households]
    assert re.findall(r"<code>(\w{8})…</code>", page) == sorted(tickets)
    # Six of eight came: the last ticket goes without.
    short = households[tickets.index(max(tickets))]
    assert [row.line.order.household for row in AllocationShare.objects.filter(short__gt=0)] == [short]


def test_who_asks_why_reads_the_rule_in_words_whichever_it_is() -> None:
    draft = Draft()
    for offer, rule in zip(draft.cycle.offers.order_by("pk"), Strategy.values, strict=False):
        set_sharing(cycle=draft.cycle, offers=[offer.pk], producers=[], strategy=rule)
    cycle = open_cycle(cycle=draft.cycle, actor=None, at=timezone.now())
    products = (draft.honey, draft.leeks, draft.flour, draft.bread)
    order = build.an_order(Household.objects.get(), cycle, dict.fromkeys(products, 6), at=timezone.now())
    build.close(cycle, at=timezone.now())
    for line in order.lines.select_related("offer"):
        page = draft.lise.get(reverse("market:ordering:why", args=[line.pk])).content.decode()
        assert str(Strategy(line.offer.strategy).label) in page
        assert str(RULES[line.offer.strategy]) in page
