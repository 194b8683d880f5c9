"""Into a group and out of it: invitations, fee and deposit, pauses, tags, roles, and the limit of a balance."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger import api as ledger
from market.people.joining import (
    accept_invitation,
    enrol,
    invite,
    leave_group,
    leave_household,
    pause,
    resume,
    set_roles,
    set_tags,
)
from market.people.models import Enrolment, Household, Invitation, Membership, Organisation, Role
from market.people.services import ask_to_join, set_credit_limit
from tests import builders as build

pytestmark = pytest.mark.django_db


def a_group_that_asks(fee: str, deposit: str) -> Organisation:
    group = build.a_group()
    Organisation.objects.filter(pk=group.pk).update(joining_fee=Decimal(fee), joining_deposit=Decimal(deposit))
    group.refresh_from_db()
    return group


def balances(household: Household, group: Organisation) -> list[int]:
    codes = [f"household:{household.pk}:EUR", f"household:{household.pk}:due:EUR",
             f"household:{household.pk}:deposit:EUR", f"organisation:{group.pk}:EUR"]  # fmt: skip
    found = ledger.balances(codes)
    return [found.get(code, 0) for code in codes]


def test_joining_takes_fee_and_deposit_once_and_leaving_gives_the_deposit_back() -> None:
    group = a_group_that_asks("5", "20")
    lise = build.a_household("Lise", euros="100")
    enrolment = enrol(household=lise, group=group, at=build.NOW)
    assert balances(lise, group) == [7500, 0, 2000, 500]
    pause(household=lise, group=group, at=build.NOW)
    enrol(household=lise, group=group, at=build.NOW)
    assert balances(lise, group) == [7500, 0, 2000, 500]
    leave_group(enrolment=enrolment, actor=None, at=build.NOW)
    assert balances(lise, group) == [9500, 0, 0, 500]
    assert Enrolment.objects.count() == 0
    assert ledger.check() == []


def test_whoever_asks_to_join_reads_what_it_costs_and_whoever_is_in_reads_that(client: Client) -> None:
    group = a_group_that_asks("5", "20")
    address = reverse("market:people:join", args=[group.slug])
    build.a_household("Noor")
    client.force_login(build.a_person("Noor"))
    page = client.get(address).content.decode()
    assert {words for words in ("€5.00", "€20.00", "waiting list", "Ask to join") if words not in page} == set()
    build.a_household("Lise", group=group)
    client.force_login(build.a_person("Lise"))
    page = client.get(address).content.decode()
    assert "is already here" in page
    assert "Ask to join" not in page


def test_what_the_balance_does_not_cover_is_owed_and_stops_the_first_order() -> None:
    group = a_group_that_asks("5", "20")
    carrots = build.a_product(build.a_producer(), "Carrots")
    lise = build.a_household("Lise", euros="12")
    enrolment = enrol(household=lise, group=group, at=build.NOW)
    assert balances(lise, group) == [0, -1300, 2000, 500]
    cycle = build.an_open_cycle(group, [carrots])
    with pytest.raises(ValidationError) as refused:
        build.an_order(lise, cycle, {carrots: 1})
    assert refused.value.code == "owes"
    leave_group(enrolment=enrolment, actor=None, at=build.NOW)
    assert balances(lise, group) == [700, 0, 0, 500]


def test_a_group_that_asks_nothing_books_nothing() -> None:
    group = build.a_group()
    lise = build.a_household("Lise", group=group, euros="0")
    assert balances(lise, group) == [0, 0, 0, 0]
    assert Enrolment.objects.get().charged_at == build.NOW


def test_the_limit_of_a_balance_is_held_by_the_database() -> None:
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots", "10")
    lise = build.a_household("Lise", group=group, euros="5")
    cycle = build.an_open_cycle(group, [carrots])
    set_credit_limit(household=lise, limit_minor=500)
    build.an_order(lise, cycle, {carrots: 1})
    with pytest.raises(ValidationError) as refused:
        build.an_order(lise, cycle, {carrots: 2})
    assert refused.value.code == "not_enough_euros"
    with pytest.raises(ValidationError) as refused:
        set_credit_limit(household=lise, limit_minor=499)
    assert refused.value.code == "below_balance"
    lise.refresh_from_db()
    assert lise.credit_limit_minor == 500


def test_a_link_lets_many_in_and_a_mailed_one_only_one() -> None:
    group, amina = build.a_group(), build.a_person("Amina")
    link = invite(into=group, actor=amina, at=build.NOW)
    for name in ("Lise", "Omar"):
        household = accept_invitation(
            invitation=link, user=build.a_person(name), household_name=f"House of {name}", at=build.NOW
        )
        assert household.name == f"House of {name}"
    assert Enrolment.objects.filter(status="joined").count() == 2
    mailed = invite(into=group, email="noor@cabas.example", actor=amina, at=build.NOW)
    (letter,) = mail.outbox
    assert letter.to == ["noor@cabas.example"]
    assert mailed.token in letter.body
    accept_invitation(invitation=mailed, user=build.a_person("Noor"), household_name="", at=build.NOW)
    with pytest.raises(ValidationError) as refused:
        accept_invitation(invitation=mailed, user=build.a_person("Pau"), household_name="", at=build.NOW)
    assert refused.value.code == "no_longer_valid"
    late = build.NOW + timedelta(days=31)
    with pytest.raises(ValidationError):
        accept_invitation(invitation=link, user=build.a_person("Pau"), household_name="", at=late)


def test_an_invitation_into_a_household_makes_two_people_order_for_one() -> None:
    lise = build.a_household("Lise")
    link = invite(into=lise, actor=build.a_person("Lise"), at=build.NOW)
    pau = build.a_person("Pau")
    assert accept_invitation(invitation=link, user=pau, household_name="", at=build.NOW) == lise
    assert set(lise.people.all()) == {build.a_person("Lise"), pau}
    build.a_household("Omar")
    with pytest.raises(ValidationError) as refused:
        accept_invitation(invitation=link, user=build.a_person("Omar"), household_name="", at=build.NOW)
    assert refused.value.code == "has_household"
    leave_household(household=lise, user=pau)
    with pytest.raises(ValidationError) as refused:
        leave_household(household=lise, user=build.a_person("Lise"))
    assert refused.value.code == "last_person"


def test_a_household_ends_its_own_pause_but_not_one_the_group_set() -> None:
    group = build.a_group()
    lise = build.a_household("Lise", group=group)
    pause(household=lise, group=group, at=build.NOW, by_group=False)
    assert resume(household=lise, group=group, at=build.NOW).status == "joined"
    pause(household=lise, group=group, at=build.NOW)
    pause(household=lise, group=group, at=build.NOW, by_group=False)
    with pytest.raises(ValidationError) as refused:
        resume(household=lise, group=group, at=build.NOW)
    assert refused.value.code == "paused_by_group"
    assert enrol(household=lise, group=group, at=build.NOW).status == "joined"


def test_tags_are_words_of_the_group_whatever_their_case() -> None:
    group = build.a_group()
    places = [Enrolment.objects.get(household=build.a_household(name, group=group)) for name in ("Lise", "Omar")]
    set_tags(enrolment=places[0], names=["North", " new ", "north", ""])
    set_tags(enrolment=places[1], names=["NORTH"])
    assert sorted(tag.name for tag in group.household_tags.all()) == ["North", "new"]
    assert [tag.name for tag in places[1].tags.all()] == ["North"]
    set_tags(enrolment=places[0], names=[])
    assert places[0].tags.count() == 0


def test_a_group_keeps_a_coordinator_and_nobody_becomes_treasurer_of_the_market_here() -> None:
    group, amina, lise = build.a_group(), build.a_person("Amina"), build.a_person("Lise")
    set_roles(user=lise, organisation=group, roles=[Role.RECEIVER, Role.COORDINATOR, "operator"])
    assert sorted(Membership.objects.filter(user=lise).values_list("role", flat=True)) == ["coordinator", "receiver"]
    set_roles(user=amina, organisation=group, roles=[])
    with pytest.raises(ValidationError) as refused:
        set_roles(user=lise, organisation=group, roles=[Role.RECEIVER])
    assert refused.value.code == "last_coordinator"
    with pytest.raises(ValidationError) as refused:
        set_roles(user=lise, organisation=build.the_market(), roles=[Role.TREASURER])
    assert refused.value.code == "not_here"


# --- Pages -----------------------------------------------------------------------------------------------------------


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(build.a_person(name))
    return client


def path(name: str, *arguments: Any) -> str:
    return reverse(f"market:people:{name}", args=arguments)


def test_the_waiting_list_stands_first_in_the_order_of_asking_and_can_be_declined() -> None:
    group = build.a_group()
    build.a_household("Abel", group=group)
    for hours, name in enumerate(("Zoe", "Lise")):
        ask_to_join(user=build.a_person(name), group=group, household_name=name, at=build.NOW + timedelta(hours=hours))
    amina = client_of("Amina")
    page = amina.get(path("members", group.slug)).content.decode()
    assert page.index("Zoe") < page.index("Lise") < page.index("Abel")
    zoe = Enrolment.objects.get(household__name="Zoe")
    amina.post(path("place", group.slug, zoe.pk), {"step": "leave"})
    assert not Enrolment.objects.filter(pk=zoe.pk).exists()
    lise = Enrolment.objects.get(household__name="Lise")
    refused = amina.post(path("place", group.slug, lise.pk), {"step": "pause"}, follow=True)
    assert "no place yet" in refused.content.decode()


def test_a_coordinator_invites_tags_and_appoints_and_sets_what_joining_costs() -> None:
    group = build.a_group()
    enrolment = Enrolment.objects.get(household=build.a_household("Lise", group=group))
    lise, amina = build.a_person("Lise"), client_of("Amina")
    amina.post(path("members", group.slug), {"email": ""})
    link = Invitation.objects.get()
    assert link.token in amina.get(path("members", group.slug)).content.decode()
    amina.post(path("members", group.slug), {"withdraw": link.pk})
    assert Invitation.objects.count() == 0
    amina.post(path("enrolment", group.slug, enrolment.pk), {"tags": "North, new", f"roles-{lise.pk}": ["receiver"]})
    assert enrolment.tags.count() == 2
    assert Organisation.objects.with_role(lise, Role.RECEIVER).get() == group
    amina.post(path("terms", group.slug), {"joining_fee": "€ 5,50", "joining_deposit": "20"})
    group.refresh_from_db()
    assert (group.joining_fee.amount, group.joining_deposit.amount) == (Decimal("5.5"), 20)
    assert amina.post(path("terms", group.slug), {"joining_fee": "five"}).status_code == 400


def test_only_the_markets_treasurer_sets_a_credit_limit() -> None:
    group = build.a_group()
    lise = build.a_household("Lise", group=group)
    page = path("enrolment", group.slug, Enrolment.objects.get().pk)
    assert "Credit limit" not in client_of("Amina").get(page).content.decode()
    client_of("Amina").post(page, {"limit": "10"})
    lise.refresh_from_db()
    assert lise.credit_limit_minor == 0
    client_of("Teo").post(page, {"limit": "10,50", "tags": "x"})
    lise.refresh_from_db()
    assert lise.credit_limit_minor == 1050
    assert Enrolment.objects.get().tags.count() == 0


def test_a_newcomer_follows_an_invitation_and_a_household_pauses_and_leaves() -> None:
    group = a_group_that_asks("0", "10")
    link = invite(into=group, actor=build.a_person("Amina"), at=timezone.now())
    noor = client_of("Noor")
    page = noor.get(path("invitation", link.token)).content.decode()
    assert "€10.00" in page
    assert noor.post(path("invitation", link.token), {"household_name": "Noor & Co"}).status_code == 302
    place = Enrolment.objects.get()
    assert (place.household.name, place.deposit_minor) == ("Noor & Co", 1000)
    own = path("household")
    for step, status in (("pause", "paused"), ("resume", "joined")):
        noor.post(own, {"place": place.pk, "step": step})
        place.refresh_from_db()
        assert place.status == status
    noor.post(own, {"invite": "1", "email": "pau@cabas.example"})
    assert mail.outbox[0].to == ["pau@cabas.example"]
    inside = Invitation.objects.get(household=place.household)
    assert client_of("Pau").post(path("invitation", inside.token), {"accept": "1"}).status_code == 302
    assert place.household.people.count() == 2
    noor.post(own, {"place": place.pk, "step": "leave"})
    assert Enrolment.objects.count() == 0


def test_an_invitation_that_is_over_says_so() -> None:
    assert client_of("Noor").get(path("invitation", "nonsense")).status_code == 404
