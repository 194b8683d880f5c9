"""The demo community is built by services alone, and its books hold."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail_localize.models import TranslationSource

from cms.demo.community import DemoCommunity
from cms.demo.translations import SENTENCES, told_pages
from cms.management.commands.seed_demo import Command
from cms.models.public import words_of
from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.ordering.progress import pack_progress
from market.people.models import Household, User
from tests.cms.test_weight import follow_every_link

LOOKED_AT = ("riverside-farm", "can-clau", "green-basket", "eleven-roofs", "open-mill", "your-first-basket", "repair")


@pytest.mark.once
def test_the_demo_community_is_whole_and_its_books_hold(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    said = capsys.readouterr().out
    assert "The books hold" in said
    assert "2 settled cycles, 0 of their accounts not at zero." in said
    assert "amina@cabas.example" in said
    assert Household.objects.filter(enrolments__group__slug="green-basket").count() >= 12
    cycle = OrderCycle.objects.get(state="open", audience="members")
    bars = pack_progress(cycle).values()
    assert any(bar.packs for bar in bars)
    assert any(bar.missing for bar in bars)
    assert any(bar.quantity == 0 for bar in bars)
    page = Client().get("/en/")
    assert page.status_code == 200
    assert "Riverside Farm" in page.content.decode()
    told = list(told_pages())
    assert len(told) > 40
    for page in told:
        _is_told_in_every_language(page)
    for page in (page for page in told if page.slug in LOOKED_AT):
        with translation.override("en"):  # and as it was afterwards, whatever language was asked for
            _stands_in_every_language(page)
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)
    assert User.objects.get(email="noor@cabas.example").households.count() == 0


@pytest.mark.long
def test_no_link_of_the_demo_leads_nowhere(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("seed_demo", quiet_cast=True)
    with translation.override("en"):
        seen = follow_every_link()
    assert {f"/{code}/" for code in ("ca", "es", "fr", "en")} <= seen
    assert len(seen) > 200


def _stands_in_every_language(english: Page) -> None:
    """The language switch of a page leads to the same page in each language, in its words and not in English."""
    places = dict(
        re.findall(r'rel="alternate" hreflang="(\w+)" href="https?://[^/]+([^"]+)"', _seen(english.get_url()))
    )
    assert set(places) == {"ca", "es", "fr", "en"}, english.slug
    translated = {code: _seen(path) for code, path in places.items()}
    assert len({re.search(r"<main.*</main>", page, re.DOTALL)[0] for page in translated.values()}) == 4  # type: ignore[index]
    assert english.specific.summary_for_cards() not in translated["ca"], english.slug


def _is_told_in_every_language(english: Page) -> None:
    """Every sentence of a page is translated, and none is left in English on the pages made of it."""
    slug = english.slug
    for column, code in enumerate(("es", "fr")):
        source = TranslationSource.objects.get(object_id=english.translation_key)
        shown = source.stringsegment_set.exclude(context__path__in=("slug", "words"))
        for said in shown.values_list("string__data", flat=True):
            assert said in SENTENCES or said == english.title, (slug, said)
        page = english.get_translation(Locale.objects.get(language_code=code)).specific
        told = f"{page.summary_for_cards()} {words_of(getattr(page, 'story', None))}"
        assert any(words[column] in told for words in SENTENCES.values() if len(words[column]) > 40), (slug, code)


def _seen(path: str | None) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.once
def test_the_demo_market_can_stand_on_any_price_list(db: None, tmp_path: Path) -> None:
    lines = "".join(f"F,{n},Jam {n},,Jars,,1,,jar,{n % 7 + 1}.50,,1\n" for n in range(30))
    path = tmp_path / "list.csv"
    path.write_text(
        "producer,sku,name,display_name,category,description,units,unit_type,variant_unit_name,price,on_hand,on_demand\n"
        + lines
    )
    rows = Command().price_list({"catalogue": path, "format": "ofn"})
    DemoCommunity(print, price_list=rows).build()
    ledger.check()
    assert OrderCycle.objects.filter(state="settled").count() == 2
    assert OrderCycle.objects.get(state="open", audience="members").offers.count() == 30
