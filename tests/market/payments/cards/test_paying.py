"""Paying by card, against the stand-in for Stripe: whatever happens on the way, the books say the same."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from ledger import api as ledger
from market import bookkeeping
from market.desk.clock import tick
from market.ordering.closing import close_cycle
from market.ordering.models import Order
from market.payments import stripe_gateway
from market.payments.checkout import check_out
from market.payments.models import Payment
from market.payments.stripe_fake import FakeStripe
from market.people.services import set_credit_limit
from tests import builders as build
from tests.market.payments.cards.shop import Shop, books, tell_all

pytestmark = pytest.mark.django_db


def test_the_card_brings_exactly_what_balance_and_community_currency_do_not(shop: Shop, fake: FakeStripe) -> None:
    build.pay_in(shop.noor, "5.00")
    shop.wants(2)
    payment = shop.starts()
    assert (payment.state, payment.amount_minor) == ("open", 460)
    session = fake.get(payment.session_id or "")
    assert (session["amount_total"], session["currency"], session["status"]) == (460, "eur", "open")
    assert not Order.objects.exists()


def test_the_card_brings_nothing_that_the_households_credit_covers(shop: Shop, fake: FakeStripe) -> None:
    set_credit_limit(household=shop.noor, limit_minor=1000)
    shop.noor.refresh_from_db()
    shop.wants(3)
    assert shop.starts().amount_minor == 440
    shop.wants(2)
    with pytest.raises(ValidationError, match="Nothing is missing"):
        shop.starts()
    page = Client()
    page.force_login(shop.actor)
    address = reverse("market:payments:checkout", args=[shop.cycle.pk])
    shown = page.get(address).content.decode()
    assert "Missing" not in shown
    assert "Your credit" in shown
    assert page.post(address, {"key": str(uuid4()), "community": "0"}).status_code == 302
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == -960
    shop.wants(3)
    refused = page.post(address, {"key": str(uuid4()), "community": "0"})
    assert "is 4.40 euros short" in refused.content.decode()


def test_a_paid_page_becomes_balance_and_then_the_order(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(2)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    tell_all(fake)
    payment.refresh_from_db()
    order = Order.objects.get()
    assert (payment.state, payment.order, payment.refusal) == ("paid", order, "")
    (letter,) = mail.outbox
    assert letter.subject == f"Your order {order.reference}"
    assert "Bread" in letter.body
    fee = 25 + round(9.60 * 1.5)
    assert payment.fee_minor == fee
    assert books() == {
        bookkeeping.STRIPE: -(960 - fee),
        bookkeeping.CARD_FEES: -fee,
        bookkeeping.held(shop.cycle.pk): 960,
    }
    assert stripe_gateway.balance() == 960 - fee


def test_less_than_stripe_takes_is_rounded_up_and_the_rest_is_balance(shop: Shop, fake: FakeStripe) -> None:
    build.pay_in(shop.noor, "4.60")
    shop.wants(1)
    payment = shop.starts()
    assert payment.amount_minor == 50
    fake.act("pay", payment.session_id)
    tell_all(fake)
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 30


def test_what_a_household_owes_is_paid_by_the_same_card(shop: Shop, fake: FakeStripe) -> None:
    ledger.post(
        ledger.NewEntry(
            key="owed", kind="order settled", happened_at=shop.now,
            legs=[ledger.Leg(bookkeeping.household_due(shop.noor.pk), bookkeeping.BANK, 120)],
        )
    )  # fmt: skip
    shop.wants(1)
    payment = shop.starts()
    assert payment.amount_minor == 480 + 120
    fake.act("pay", payment.session_id)
    tell_all(fake)
    assert Order.objects.count() == 1
    assert ledger.balance(bookkeeping.household_due(shop.noor.pk)) == 0


def test_a_second_click_a_second_tab_and_the_back_button_make_one_payment(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    key = uuid4()
    first = shop.starts(key)
    assert shop.starts(key) == first
    assert shop.starts() == first  # the second tab has another key
    assert len([row for row in fake.events() if row["type"].startswith("checkout")]) == 0
    fake.act("pay", first.session_id)
    tell_all(fake)
    with pytest.raises(ValidationError, match="Nothing is missing"):
        shop.starts()
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_changed_basket_closes_the_first_page(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    first = shop.starts()
    shop.wants(2)
    second = shop.starts()
    first.refresh_from_db()
    assert (first.state, second.state, second.amount_minor) == ("expired", "open", 960)
    assert fake.get(first.session_id or "")["status"] == "expired"


def test_a_first_page_that_was_paid_meanwhile_counts_and_the_second_is_closed(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    first = shop.starts()
    fake.act("pay", first.session_id)  # no word of it has arrived yet
    shop.wants(2)
    second = shop.starts()
    tell_all(fake)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == "paid"
    # Half of the second basket is paid: nothing is ordered behind anybody's back beyond what the money covers.
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 480
    assert first.refusal
    assert second.state == "expired"


def test_a_payment_that_arrives_after_the_closing_is_balance_never_lost(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(2)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    close_cycle(cycle=shop.cycle, actor=None, at=shop.cycle.closes_at)
    tell_all(fake)
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert "closed" in payment.refusal
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 960
    client = Client()
    client.force_login(shop.actor)
    page = client.get(reverse("market:payments:card", args=[payment.key]) + "?done=1").content.decode()
    assert "on your prepaid balance" in page
    (letter,) = mail.outbox
    assert letter.to == ["noor@cabas.example"]
    assert payment.refusal in letter.body


def test_what_is_sold_out_while_somebody_pays_leaves_the_money_on_the_balance(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(2, "Jam")
    payment = shop.starts()
    lise = build.a_household("Lise")
    shop.wants(2, "Jam", lise)
    check_out(household=lise, cycle=shop.cycle, community_minor=0, key=uuid4(), actor=None, at=shop.now)
    fake.act("pay", payment.session_id)
    tell_all(fake)
    payment.refresh_from_db()
    assert "Jam" in payment.refusal
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 600
    with pytest.raises(ValidationError, match="Jam"):
        shop.starts()  # nobody is sent to pay for what is gone


def test_a_declined_card_books_nothing_and_another_card_may_pay(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    fake.act("decline", payment.session_id)
    tell_all(fake)
    assert not Payment.objects.exists()
    fake.act("pay", payment.session_id)
    tell_all(fake)
    assert Order.objects.count() == 1


def test_the_clock_closes_the_pages_of_a_closed_cycle(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    tick(shop.cycle.closes_at)
    payment.refresh_from_db()
    assert payment.state == "expired"
    assert tick(shop.cycle.closes_at + timedelta(minutes=1))[0] == ["sealed the journal"]


@pytest.mark.parametrize(("succeeds", "orders"), [(True, 1), (False, 0)])
def test_a_slow_method_orders_when_its_money_has_come(
    shop: Shop, fake: FakeStripe, succeeds: bool, orders: int
) -> None:
    shop.wants(1)
    payment = shop.starts()
    fake.act("pay_slowly", payment.session_id)
    tell_all(fake)
    payment.refresh_from_db()
    assert (payment.state, Order.objects.count()) == ("pending", 0)
    fake.act("end_slow", payment.session_id, succeeds)
    tell_all(fake)
    payment.refresh_from_db()
    assert (payment.state, Order.objects.count()) == ("paid" if succeeds else "failed", orders)


def test_cards_are_not_offered_where_nobody_set_them_up(shop: Shop, settings: Any) -> None:
    settings.STRIPE_FAKE = False
    shop.wants(1)
    client = Client()
    client.force_login(shop.actor)
    page = client.get(reverse("market:payments:checkout", args=[shop.cycle.pk])).content.decode()
    assert "by card" not in page
    assert client.get(reverse("market:payments:top_up")).status_code == 404
