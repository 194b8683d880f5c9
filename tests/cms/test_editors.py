"""From an organisation's editor to the public: who may publish, who looks at what is handed in, who is told what."""

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, TaskState

from cms.editors import start_page
from cms.models import OrganisationIndexPage, OrganisationPage
from market.people.access import keepers_of_the_square
from market.people.models import Membership, Role, User
from market.people.services import appoint
from tests import builders as build

pytestmark = pytest.mark.django_db
PATH = "/en/producers/riverside-farm/"


@pytest.fixture
def irene() -> User:
    """An editor of the market itself, who reads Catalan."""
    irene = build.a_person("Irene")
    irene.language = "ca"
    irene.save()
    appoint(user=irene, organisation=build.the_market(), role=Role.EDITOR)
    return irene


@pytest.fixture
def page(index: OrganisationIndexPage, settings: Any) -> OrganisationPage:
    """The farm's page, begun by Bruno, where pages are looked at before they go out."""
    settings.WAGTAIL_WORKFLOW_ENABLED = True
    farm = build.a_producer()
    return start_page(organisation=farm, editor=build.a_person("Bruno"), locale=index.locale)


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(build.a_person(name))
    return client


def written(client: Client, page: Page, text: str, **more: str) -> Any:
    """Send the form of a page with a text as its story."""
    paragraph = {"key": "a", "type": "unstyled", "depth": 0, "text": text, "inlineStyleRanges": [], "entityRanges": []}
    data = {
        "title": page.title, "slug": page.slug, "stands_for": "", "seo_title": "", "search_description": "",
        "story-count": "1", "story-0-deleted": "", "story-0-order": "0", "story-0-type": "text", "story-0-id": "",
        "story-0-value": json.dumps({"entityMap": {}, "blocks": [paragraph]}),
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", **more,
    }  # fmt: skip
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def hand_in(page: Page, text: str = "We grow.") -> TaskState:
    answer = written(client_of("Bruno"), page, text, **{"action-submit": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    return TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)


def decide(page: Page, state: TaskState, verb: str, comment: str = "") -> None:
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, verb, state.pk])
    client_of("Irene").post(address, {"comment": comment})


def test_what_is_handed_in_is_public_when_the_markets_editor_says_so(irene: User, page: OrganisationPage) -> None:
    state = hand_in(page)
    assert Client().get(PATH).status_code == 404
    assert [letter.to for letter in mail.outbox] == [[irene.email]]  # who has never been in the editors' part
    assert "Bruno lliura la pàgina «Riverside Farm»" in mail.outbox[0].body
    assert "Riverside Farm" in client_of("Irene").get(reverse("wagtailadmin_home")).content.decode()
    mail.outbox.clear()
    decide(page, state, "approve")
    assert "We grow." in Client().get(PATH).content.decode()
    assert [letter.to for letter in mail.outbox] == [["bruno@cabas.example"]]
    assert "is out" in mail.outbox[0].subject  # Bruno reads English, whatever Irene reads
    assert PATH in mail.outbox[0].body


def test_an_editor_learns_why_a_page_came_back_and_hands_it_in_again(irene: User, page: OrganisationPage) -> None:
    state = hand_in(page)
    mail.outbox.clear()
    decide(page, state, "reject", "Say where the farm is & how it's reached.")
    assert Client().get(PATH).status_code == 404
    (letter,) = mail.outbox
    assert letter.to == ["bruno@cabas.example"]
    assert "Say where the farm is & how it's reached." in letter.body
    bruno = client_of("Bruno")
    for address in (reverse("wagtailadmin_home"), reverse("wagtailadmin_pages:edit", args=[page.pk])):
        shown = bruno.get(address).content.decode()
        assert "Irene asks for changes:" in shown, address
        assert "Say where the farm is &amp; how" in shown, address
    assert "Hand in again" in shown
    decide(page, hand_in(page, "We grow by the river."), "approve")
    assert "We grow by the river." in Client().get(PATH).content.decode()


def test_a_public_page_stays_as_it_was_until_its_change_is_approved(irene: User, page: OrganisationPage) -> None:
    decide(page, hand_in(page), "approve")
    state = hand_in(page, "We grow and bake.")
    assert "We grow." in Client().get(PATH).content.decode()
    assert "visitors see the page as it was" in client_of("Bruno").get(reverse("wagtailadmin_home")).content.decode()
    decide(page, state, "approve")
    assert "We grow and bake." in Client().get(PATH).content.decode()


def test_an_editor_cannot_publish_what_is_to_be_handed_in(irene: User, page: OrganisationPage) -> None:
    written(client_of("Bruno"), page, "We grow.", **{"action-publish": "1"})
    assert Client().get(PATH).status_code == 404
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "action-publish" not in client_of("Bruno").get(address).content.decode()


def test_editors_may_publish_or_not_as_the_market_has_it_now(page: OrganisationPage, settings: Any) -> None:
    bruno = build.a_person("Bruno")
    for moderated in (False, True):
        settings.WAGTAIL_WORKFLOW_ENABLED = moderated
        client_of("Bruno").get(reverse("wagtailadmin_home"))
        assert page.permissions_for_user(User.objects.get(pk=bruno.pk)).can_publish() is not moderated


def test_without_an_editor_of_the_market_its_operators_are_told(page: OrganisationPage) -> None:
    operator = build.a_person("Operator")
    operator.is_superuser = True
    operator.save()
    hand_in(page)
    assert [letter.to for letter in mail.outbox] == [[operator.email]]


def test_who_is_no_longer_the_markets_editor_keeps_its_pages_no_longer(irene: User, page: OrganisationPage) -> None:
    home = page.get_parent().get_parent()
    edit = reverse("wagtailadmin_pages:edit", args=[home.pk])
    assert client_of("Irene").get(edit).status_code == 200
    assert client_of("Bruno").get(edit).status_code == 302
    assert list(keepers_of_the_square()) == [irene]
    Membership.objects.filter(user=irene).delete()
    assert client_of("Irene").get(edit).status_code == 302


def test_the_markets_editor_finds_the_way_and_keeps_no_catalogue(irene: User) -> None:
    home = client_of("Irene").get("/en/home/").content.decode()
    assert reverse("wagtailadmin_home") in home
    assert "Upload a price list" not in home


def test_an_editors_home_counts_nothing_and_leads_back_to_the_market(page: OrganisationPage) -> None:
    home = client_of("Bruno").get(reverse("wagtailadmin_home"))
    assert home.context["site_summary"].summary_items == []
    assert "Back to the market" in home.content.decode()


def test_nobody_changes_an_address_without_proving_it(page: OrganisationPage) -> None:
    client, address = client_of("Bruno"), reverse("wagtailadmin_account")
    assert "email" not in client.get(address).content.decode().split("<main")[1].split('type="hidden"')[0]
    client.post(address, {"name_email-first_name": "B", "name_email-last_name": "C", "name_email-email": "x@y.example"})
    assert build.a_person("Bruno").email == "bruno@cabas.example"
