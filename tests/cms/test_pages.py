"""Pages of the public site: what they show, in which language, and who may edit them."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.editors import start_page
from cms.models import CabasImage, OrganisationIndexPage, OrganisationPage, PlainPage
from cms.pictures import draw_ahead
from market.cycles.services import open_cycle
from market.people.models import Membership, Organisation, Role
from market.people.services import appoint
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_stall(index: OrganisationIndexPage, organisation: Organisation, *, text: str = "We grow.") -> OrganisationPage:
    picture = CabasImage(title="Field", description="Rows of carrots")
    drawn = BytesIO()
    Image.new("RGB", (1600, 1000), "green").save(drawn, "PNG")
    picture.file = ImageFile(drawn, name="field.png")
    picture.save()
    page = OrganisationPage(
        title=organisation.name, slug=organisation.slug, organisation=organisation, picture=picture,
        story=[("text", f"<p>{text}</p>"), ("quotation", {"words": "So it is.", "who": "Bruno"}),
               ("facts", [{"name": "Where", "value": "here"}])],
    )  # fmt: skip
    index.add_child(instance=page)
    return page


def seen(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_producers_page_leads_from_the_story_into_the_basket(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    bread = build.a_product(farm, "Bread", "4.80")
    a_stall(index, farm)
    path = "/en/producers/riverside-farm/"
    assert "No stall of its own is open" in seen(path)
    now = timezone.now()
    times = {"opens_at": now, "closes_at": now + timedelta(days=1), "distribution_at": now + timedelta(days=2)}
    cycle = open_cycle(cycle=build.a_draft(farm, [bread], audience="public", **times), actor=None, at=now)
    page = seen(path)
    assert "We grow." in page
    assert 'alt="Rows of carrots"' in page
    assert reverse("market:ordering:line", args=[cycle.offers.get().pk]) in page
    assert cycle.name in seen("/en/")


def test_what_only_members_may_order_is_no_offer_on_a_public_page(index: OrganisationIndexPage) -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots = build.a_product(farm, "Carrots")
    now = timezone.now()
    times = {"opens_at": now, "closes_at": now + timedelta(days=1), "distribution_at": now + timedelta(days=2)}
    open_cycle(cycle=build.a_draft(group, [carrots], **times), actor=None, at=now)
    a_stall(index, farm)
    page = seen("/en/producers/riverside-farm/")
    assert "Choose" not in page
    assert "€2.00" not in page
    assert "Green Basket" in page


def test_an_organisation_without_a_page_is_listed_all_the_same(index: OrganisationIndexPage) -> None:
    build.a_group()
    farm = build.a_producer()
    a_stall(index, farm)
    assert {"Green Basket", "Riverside Farm"} <= set(seen("/en/producers/").replace(">", "<").split("<"))
    only_farms = seen("/en/producers/?kind=farm")
    assert "Riverside Farm" in only_farms
    assert "Green Basket" not in only_farms
    assert "Green Basket" in seen("/en/producers/?q=basket")
    assert "Show all" in seen("/en/producers/?q=nobody&kind=what")
    Organisation.objects.filter(slug="green-basket").update(takes_currency=True)
    taking = seen("/en/producers/?currency=1")
    assert "Green Basket" in taking
    assert "Riverside Farm" not in taking


def test_a_page_in_another_language_is_shown_there_and_the_switch_finds_it(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    stall = a_stall(index, farm)
    catalan = Locale.objects.create(language_code="ca")
    copy = stall.copy_for_translation(catalan, copy_parents=True)
    copy.title, copy.slug = "La Riba", "la-riba"
    copy.story = [("text", "<p>Cultivem.</p>")]
    copy.save_revision().publish()
    assert 'href="/ca/producers/la-riba/"' in seen("/en/producers/riverside-farm/")
    assert "Cultivem." in seen("/ca/producers/la-riba/")
    assert "La Riba" in seen("/ca/producers/") or "Riverside Farm" in seen("/ca/producers/")
    assert 'lang="fr" hreflang="fr"' in seen("/en/producers/riverside-farm/")


def test_a_page_nobody_translated_is_read_in_the_readers_frame_and_says_so(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    stall = a_stall(index, farm)
    for code in ("ca", "fr"):
        index.copy_for_translation(
            Locale.objects.create(language_code=code), copy_parents=True
        ).save_revision().publish()
    page = seen("/fr/producers/riverside-farm/")
    assert '<html lang="fr">' in page
    assert '<h1 lang="en">Riverside Farm</h1>' in page
    assert "anglais" in page
    assert re.findall(r'rel="alternate" hreflang="(\w+)"', page) == ["en"]
    assert f'rel="canonical" href="{settings.SITE_URL}/en/producers/riverside-farm/"' in page
    assert 'href="/fr/producers/riverside-farm/"' in seen("/fr/producers/")
    assert "anglais" not in seen("/fr/producers/")[: seen("/fr/producers/").index("<h1")]
    copy = stall.copy_for_translation(Locale.objects.get(language_code="ca"))
    copy.slug = "la-riba"
    copy.save_revision().publish()
    assert Client().get("/ca/producers/riverside-farm/").headers["Location"] == "/ca/producers/la-riba/"
    assert seen("/fr/producers/").count("<article") == 1
    assert Client().get("/fr/producers/nobody/").status_code == 404


def test_the_language_switch_keeps_what_was_asked_for(index: OrganisationIndexPage) -> None:
    index.copy_for_translation(Locale.objects.create(language_code="ca"), copy_parents=True).save_revision().publish()
    page = seen("/en/producers/?activity=food&q=oli")
    assert 'href="/ca/producers/?activity=food&amp;q=oli" lang="ca"' in page
    assert f'hreflang="ca" href="{settings.SITE_URL}/ca/producers/"' in page


def test_one_organisation_has_one_page_in_a_language(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    a_stall(index, farm)
    second = OrganisationPage(title="Again", slug="again", organisation=farm, locale=index.locale, story=[])
    with pytest.raises(ValidationError, match="a page in this language"):
        second.clean()


def test_a_public_page_takes_fifteen_queries_at_most_however_many_stalls_there_are(
    index: OrganisationIndexPage, settings: Any
) -> None:
    """Counted as in production, where what processes share is kept in the database."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    }
    call_command("createcachetable", verbosity=0)
    paths = ("/en/", "/en/producers/", "/en/producers/farm-0/")
    counts = []
    for farms in (range(2), range(2, 14)):
        for number in farms:
            a_stall(index, build.a_producer(f"Farm {number}"))
        counts.append([_queries(path) for path in paths])
    few, many = counts
    assert many == few
    assert max(many) <= 15, dict(zip(paths, many, strict=True))


