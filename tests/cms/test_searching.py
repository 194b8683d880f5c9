"""Looking for something: whatever its accents, on both databases; and help where there is nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.urls import reverse

from cms.models import OrganisationIndexPage, PlainPage
from market.catalogue.models import Product
from market.folding import LONGER, PLAIN, Fold, fold
from market.people.models import Organisation
from tests import builders as build
from tests.cms.test_pages import a_stall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def results(words: str, language: str = "en") -> str:
    answer = Client().get(f"/{language}/search/", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Col·laboració", "collaboracio"), ("Mel de Castanyer", "MEL castanyer"), ("ÀGORA Ñandú", "agora nandu"),
        ("L’œuf de Noël", "l'oeuf noel"), ("Mongeta del ganxet", "GANXET"), ("Ceŀler", "celler"),
    ],
)  # fmt: skip
def test_neither_accents_nor_capitals_nor_the_middle_dot_hide_anything(written: str, sought: str) -> None:
    farm = build.a_producer()
    Organisation.objects.filter(pk=farm.pk).update(name=written)
    product = build.a_product(farm, written)
    assert all(word in fold(written) for word in fold(sought).split())
    assert list(Organisation.objects.sought(sought)) == [farm]
    assert list(Product.objects.sought(sought)) == [product]
    assert not Product.objects.sought("nothing like it").exists()


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_database_folds_every_letter_as_the_program_does(case: Any) -> None:
    """Each database has its own way of folding; what one of them left out would not be found there."""
    build.a_producer()
    for letter in [*PLAIN, *LONGER, "l·l", "Ŀl"]:
        written = case(f"x{letter}y")
        (folded,) = Organisation.objects.annotate(folded=Fold(Value(written))).values_list("folded", flat=True)[:1]
        assert folded == fold(written), (connection.vendor, written)


def test_producers_products_and_pages_are_found_together(index: OrganisationIndexPage) -> None:
    farm = build.a_producer("Mel i Mato", editor="Mireia")
    a_stall(index, farm)
    build.a_product(farm, "Mel de romaní", "7.20")
    index.get_parent().add_child(
        instance=PlainPage(title="How bees live", slug="bees", story=[("text", "<p>De la mel al mató.</p>")])
    )
    page = results("mel")
    for words in ("Mel i Mato", "Mel de romaní", "How bees live"):
        assert words in page


def test_where_nothing_is_found_something_near_is_proposed(index: OrganisationIndexPage) -> None:
    build.a_product(build.a_producer(), "Castanyes torrades")
    page = results("castanyas")
    assert "Nobody has that here yet" in page
    assert "Castanyes" in page
    assert "Look by trade" in page or "Search" in page


def test_while_typing_names_are_proposed() -> None:
    build.a_product(build.a_producer(), "Olives farcides")
    ask = reverse("suggestions")
    assert Client().get(ask, {"q": "oli"}).json() == {"names": ["Olives farcides"]}
    assert Client().get(ask, {"q": "o"}).json() == {"names": []}


def test_a_search_for_nothing_or_nonsense_is_answered(index: OrganisationIndexPage) -> None:
    for words in ("", "   ", "'\"%_\\", "·", "x" * 500, "a b c d e"):
        assert results(words)
