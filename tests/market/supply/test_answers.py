"""A producer's answer reaches whoever coordinates: each answer once, in their language; silence shows on the board."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.cycles.models import OrderCycle
from market.desk.clock import tick
from market.people.models import Organisation, User
from market.supply.models import SupplierOrder
from market.supply.services import answer_supplier_order, ask_silent
from tests import builders as build

pytestmark = pytest.mark.django_db
LATER = build.NOW + timedelta(days=5)


@pytest.fixture
def order() -> SupplierOrder:
    """Six carrots and two leeks, ordered from Riverside Farm."""
    group, farm = build.a_group(), build.a_producer()
    carrots, leeks = (build.a_product(farm, name) for name in ("Carrots", "Leeks"))
    lise = build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots, leeks])
    build.an_order(lise, cycle, {carrots: 6, leeks: 2})
    build.close(cycle)
    (sent,) = build.order_from_producers(cycle)
    mail.outbox.clear()
    return sent


def answer(order: SupplierOrder, carrots: int, remark: str = "", *, at: object = LATER) -> None:
    line = order.lines.get(offer__name="Carrots")
    answer_supplier_order(supplier_order=order, quantities={line.pk: Decimal(carrots)}, remark=remark, at=at)  # type: ignore[arg-type]


def test_a_confirmation_is_mailed_to_the_coordinator_once(order: SupplierOrder) -> None:
    for _press in range(3):
        answer(order, 6)
    (letter,) = mail.outbox
    assert letter.to == ["amina@cabas.example"]
    assert letter.subject == "Riverside Farm confirms the order: First week of March"
    assert reverse("market:supply:orders", args=[order.cycle_id]).split("/", 2)[2] in letter.body
    assert "No answer is missing any more." in letter.body


def test_what_a_producer_does_not_bring_is_named_with_its_remark_and_a_new_answer_is_told_anew(
    order: SupplierOrder,
) -> None:
    User.objects.filter(name="Amina").update(language="ca")
    answer(order, 4, "Hail on Tuesday.")
    answer(order, 4, "Hail on Tuesday.")
    (letter,) = mail.outbox
    assert "Carrots: 4" in letter.body
    assert "Hail on Tuesday." in letter.body
    assert "Leeks" not in letter.body
    assert "/ca/" in letter.body
    answer(order, 5, at=LATER + timedelta(hours=1))
    assert len(mail.outbox) == 2


def test_the_page_of_the_producer_tells_it(order: SupplierOrder) -> None:
    lines = {f"items-{line.pk}": "2" for line in order.lines.all()}
    for _press in range(2):
        Client().post(reverse("market:supply:answer", args=[order.token]), {**lines, "remark": "Little rain"})
    (letter,) = mail.outbox
    assert "Carrots: 2 of 6" in letter.body


def test_a_group_with_an_address_of_its_own_reads_it_there(order: SupplierOrder) -> None:
    Organisation.objects.filter(pk=order.cycle.organiser_id).update(email="desk@cabas.example", language="fr")
    answer(order, 6)
    (letter,) = mail.outbox
    assert letter.to == ["desk@cabas.example"]
    assert "/fr/" in letter.body


def test_a_letter_that_did_not_leave_goes_again_and_then_no_more(order: SupplierOrder) -> None:
    with patch("django.core.mail.EmailMultiAlternatives.send", side_effect=OSError("no mail server")):
        answer(order, 6)
    assert mail.outbox == []
    for minutes in (5, 15, 30):
        tick(LATER + timedelta(minutes=minutes))
    assert [letter.to for letter in mail.outbox] == [["amina@cabas.example"]]


def test_silence_shows_on_the_board_until_the_answer_comes(order: SupplierOrder) -> None:
    desk = Client()
    desk.force_login(build.a_person("Amina"))
    board = reverse("market:desk:board", args=[order.cycle_id])
    silent = '<span class="badge" data-state="bad">no answer yet</span>'
    SupplierOrder.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    OrderCycle.objects.update(distribution_at=timezone.now() + timedelta(days=3))
    assert silent not in desk.get(board).content.decode()  # nobody answers within minutes
    SupplierOrder.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    assert silent in desk.get(board).content.decode()
    answer(order, 6)
    page = desk.get(board).content.decode()
    assert silent not in page
    assert OrderCycle.objects.get().state == OrderCycle.State.ORDERED


@pytest.mark.parametrize(
    ("hours_left", "silent_after"), [(72, 24), (48, 24), (14, 7), (0, 0)], ids=["days", "two", "overnight", "late"]
)
def test_a_producer_has_a_day_to_answer_or_half_of_the_time_that_is_left(
    order: SupplierOrder, hours_left: int, silent_after: int
) -> None:
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert order.sent_at
    order.cycle.distribution_at = order.sent_at + hours_left * hour
    assert not order.is_silent_at(order.sent_at + silent_after * hour - minute)
    assert order.is_silent_at(order.sent_at + silent_after * hour)


def test_who_still_has_time_is_not_asked_again(order: SupplierOrder) -> None:
    assert order.sent_at
    assert ask_silent(cycle=order.cycle, at=order.sent_at + timedelta(minutes=5)) == []
    assert ask_silent(cycle=order.cycle, at=order.sent_at + timedelta(days=1)) == [order]


def test_the_question_says_again_what_was_ordered(order: SupplierOrder) -> None:
    assert order.sent_at
    assert ask_silent(cycle=order.cycle, at=order.sent_at + timedelta(days=2)) == [order]
    (letter,) = mail.outbox
    assert "6 × Carrots\n2 × Leeks" in letter.body
    assert order.token in letter.body


def test_an_answer_says_who_is_still_silent() -> None:
    group = build.a_group()
    names = ["Riverside Farm", "Soap Works", "New Mill"]
    goods = [build.a_product(build.a_producer(name, editor=f"Of {name}"), f"Goods of {name}") for name in names]
    cycle = build.an_open_cycle(group, goods)
    build.an_order(build.a_household("Lise", group=group), cycle, dict.fromkeys(goods, 1))
    build.close(cycle)
    sent = build.order_from_producers(cycle)
    mail.outbox.clear()
    farm = next(row for row in sent if row.producer.name == "Riverside Farm")
    answer_supplier_order(supplier_order=farm, quantities={}, remark="", at=LATER)
    assert "Still without an answer: New Mill, Soap Works." in mail.outbox[0].body
