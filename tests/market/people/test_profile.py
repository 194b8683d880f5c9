"""What a person tells of themselves, and what everybody may read before buying."""

import pytest
from django.test import Client
from django.urls import reverse

from market.catalogue.forms import ProductForm
from market.templatetags.produce import drawing_of
from tests import builders as build

pytestmark = pytest.mark.django_db


def test_a_person_keeps_name_language_and_what_they_want_to_be_told() -> None:
    lise = build.a_person("Lise")
    client = Client()
    client.force_login(lise)
    address = reverse("market:people:profile")
    assert client.post(address, {"name": "Lise M.", "language": "ca"}).status_code == 302
    lise.refresh_from_db()
    assert (lise.name, lise.language, lise.news_by_mail) == ("Lise M.", "ca", False)
    assert client.post(address, {"name": "Lise", "language": "tlh"}).status_code == 400


def test_allergens_ingredients_and_the_seller_are_read_before_the_purchase() -> None:
    farm = build.a_producer()
    bread = build.a_product(farm, "Bread", allergens=["gluten", "sesame"], ingredients="wheat flour, water")
    cycle = build.an_open_cycle(farm, [bread], name="Farm shop", audience="public")
    page = Client().get(reverse("market:ordering:line", args=[cycle.offers.get().pk])).content.decode()
    for words in ("gluten, sesame", "wheat flour, water", "Sold by Riverside Farm"):
        assert words in page


def test_a_producer_ticks_the_allergens_the_law_names() -> None:
    field = ProductForm().fields["allergens"]
    assert len(field.choices) == 14
    assert field.clean(["gluten", "milk"]) == ["gluten", "milk"]


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("Apple juice", "juice"), ("Olive oil soap", "soap"), ("Pa de pagès", "bread"), ("Paper", "basket"),
        ("Llibreta", "book"), ("Pomes i peres", "apple"),
        ("Formatge fresc", "cheese"), ("Zanahorias", "carrot"), ("Œufs", "eggs"),
    ],
)  # fmt: skip
def test_a_products_name_chooses_its_drawing(name: str, drawing: str) -> None:
    assert drawing_of(name) == drawing