def _queries(path: str) -> int:
    seen(path)  # draws the pictures in the sizes the page wants
    with CaptureQueriesContext(connection) as captured:
        seen(path)
    return len(captured)


def test_the_menu_follows_the_pages_at_once(index: OrganisationIndexPage) -> None:
    about = PlainPage(title="About", slug="about", story=[("text", "<p>Us.</p>")], show_in_menus=True)
    index.get_parent().add_child(instance=about)
    assert "About" in seen("/en/")
    about.title = "Who we are"
    about.save_revision().publish()
    assert "Who we are" in seen("/en/")
    about.unpublish()
    assert "Who we are" not in seen("/en/")


def test_pictures_come_in_webp_at_once_and_in_avif_when_the_worker_drew_them(index: OrganisationIndexPage) -> None:
    stall = a_stall(index, build.a_producer())
    picture = stall.picture
    assert picture
    shown = _picture("/en/producers/riverside-farm/")
    assert re.search(r'<img[^>]+\.webp"', shown)
    assert re.search(r'<img[^>]+width="480"', shown)
    assert re.search(r'<img[^>]+height="300"', shown)
    assert "1152w" in shown
    assert "avif" not in shown
    draw_ahead.call(picture.pk, "avif")
    caches["renditions"].clear()  # as a minute later
    assert 'type="image/avif"' in _picture("/en/producers/riverside-farm/")
    assert 'loading="lazy"' in _picture("/en/producers/")


