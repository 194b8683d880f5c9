"""The site speaks four languages: no text is missing in any of them, and what is filled in stays filled in."""

import re

import pytest
from babel.messages.pofile import read_po

from tests.messages import LANGUAGES, LOCALE, extracted

PLACES = re.compile(r"%\(\w+\)[sd]|<[a-z/]+>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        catalog = read_po(source, locale=language)
    missing = []
    for message in extracted():
        if not message.id:
            continue
        known = catalog.get(message.id, message.context)
        words = known.string if known else ""
        parts = [words] if isinstance(words, str) else list(words)
        if not all(parts) or known.fuzzy:
            missing.append(message.id)
    assert missing == [], "run `make messages` and translate what is empty in locale/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_that_are_filled_in(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        catalog = read_po(source, locale=language)
    wrong = []
    for message in catalog:
        if not message.id or not isinstance(message.id, str):
            continue
        if set(PLACES.findall(message.id)) != set(PLACES.findall(message.string)):
            wrong.append((message.id, message.string))
    assert wrong == []
