"""What a first visit loads, how it moves, and where its links lead."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from cms.models import OrganisationIndexPage
from market.people.models import Organisation
from tests import builders as build
from tests.cms.test_pages import a_stall

pytestmark = pytest.mark.django_db
SENT_WHOLE = (".woff2", ".png")  # nothing is won by packing them once more


@pytest.fixture(autouse=True)
def stall(index: OrganisationIndexPage, settings: Any, tmp_path: Path) -> Organisation:
    settings.MEDIA_ROOT = tmp_path
    index.show_in_menus = True
    index.save()
    farm = build.a_producer()
    farm.latitude, farm.longitude = "41.60", "2.10"
    farm.save()
    build.an_open_cycle(farm, [build.a_product(farm, "Bread", "4.80")], name="Farm shop", audience="public")
    a_stall(index, farm)
    return farm


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag == name]


def tags_of(path: str) -> Tags:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return Tags(answer.content.decode())


def weight(url: str) -> int:
    content = Path(finders.find(url.removeprefix("/static/"))).read_bytes()
    return len(content) if url.endswith(SENT_WHOLE) else len(gzip.compress(content, 6))


def scripts(tags: Tags) -> int:
    return sum(weight(src) for row in tags.of("script") if (src := row.get("src")))


def test_the_front_page_is_light() -> None:
    tags = tags_of("/en/")
    styles = [str(row["href"]) for row in tags.of("link") if row.get("rel") == "stylesheet"]
    fonts = [
        urljoin("/static/css/", name)
        for sheet in styles
        for name in re.findall(r'url\("([^"]+woff2)"\)', Path(finders.find(sheet.removeprefix("/static/"))).read_text())
    ]
    page = len(gzip.compress(Client().get("/en/").content, 6))
    drawings = weight("/static/img/icons.svg") + weight("/static/img/produce.svg")
    total = page + sum(map(weight, styles)) + sum(map(weight, fonts)) + scripts(tags) + drawings
    assert total <= 250_000, total
    assert scripts(tags) <= 30_000


def test_only_pages_with_a_map_load_the_map() -> None:
    assert scripts(tags_of("/en/producers/")) <= 30_000 + 45_000
    assert "leaflet" in Client().get("/en/producers/").content.decode()
    assert "leaflet" not in Client().get("/en/").content.decode()


@pytest.mark.parametrize("path", ["/en/", "/en/producers/", "/en/producers/riverside-farm/"])
def test_no_picture_moves_the_page_when_it_arrives(path: str) -> None:
    for picture in tags_of(path).of("img"):
        assert picture.get("width"), picture
        assert picture.get("height"), picture
        assert picture.get("alt") is not None, picture


def nothing_from_elsewhere(path: str, tags: Tags) -> None:
    """No page lets a browser ask another house for anything."""
    for name in ("img", "source", "script", "iframe", "video", "audio", "embed", "object"):
        for row in tags.of(name):
            for source in filter(None, (row.get("src"), row.get("srcset"), row.get("data"))):
                assert "//" not in source, f"{source}, on {path}"
    for row in tags.of("link"):
        if row.get("rel") not in ("alternate", "canonical"):
            assert "//" not in str(row.get("href")), f"{row}, on {path}"


def follow_every_link() -> set[str]:
    """Ask, from our own sitemap on, for every address a visitor can follow; all answer, or ask to sign in."""
    listed = re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", Client().get(reverse("sitemap")).content.decode())
    assert len(listed) > 8
    seen: set[str] = set()
    waiting = [("the sitemap", path) for path in ("/", *listed)]
    while waiting:
        origin, path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = Client().get(path, follow=False)
        assert answer.status_code in (200, 301, 302), f"{path}, from {origin}"
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        tags = Tags(answer.content.decode())
        nothing_from_elsewhere(path, tags)
        for link in [*tags.of("a"), *(row for row in tags.of("link") if row.get("rel") in ("alternate", "canonical"))]:
            target = urlsplit(urljoin(path, link.get("href") or ""))
            known = target.netloc in ("", "testserver", "127.0.0.1:8000", "localhost")
            if target.scheme in ("", "http", "https") and known:
                address = target.path + (f"?{target.query}" if target.query else "")
                # Signing in and searching lead to as many addresses as there are pages to come back to.
                if "/accounts/" not in address and "q=" not in address:
                    waiting.append((path, address))
    return seen


def test_no_link_of_the_square_leads_nowhere() -> None:
    assert len(follow_every_link()) > 20


def test_every_listed_page_says_what_it_is_to_whoever_passes_it_on(settings: Any) -> None:
    listed = re.findall(r"<loc>([^<]+)</loc>", Client().get(reverse("sitemap")).content.decode())
    assert any("/orders/shop/" in address for address in listed)
    for address in listed:
        assert address.startswith(settings.SITE_URL), address
        tags = tags_of(urlsplit(address).path)
        told = {row.get("property") or row.get("name"): row.get("content") for row in tags.of("meta")}
        assert [row["href"] for row in tags.of("link") if row.get("rel") == "canonical"] == [address]
        assert told["og:url"] == address
        assert told["description"], address
        assert told["og:description"] == told["description"]
        path = urlsplit(str(told["og:image"])).path
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else (
            Path(settings.MEDIA_ROOT) / path.removeprefix("/media/")
        )  # fmt: skip
        assert found, path
        assert Path(found).exists(), path


def test_the_style_page_shows_every_part(settings: Any) -> None:
    from django.test import RequestFactory

    from cms.views import styleguide

    page = styleguide(RequestFactory().get("/styleguide/")).content.decode()
    for part in ("awning", "messages", "tasks", "empty", "swatch-leaf", "#carrot"):
        assert part in page
    assert Client().get("/styleguide/", follow=True).status_code == 404