def test_a_picture_is_cut_anew_around_what_matters_in_it(index: OrganisationIndexPage) -> None:
    stall = a_stall(index, build.a_producer())
    picture = stall.picture
    assert picture
    before = _picture("/en/producers/riverside-farm/")
    picture.focal_point_x = picture.focal_point_y = 100
    picture.focal_point_width = picture.focal_point_height = 50
    picture.save()
    after = _picture("/en/producers/riverside-farm/")
    assert set(re.findall(r"/media/\S+?\.webp", after)).isdisjoint(re.findall(r"/media/\S+?\.webp", before))


def test_a_new_picture_is_handed_to_the_worker(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as asked:
        drawn = BytesIO()
        Image.new("RGB", (64, 40), "green").save(drawn, "PNG")
        picture = CabasImage.objects.create(title="Field", file=ImageFile(drawn, name="field.png"))
    assert len(asked) >= 1
    with django_capture_on_commit_callbacks(execute=True):
        picture.save()
    for form in ("webp", "avif"):
        assert picture.renditions.filter(filter_spec__endswith=f"format-{form}").count() == 8


def _picture(path: str) -> str:
    found = re.search(r"<picture>.+?</picture>", seen(path), re.DOTALL)
    assert found
    return found[0]


def test_a_public_page_for_visitors_sets_no_cookie(index: OrganisationIndexPage) -> None:
    a_stall(index, build.a_producer())
    for path in ("/en/", "/en/producers/", "/en/producers/riverside-farm/"):
        answer = Client().get(path)
        assert not answer.cookies, path
        assert "csrfmiddlewaretoken" not in answer.content.decode(), path


def test_a_plain_page_is_shown(index: OrganisationIndexPage) -> None:
    index.get_parent().add_child(instance=PlainPage(title="About", slug="about", story=[("text", "<p>Us.</p>")]))
    assert "Us." in seen("/en/about/")


# --- Editors ---------------------------------------------------------------------------------------------------------


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(build.a_person(name))
    return client


@pytest.fixture
def pages(index: OrganisationIndexPage) -> dict[str, OrganisationPage]:
    """Bruno's farm and Mireia's bakery, each with its page."""
    farm = build.a_producer()
    oven = build.a_producer("Forn del Barri", editor="Mireia")
    for name, organisation in (("Bruno", farm), ("Mireia", oven)):
        a_stall(index, organisation)
        start_page(organisation=organisation, editor=build.a_person(name), locale=index.locale)
    return {
        "farm": OrganisationPage.objects.get(organisation=farm),
        "oven": OrganisationPage.objects.get(organisation=oven),
    }


def test_an_editor_edits_and_publishes_their_own_page_and_no_other(pages: dict[str, OrganisationPage]) -> None:
    client = signed_in("Bruno")
    for verb in ("edit", "unpublish"):
        assert client.get(reverse(f"wagtailadmin_pages:{verb}", args=[pages["farm"].pk])).status_code == 200, verb
        foreign = client.get(reverse(f"wagtailadmin_pages:{verb}", args=[pages["oven"].pk]))
        assert foreign.status_code == 302, verb  # back to the start, with a word that this is not allowed
    assert client.get(reverse("wagtailadmin_pages:delete", args=[pages["oven"].pk])).status_code == 302
    assert client.post(reverse("wagtailadmin_pages:delete", args=[pages["oven"].pk])).status_code == 302
    assert OrganisationPage.objects.filter(pk=pages["oven"].pk).exists()
    home = pages["farm"].get_parent().get_parent()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code == 302


def test_who_is_an_editor_no_longer_may_edit_no_longer(pages: dict[str, OrganisationPage]) -> None:
    client = signed_in("Bruno")
    edit = reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk])
    assert client.get(edit).status_code == 200
    Membership.objects.filter(user=build.a_person("Bruno")).delete()
    assert client.get(edit).status_code == 302
    assert not Group.objects.filter(user=build.a_person("Bruno")).exists()


