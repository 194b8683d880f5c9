"""Pictures for those who cannot see them: in the words of the page, in its language."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.editors import start_page
from cms.models import CabasImage, OrganisationIndexPage, OrganisationPage
from tests import builders as build
from tests.cms.test_editors import written
from tests.cms.test_pages import a_stall, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def stall(index: OrganisationIndexPage) -> OrganisationPage:
    """The farm's page with a picture above it and one in its story."""
    stall = a_stall(index, build.a_producer())
    start_page(organisation=stall.organisation, editor=build.a_person("Bruno"), locale=index.locale)
    return stall


def in_story(picture: CabasImage | None, words: str, *, decorative: bool = False) -> Any:
    block = {"picture": {"image": picture and picture.pk, "alt_text": words, "decorative": decorative}, "caption": ""}
    return [{"type": "picture", "value": block}]


def put_out_in_french(page: OrganisationPage, words: dict[str, str]) -> None:
    """Translate what is given of a page as its editors do, and publish it."""
    french = Locale.objects.create(language_code="fr")
    page.get_parent().specific.copy_for_translation(french, copy_parents=True, alias=True)
    source, _created = TranslationSource.update_or_create_from_instance(page)
    Translation.objects.create(source=source, target_locale=french)
    for segment in source.stringsegment_set.filter(string__data__in=words):
        StringTranslation.objects.create(
            translation_of=segment.string, locale=french, context=segment.context, data=words[segment.string.data]
        )
    copy, _created = source.create_or_update_translation(french, fallback=True, publish=False)
    copy.get_latest_revision().publish()


def test_both_pictures_of_a_translated_page_speak_its_language(stall: OrganisationPage) -> None:
    stall.picture_words = "Rows of carrots at noon"
    stall.story = in_story(stall.picture, "Bruno with a crate")
    stall.save_revision().publish()
    put_out_in_french(
        stall,
        {"Rows of carrots at noon": "Des rangs de carottes à midi", "Bruno with a crate": "Bruno avec une caisse"},
    )
    english, french = seen("/en/producers/riverside-farm/"), seen("/fr/producers/riverside-farm/")
    for words, page in (("Rows of carrots at noon", english), ("Des rangs de carottes à midi", french)):
        assert f'alt="{words}"' in page
        assert f'property="og:image:alt" content="{words}"' in page
    assert 'alt="Bruno with a crate"' in english
    assert 'alt="Bruno avec une caisse"' in french
    assert "carrots" not in french


def test_a_picture_of_a_story_that_only_adorns_it_says_nothing(stall: OrganisationPage) -> None:
    stall.story = in_story(stall.picture, "", decorative=True)
    stall.save_revision().publish()
    page = seen("/en/producers/riverside-farm/")
    assert page.count('alt="Rows of carrots"') == 1  # the one above the story
    assert 'alt=""' in page


def test_a_page_takes_over_what_its_picture_was_described_with(stall: OrganisationPage) -> None:
    """So it stands in the page, where it is translated; the editor's own words stay."""
    client = Client()
    client.force_login(build.a_person("Bruno"))
    assert "In the language of this page" in client.get(edit(stall)).content.decode()
    written(client, stall, "We grow.", picture=str(stall.picture_id), picture_words="")
    assert draft(stall).picture_words == "Rows of carrots"
    written(client, stall, "We grow.", picture=str(stall.picture_id), picture_words="Carrots in May")
    assert draft(stall).picture_words == "Carrots in May"
    other = CabasImage.objects.get(pk=stall.picture_id)
    other.pk, other.description = None, "The barn"
    other.save()
    written(client, stall, "We grow.", picture=str(other.pk), picture_words="Carrots in May")
    assert draft(stall).picture_words == "The barn"


def edit(page: OrganisationPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def draft(page: OrganisationPage) -> OrganisationPage:
    found: OrganisationPage = OrganisationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return found
