"""What pages tell machines is said in schema.org's own words: types, properties and kinds of values it knows."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from enum import EnumMeta
from pathlib import Path
from typing import Any

import pytest
import schema_org
from django.test import Client
from django.urls import reverse
from schema_org.base import PropertyMetadata, SchemaModel

from cms.models import OrganisationIndexPage
from tests import builders as build
from tests.cms.kinds import PAGES, build_kinds
from tests.square import Square

# How JSON writes what schema.org calls a kind of value.
WRITTEN: dict[str, Any] = {
    "Text": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "URL": lambda value: isinstance(value, str) and re.match(r"https?://[^\s/]+(/\S*)?$", value),
    "Date": lambda value: isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d$", value),
    "DateTime": lambda value: isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo,
}


def faults(thing: Any, where: str = "") -> Iterator[str]:
    """Say what in a thing schema.org does not know."""
    name = thing.get("@type", "")
    where = f"{where}{name}"
    kind = getattr(schema_org, name, None)
    if not (isinstance(kind, type) and issubclass(kind, SchemaModel)):
        yield f"{where} is no type"
        return
    known: dict[str, PropertyMetadata] = {row.schema_name: row for row in kind.SCHEMA_PROPERTIES}
    for key, value in thing.items():
        if key in ("@type", "@id"):
            continue
        if key not in known or known[key].superseded_by:
            yield f"{where}.{key} is no property, or a former one"
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from faults(one, f"{where}.{key}=")
            if not any(is_of(one, wanted) for wanted in known[key].ranges):
                yield f"{where}.{key} may be {known[key].ranges}, not {one!r}"


def is_of(value: Any, wanted: str) -> bool:
    """Whether a value is of a kind: a thing of that type, one of a list's members, or written as that kind is."""
    if wanted in WRITTEN:
        return bool(WRITTEN[wanted](value))
    kind = getattr(schema_org, wanted)
    if isinstance(kind, EnumMeta):
        return value in {str(member.value) for member in kind}
    if not isinstance(value, dict):
        return False
    found = getattr(schema_org, value.get("@type", ""), None)
    return isinstance(found, type) and issubclass(found, kind)


def told(path: str) -> list[dict[str, Any]]:
    """Everything a page tells machines."""
    page = Client().get(path).content.decode()
    found = []
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        data = json.loads(text)
        assert data["@context"] == "https://schema.org"
        found += data["@graph"]
    return found


# https://developers.google.com/search/docs/appearance/structured-data: what a search engine shows nothing without.
DEMANDED = {
    "Product": {"name", "offers"},
    "Offer": {"price", "priceCurrency", "availability"},
    "Event": {"name", "startDate", "location"},
    "Place": {"address"},
    "LocalBusiness": {"name", "address"},
    "NewsArticle": {"headline", "datePublished", "image"},
    "ListItem": {"position", "item"},
    "Organization": {"name"},
}


def parts(thing: Any) -> Iterator[dict[str, Any]]:
    """A thing, and all things in it."""
    if isinstance(thing, dict):
        yield thing
    for part in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from parts(part)


def lacks_nothing(everything: list[Any]) -> None:
    """Search engines find what they demand before they show anything."""
    seen = [part for thing in everything for part in parts(thing)]
    assert {part["@type"] for part in seen if "@type" in part} >= DEMANDED.keys()
    assert [part for part in seen if DEMANDED.get(part.get("@type", ""), set()) - part.keys()] == []
    offers = [part for part in seen if part.get("@type") == "Offer"]
    assert {offer["priceCurrency"] for offer in offers} == {"EUR"}
    assert all(float(offer["price"]) > 0 for offer in offers)


@pytest.fixture
def everything(square: Square, index: OrganisationIndexPage, settings: Any, tmp_path: Path) -> list[Any]:
    """What the pages of every kind tell, with a farm shop open."""
    settings.MEDIA_ROOT = tmp_path
    square.farm.website = "https://farm.example.org/"
    square.farm.place = "Camí del Riu 1"
    build_kinds(index, square.farm, square.group)
    shop = build.an_open_cycle(square.farm, [square.carrots], name="Farm shop", audience="public")
    pages = [f"/{language}/{path}" for path in PAGES.values() for language in ("en", "fr")]
    pages.append(reverse("market:ordering:shop", args=[shop.pk]))
    pages.append(reverse("market:ordering:line", args=[shop.offers.get().pk]))
    return [thing for path in pages for thing in told(path)]


@pytest.mark.django_db
@pytest.mark.once
def test_what_pages_tell_machines_is_known_to_schema_org_and_enough_for_search_engines(everything: list[Any]) -> None:
    assert {thing["@type"] for thing in everything} == {
        "BreadcrumbList", "Organization", "LocalBusiness", "NewsArticle", "Event", "ItemList", "Product"
    }  # fmt: skip
    assert sorted({fault for thing in everything for fault in faults(thing)}) == []
    lacks_nothing(everything)


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ({"@type": "Bakery2"}, "is no type"),
        ({"@type": "Product", "startDate": "2026-12-01"}, "Product.startDate is no property"),
        ({"@type": "Event", "location": {"@type": "Person"}}, "Event.location may be"),
        ({"@type": "Event", "startDate": "soon"}, "Event.startDate may be"),
        ({"@type": "Event", "startDate": "2026-12-01T20:00:00"}, "Event.startDate may be"),  # whose clock?
        ({"@type": "Offer", "availability": "https://schema.org/Perhaps"}, "Offer.availability may be"),
        ({"@type": "Offer", "itemOffered": {"@type": "Product", "price": "1"}}, "itemOffered=Product.price is no"),
        ({"@type": "ListItem", "item": "https://cabas.example/"}, "ListItem.item may be"),
    ],
)
def test_the_judge_is_strict(thing: dict[str, Any], fault: str) -> None:
    assert any(fault in said for said in faults(thing)), list(faults(thing))
