"""Supplier orders: one click for all, one mail each in the producer's language, a copy for us, and silence is seen."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from market.supply.models import SupplierOrder
from market.supply.services import answer_supplier_order, ask_silent
from market.supply.tasks import mail_supplier_order
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> object:
    """Three producers whose goods were ordered; the farm reads Catalan."""
    group = build.a_group()
    farm = build.a_producer()
    farm.language, farm.phone = "ca", "+34 600 000 000"
    farm.save(update_fields=["language", "phone"])
    makers = [farm, build.a_producer("Soap Works", editor="Sara"), build.a_producer("Mill", editor="Pau")]
    products = [build.a_product(maker, f"Good of {maker}") for maker in makers]
    cycle = build.an_open_cycle(group, products)
    build.an_order(build.a_household("Lise", group=group), cycle, dict.fromkeys(products, 2))
    build.close(cycle)
    mail.outbox.clear()
    return cycle


def test_all_supplier_orders_go_out_with_one_click_and_once(cycle: object) -> None:
    address = reverse("market:supply:orders", args=[cycle.pk])
    for _again in range(2):
        assert client_of("Amina").post(address).status_code == 302
    for row in SupplierOrder.objects.all():
        mail_supplier_order.call(row.pk)  # a worker that starts again mails nobody twice
    assert sorted(message.to[0] for message in mail.outbox) == [
        "mill@cabas.example",
        "riverside.farm@cabas.example",
        "soap.works@cabas.example",
    ]


def test_the_mail_speaks_the_producers_language_and_a_copy_reaches_the_coordinator(cycle: object) -> None:
    build.order_from_producers(cycle)
    message = next(message for message in mail.outbox if "riverside" in message.to[0])
    assert "Comanda de Green Basket" in message.subject
    assert message.cc == ["amina@cabas.example"]  # the group has no address of its own
    (_html, pdf, csv) = [*message.alternatives, *message.attachments]
    assert "Comanda" in PdfReader(BytesIO(pdf[1])).pages[0].extract_text()
    assert "Good of Riverside Farm" in str(csv[1])


def test_who_has_not_answered_is_seen_with_since_when_and_how_to_call(cycle: object) -> None:
    build.order_from_producers(cycle)
    SupplierOrder.objects.update(sent_at=timezone.now() - timedelta(days=2))
    answered = SupplierOrder.objects.get(producer__name="Mill")
    client_of("visitor").post(reverse("market:supply:answer", args=[answered.token]), {
        f"items-{line.pk}": "2" for line in answered.lines.all()
    })  # fmt: skip
    page = client_of("Amina").get(reverse("market:supply:orders", args=[cycle.pk])).content.decode()
    silent = page.split("No answer yet")[1].split("</section>")[0]
    assert "Riverside Farm" in silent
    assert "+34 600 000 000" in silent
    assert "2\xa0days" in silent
    assert "Mill" not in silent


def test_producers_that_stay_silent_are_asked_with_one_press_and_once_a_day(cycle: object) -> None:
    orders = build.order_from_producers(cycle)
    answer_supplier_order(supplier_order=orders[0], quantities={}, remark="", at=cycle.closes_at)
    mail.outbox.clear()
    address = reverse("market:supply:orders", args=[cycle.pk])
    for _again in range(2):
        page = client_of("Amina").post(address, {"ask": "1"}, follow=True).content.decode()
    assert "asked again" in page
    silent = SupplierOrder.objects.filter(answer="none")
    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.producer.email for row in silent)
    assert len(mail.outbox) == 2
    ask_silent(cycle=cycle, at=timezone.now() + timedelta(days=1))
    assert len(mail.outbox) == 4
    assert any("Portareu" in message.subject for message in mail.outbox)  # the farm reads Catalan
    assert all(not message.attachments for message in mail.outbox)  # a question, not a second order
