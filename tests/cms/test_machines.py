"""The public square as machines read it: caches, search engines, feeds, calendars, networks."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import Locale

from cms.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage, OrganisationIndexPage
from market.cycles.models import Offer
from market.cycles.services import open_cycle
from tests import builders as build
from tests.cms.test_pages import a_stall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def fair(index: OrganisationIndexPage) -> EventPage:
    """A fair in a week, from ten to six in the market's time."""
    fairs = EventIndexPage(title="Fairs", slug="fairs", show_in_menus=True)
    index.get_parent().add_child(instance=fairs)
    begins = timezone.now() + timedelta(7)
    page = EventPage(
        title="Winter fair", slug="winter-fair", introduction="Forty stalls.", starts_at=begins,
        ends_at=begins + timedelta(hours=8), place="Plaça Nova", latitude="41.61", longitude="2.10",
    )  # fmt: skip
    fairs.add_child(instance=page)
    return page


@pytest.fixture
def news(index: OrganisationIndexPage) -> NewsPage:
    top = NewsIndexPage(title="News", slug="news", show_in_menus=True)
    index.get_parent().add_child(instance=top)
    page = NewsPage(title="Jars come back", slug="jars", introduction="Nine of ten.", story=[("text", "<p>So.</p>")])
    top.add_child(instance=page)
    return page


@pytest.fixture
def stall_with_offers(index: OrganisationIndexPage) -> str:
    farm = build.a_producer()
    bread = build.a_product(farm, "Bread", "4.80")
    a_stall(index, farm)
    now = timezone.now()
    times = {"opens_at": now, "closes_at": now + timedelta(days=1), "distribution_at": now + timedelta(days=2)}
    open_cycle(cycle=build.a_draft(farm, [bread], audience="public", **times), actor=None, at=now)
    return "/en/producers/riverside-farm/"


def linked_data(path: str) -> dict[str, dict[str, Any]]:
    page = Client().get(path).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found, path
    return {thing["@type"]: thing for thing in json.loads(found[1])["@graph"]}


def test_a_shop_tells_machines_what_each_product_costs_and_who_sells_it(stall_with_offers: str) -> None:
    offer = Offer.objects.get()
    things = linked_data(reverse("market:ordering:shop", args=[offer.cycle_id]))
    (listed,) = things["ItemList"]["itemListElement"]
    product = listed["item"]
    assert product["@type"] == "Product"
    assert (product["name"], product["brand"]["name"]) == ("Bread", "Riverside Farm")
    terms = product["offers"]
    assert (terms["price"], terms["priceCurrency"]) == ("4.80", "EUR")
    assert terms["availability"].endswith("InStock")
    assert terms["url"] == f"http://127.0.0.1:8000{reverse('market:ordering:line', args=[offer.pk])}"
    assert things["BreadcrumbList"]["itemListElement"][-1]["name"] == offer.cycle.name


def test_a_products_page_says_the_same_and_when_it_is_sold_out(stall_with_offers: str) -> None:
    offer = Offer.objects.get()
    offer.product.description = "</script><b>Loaf</b>"
    offer.product.save()
    Offer.objects.update(available=0)
    product = linked_data(reverse("market:ordering:line", args=[offer.pk]))["Product"]
    assert product["offers"]["price"] == "4.80"
    assert product["offers"]["availability"].endswith("SoldOut")
    assert product["offers"]["seller"]["name"] == "Riverside Farm"
    assert product["offers"]["availabilityEnds"] == offer.cycle.closes_at.isoformat()
    assert product["description"] == "</script><b>Loaf</b>"


def test_what_only_members_may_order_is_told_to_no_machine(index: OrganisationIndexPage) -> None:
    group = build.a_group()
    lise = build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [build.a_product(build.a_producer(), "Bread")])
    client = Client()
    client.force_login(lise.people.get())
    shop = client.get(reverse("market:ordering:shop", args=[cycle.pk])).content.decode()
    assert "Bread" in shop
    assert "ld+json" not in shop


# --- Caches ----------------------------------------------------------------------------------------------------------


def test_what_a_cache_may_keep_is_the_same_for_everybody(
    stall_with_offers: str, fair: EventPage, news: NewsPage
) -> None:
    """The member's name and balance are in none of it, and the bytes are those a stranger gets."""
    lise = build.a_household("Lise", euros="123.45")
    member = Client()
    member.force_login(lise.people.get())
    member.get(reverse("market:desk:home"))
    pages = ["/en/", "/en/producers/", stall_with_offers, "/en/fairs/", "/en/fairs/winter-fair/", "/en/news/",
             "/en/news/jars/", "/en/search/?q=bread", reverse("news_feed"), reverse("events_calendar")]  # fmt: skip
    for path in pages:
        stranger, known = Client().get(path), member.get(path)
        assert "public" in stranger.headers["Cache-Control"], path
        assert "s-maxage" in known.headers["Cache-Control"], path
        assert "Cookie" not in stranger.headers.get("Vary", ""), path
        assert not stranger.cookies, path
        assert stranger.content == known.content, path
        assert not re.search(r"Lise|123[.,]45|csrfmiddlewaretoken", known.content.decode()), path


def test_nothing_that_knows_the_person_may_be_kept_by_a_cache(stall_with_offers: str) -> None:
    member = Client()
    member.force_login(build.a_household("Lise").people.get())
    for path in (reverse("market:desk:home"), reverse("market:wallets:wallet"), reverse("market:cycles:list"),
                 reverse("market:desk:who"), reverse("market:people:profile")):  # fmt: skip
        said = member.get(path).headers["Cache-Control"]
        assert "private" in said, path
        assert "public" not in said, path


