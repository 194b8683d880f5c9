"""A group's members are told that a cycle has opened: once, each in their language, and nobody who does not want it."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from market.cycles.models import OrderCycle, PickupPoint
from market.cycles.services import set_offers
from market.desk.clock import tick
from market.people.joining import pause, set_tags
from market.people.models import Enrolment, HouseholdTag, User
from market.people.services import ask_to_join, create_household
from market.supply.services import reopen_cycle
from tests import builders as build

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return sorted(letter.to[0].split("@")[0] for letter in mail.outbox)


def opening(**fields: object) -> OrderCycle:
    """A cycle that opens by itself at noon, in a group with Lise, Omar, and four who are not to be told."""
    group, farm = build.a_group(), build.a_producer()
    for name in ("Lise", "Omar", "Away", "Quiet"):
        build.a_household(name, group=group)
    pause(household=build.a_person("Away").households.get(), group=group, at=build.NOW)
    User.objects.filter(name="Quiet").update(news_by_mail=False)
    ask_to_join(user=build.a_person("Waiting"), group=group, household_name="Waiting", at=build.NOW)
    create_household(name="Elsewhere", people=[build.a_person("Elsewhere")], at=build.NOW)
    point = PickupPoint.objects.create(organisation=group, name="Ateneu", address="Carrer Major 1")
    products = [build.a_product(farm, name) for name in ("Carrots", "Leeks")]
    return build.a_draft(group, products, opens_at=build.NOW, opens_by_clock=True, pickup_point=point, **fields)


def test_members_are_told_once_that_a_cycle_has_opened() -> None:
    cycle = opening(note="Bring your jars back.\nWe need them.")
    User.objects.filter(name="Omar").update(language="ca")
    tick(build.NOW - timedelta(minutes=1))
    assert told() == []
    for minutes in (0, 1, 60):
        tick(build.NOW + timedelta(minutes=minutes))
    assert told() == ["lise", "omar"]
    letters = {letter.to[0].split("@")[0]: letter for letter in mail.outbox}
    lise = letters["lise"]
    assert lise.subject == "First week of March is open: order until Sun 8 Mar, 12:00"
    for words in (
        "2 products, from Riverside Farm",
        "Bring your jars back.",
        "Ateneu, Carrer Major 1",
        f"shop/{cycle.pk}/",
    ):
        assert words in lise.body
    assert "obert" in letters["omar"].subject
    assert "/ca/" in letters["omar"].body
    assert isinstance(lise, EmailMultiAlternatives)
    page = str(lise.alternatives[0][0])
    assert "back.<br>We need" in page


def test_a_cycle_opened_by_hand_is_told_by_the_next_clock_and_a_reopened_one_is_not_told_again() -> None:
    cycle = build.open_cycle(cycle=opening(), actor=None, at=build.NOW)
    tick(build.NOW)
    assert len(mail.outbox) == 2
    build.close(cycle, at=build.NOW + timedelta(hours=1))
    reopen_cycle(cycle=cycle, closes_at=cycle.distribution_at, actor=None, at=build.NOW + timedelta(hours=2))
    tick(build.NOW + timedelta(hours=3))
    assert len(mail.outbox) == 2


def test_a_clock_that_was_dead_until_the_closing_tells_nobody_that_it_has_opened() -> None:
    cycle = build.open_cycle(cycle=opening(), actor=None, at=build.NOW)
    tick(cycle.closes_at + timedelta(minutes=1))
    assert mail.outbox == []


def test_only_households_with_the_tag_of_a_cycle_are_told_of_it() -> None:
    cycle = opening()
    set_tags(enrolment=Enrolment.objects.get(household__name="Omar"), names=["north"])
    cycle.tags.set([HouseholdTag.objects.get()])
    tick(build.NOW)
    assert told() == ["omar"]


def test_a_shop_open_to_everybody_writes_to_nobody() -> None:
    opening(audience=OrderCycle.Audience.PUBLIC)
    tick(build.NOW)
    assert mail.outbox == []


def test_a_letter_that_cannot_be_delivered_keeps_no_other_back() -> None:
    opening()
    send = EmailMultiAlternatives.send

    def refuse(self: EmailMultiAlternatives, *args: object, **kwargs: object) -> int:
        if self.to == ["lise@cabas.example"]:
            raise OSError("no such mailbox")
        return send(self, *args, **kwargs)  # type: ignore[arg-type]

    with patch.object(EmailMultiAlternatives, "send", refuse):
        tick(build.NOW)
    assert told() == ["omar"]


def test_the_foot_of_the_letter_leads_to_no_more_of_them_without_signing_in() -> None:
    cycle = opening()
    tick(build.NOW)
    letter = next(letter for letter in mail.outbox if letter.to == ["lise@cabas.example"])
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address.split("//")[1].partition("/")[2]
    visitor = Client(enforce_csrf_checks=True)
    assert "No more of these letters" in visitor.get(f"/{path}").content.decode()
    assert User.objects.get(name="Lise").news_by_mail  # looking changes nothing
    assert visitor.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not User.objects.get(name="Lise").news_by_mail
    assert visitor.get(f"/{path[:-3]}xx/").status_code == 404
    OrderCycle.objects.filter(pk=cycle.pk).update(announced_at=None)
    mail.outbox.clear()
    tick(build.NOW + timedelta(minutes=5))
    assert told() == ["omar"]


def test_a_long_list_of_producers_is_cut_in_the_letter() -> None:
    cycle = opening()
    farms = [build.a_producer(f"Farm {number}", editor=f"E{number}") for number in range(9)]
    set_offers(cycle=cycle, products=[build.a_product(farm, "Kale", stock=Decimal(9)) for farm in farms])
    tick(build.NOW)
    assert "Farm 7, and others" in mail.outbox[0].body