def test_a_new_editor_may_edit_at_once(pages: dict[str, OrganisationPage]) -> None:
    appoint(user=build.a_person("Sam"), organisation=pages["farm"].organisation, role=Role.EDITOR)
    edit = reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk])
    assert signed_in("Sam").get(edit).status_code == 200
    assert signed_in("Stranger").get(edit).status_code == 302


def test_my_page_is_started_as_a_draft_and_opened(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    address = reverse("my_page", args=[farm.slug])
    assert signed_in("Stranger").post(address).status_code == 404
    assert Client().post(address).headers["Location"].startswith("/en/accounts/login/")
    assert signed_in("Bruno").get(address).status_code == 405
    client = signed_in("Bruno")
    answer = client.post(address)
    page = OrganisationPage.objects.get()
    assert not page.live
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.post(address).headers["Location"] == answer.headers["Location"]
    assert client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200


def test_a_picture_needs_words_for_those_who_cannot_see_it(pages: dict[str, OrganisationPage]) -> None:
    form = get_image_form(CabasImage)(user=build.a_person("Bruno"))
    assert form.fields["description"].required


def test_the_form_says_what_a_page_lacks(pages: dict[str, OrganisationPage]) -> None:
    client = signed_in("Bruno")
    form = client.get(reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk])).content.decode()
    assert "A story of two paragraphs" in form
    assert "A picture: people look" not in form


def test_a_page_is_translated_paragraph_by_paragraph(
    pages: dict[str, OrganisationPage], django_capture_on_commit_callbacks: Any
) -> None:
    """wagtail-localize takes the page's texts apart; what is translated goes out in the other language."""
    catalan = Locale.objects.create(language_code="ca")
    pages["farm"].get_parent().specific.copy_for_translation(catalan, copy_parents=True, alias=True)
    pages["farm"].story.append(("people", [{"name": "Bruno", "work": "grower", "picture": None}]))
    pages["farm"].save_revision().publish()
    source, _created = TranslationSource.get_or_create_from_instance(pages["farm"])
    translation = Translation.objects.create(source=source, target_locale=catalan)
    source.create_or_update_translation(catalan, fallback=True, publish=False)
    segment = source.stringsegment_set.get(string__data="We grow.")
    StringTranslation.objects.create(
        translation_of=segment.string, locale=catalan, context=segment.context, data="Cultivem."
    )
    with django_capture_on_commit_callbacks(execute=True):
        source.create_or_update_translation(catalan, fallback=True, publish=True)
    assert translation.get_target_instance().locale == catalan
    assert "Cultivem." in seen("/ca/producers/riverside-farm/")


def test_an_editor_meets_their_own_pages_first_and_no_others(pages: dict[str, OrganisationPage]) -> None:
    home = signed_in("Bruno").get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk]) in home
    assert "A story of two paragraphs" in home
    assert reverse("wagtailadmin_pages:edit", args=[pages["oven"].pk]) not in home


def test_editors_find_the_pictures_of_their_organisation_and_no_others(pages: dict[str, OrganisationPage]) -> None:
    for page in pages.values():
        assert page.picture
        page.picture.collection = Collection.objects.get(name=page.organisation.name)
        page.picture.save()
    shown = signed_in("Bruno").get(reverse("wagtailimages:index")).context["page_obj"].object_list
    assert [picture.pk for picture in shown] == [pages["farm"].picture_id]


def test_whose_page_it_is_its_editors_do_not_decide(pages: dict[str, OrganisationPage]) -> None:
    form = signed_in("Bruno").get(reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk])).context["form"]
    assert "organisation" not in form.fields
    operator = build.a_person("Operator")
    operator.is_superuser = True
    operator.save()
    form = signed_in("Operator").get(reverse("wagtailadmin_pages:edit", args=[pages["farm"].pk])).context["form"]
    assert "organisation" in form.fields