def test_who_has_the_page_already_is_told_so(stall_with_offers: str) -> None:
    first = Client().get(stall_with_offers)
    again = Client().get(stall_with_offers, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_persons_corner_comes_afterwards(stall_with_offers: str) -> None:
    assert f'data-who="{reverse("market:desk:who")}"' in Client().get(stall_with_offers).content.decode()
    assert Client().get(reverse("market:desk:who")).status_code == 204
    member = Client()
    member.force_login(build.a_household("Lise").people.get())
    assert "Lise" in member.get(reverse("market:desk:who")).content.decode()


# --- Search engines and networks -------------------------------------------------------------------------------------


def test_a_producers_offers_are_linked_data_with_prices_in_euros(stall_with_offers: str) -> None:
    things = linked_data(stall_with_offers)
    offer = things["LocalBusiness"]["makesOffer"][0]
    assert (offer["price"], offer["priceCurrency"], offer["itemOffered"]["name"]) == ("4.80", "EUR", "Bread")
    names = [row["name"] for row in things["BreadcrumbList"]["itemListElement"]]
    assert names == ["Cabas", "Producers", "Riverside Farm"]


def test_no_text_ends_the_element_that_holds_linked_data(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    farm.summary = "</script><script>alert(1)</script>"
    farm.save()
    a_stall(index, farm)
    assert linked_data("/en/producers/riverside-farm/")["LocalBusiness"]["description"] == farm.summary
    assert "<script>alert" not in Client().get("/en/producers/riverside-farm/").content.decode()


def test_a_fair_is_linked_data_with_time_and_place(fair: EventPage) -> None:
    event = linked_data("/en/fairs/winter-fair/")["Event"]
    assert event["startDate"] == fair.starts_at.isoformat()
    assert event["location"]["geo"]["latitude"] == pytest.approx(41.61)


def test_whoever_passes_a_page_on_takes_its_picture_along(stall_with_offers: str) -> None:
    page = Client().get(stall_with_offers).content.decode()
    picture = re.search(r'property="og:image" content="(http[^"]+)"', page)
    assert picture
    assert "fill-1200x630" in picture[1]
    assert 'property="og:image:alt" content="Rows of carrots"' in page


def test_the_sitemap_names_every_page_with_its_languages(stall_with_offers: str, index: OrganisationIndexPage) -> None:
    catalan = Locale.objects.create(language_code="ca")
    copy = index.copy_for_translation(catalan, copy_parents=True)
    copy.save_revision().publish()
    sitemap = Client().get(reverse("sitemap")).content.decode()
    assert "/en/producers/riverside-farm/</loc>" in sitemap
    assert re.search(r'hreflang="ca" href="[^"]+/ca/producers/"', sitemap)
    assert reverse("market:people:groups") in sitemap
    robots = Client().get("/robots.txt").content.decode()
    assert "Disallow: /cms-admin/" in robots
    assert "/sitemap.xml" in robots


def test_the_market_can_be_put_beside_other_apps() -> None:
    answer = Client().get(reverse("manifest"))
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in answer.json()["icons"]} == {"192x192", "512x512"}


# --- Feeds and calendars ---------------------------------------------------------------------------------------------


def test_news_come_as_a_feed(news: NewsPage) -> None:
    answer = Client().get(reverse("news_feed"))
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert "Jars come back" in answer.content.decode()
    assert 'type="application/atom+xml"' in Client().get("/en/news/").content.decode()


def test_fairs_come_as_a_calendar_in_universal_time(fair: EventPage) -> None:
    for path in (reverse("events_calendar"), reverse("event_calendar", args=[fair.pk])):
        calendar = Calendar.from_ical(Client().get(path).content)
        (event,) = [row for row in calendar.walk() if row.name == "VEVENT"]
        assert event["SUMMARY"] == "Winter fair"
        assert event.decoded("dtstart") == fair.starts_at.replace(microsecond=0)
        assert event.decoded("dtstart").utcoffset() == timedelta(0)


def test_a_draft_of_a_fair_is_in_no_calendar(fair: EventPage) -> None:
    fair.unpublish()
    assert Client().get(reverse("event_calendar", args=[fair.pk])).status_code == 404
    assert "Winter fair" not in Client().get(reverse("events_calendar")).content.decode()


def test_strangers_get_for_a_minute_what_was_made_for_another(index: OrganisationIndexPage, settings: Any) -> None:
    settings.KEEP_PAGES = True
    path = index.get_url()
    first = Client().get(path)
    assert "Age" not in first.headers
    OrganisationIndexPage.objects.update(introduction="Changed by another process.")
    again = Client().get(path)
    assert again.content == first.content
    assert again.headers["Age"] == "0"
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert Client().get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    editor = Client()
    editor.force_login(build.a_person("Bruno"))
    assert "Changed by another process." in editor.get(path).content.decode()
    assert "Changed by another process." in Client().get(f"{path}?page=1").content.decode()  # another address
    index.save_revision().publish()
    assert "Age" not in Client().get(path).headers  # who publishes is not kept waiting


def test_nothing_made_for_one_person_is_kept_for_another(stall_with_offers: str, settings: Any) -> None:
    settings.KEEP_PAGES = True
    cycle = Offer.objects.get().cycle
    paths = [reverse("market:ordering:shop", args=[cycle.pk]), reverse("account_login"), reverse("market:desk:who")]
    member = Client()
    member.force_login(build.a_household("Lise").people.get())
    for path in paths:
        for client in (member, Client(), member, Client()):
            assert "Age" not in client.get(path).headers, path
