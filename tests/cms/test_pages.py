"""Pages of the public site: what they show, in which language, and who may edit them."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.images.forms import get_image_form
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.editors import start_page
from cms.models import CabasImage, OrganisationIndexPage, OrganisationPage, PlainPage
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


def test_one_organisation_has_one_page_in_a_language(index: OrganisationIndexPage) -> None:
    farm = build.a_producer()
    a_stall(index, farm)
    second = OrganisationPage(title="Again", slug="again", organisation=farm, locale=index.locale, story=[])
    with pytest.raises(ValidationError, match="a page in this language"):
        second.clean()


def test_the_number_of_queries_does_not_grow_with_the_stalls(
    index: OrganisationIndexPage, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        a_stall(index, build.a_producer(f"Farm {number}"))
    # Nine of them are Wagtail's own: the site, the way down to the page, who may see it.
    for path, most in (("/en/", 21), ("/en/producers/", 16), ("/en/producers/farm-3/", 20)):
        seen(path)  # draws the pictures in the sizes the page wants
        with django_assert_max_num_queries(most):
            seen(path)


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


def test_where_pages_are_moderated_editors_hand_in_and_moderators_put_out(
    index: OrganisationIndexPage, settings: Any
) -> None:
    settings.PAGES_MODERATED = True
    farm, bruno, mireia = build.a_producer(), build.a_person("Bruno"), build.a_person("Mireia")
    page = start_page(organisation=farm, editor=bruno, locale=index.locale)
    may = page.permissions_for_user(bruno)
    assert may.can_edit()
    assert not may.can_publish()
    assert may.can_submit_for_moderation()
    state = page.get_workflow().start(page, bruno)
    mireia.groups.add(Group.objects.get(name="Moderators"))
    state.current_task_state.approve(user=mireia)
    page.refresh_from_db()
    assert page.live


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
