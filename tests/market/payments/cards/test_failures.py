"""Stripe down, slow, losing answers; workers killed: one payment all the same."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from market.desk.clock import tick
from market.ordering.models import Order
from market.payments.calls import run_command
from market.payments.models import Payment, StripeCommand
from market.payments.stripe_fake import FakeStripe
from tests import builders as build
from tests.market.payments.cards.shop import Shop, books, tell_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", ["down", "lost", "error"])
def test_a_call_that_fails_is_made_again_and_opens_one_page(shop: Shop, fake: FakeStripe, fault: str) -> None:
    shop.wants(1)
    fake.fail_next(fault, fault)
    payment = shop.starts()
    assert payment.state == "started"
    command = StripeCommand.objects.get()
    assert (command.state, command.attempts) == ("waiting", 1)
    tick(shop.now + timedelta(minutes=2))
    tick(shop.now + timedelta(minutes=9))
    payment.refresh_from_db()
    assert payment.state == "open"
    fake.act("pay", payment.session_id)
    tell_all(fake)
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_worker_killed_between_the_call_and_the_commit_asks_again_with_the_same_key(
    shop: Shop, fake: FakeStripe
) -> None:
    shop.wants(1)
    with patch("market.payments.outbox.tasks.run_command"):
        payment = shop.starts()
    command = StripeCommand.objects.get()
    with patch("market.payments.calls.apply_session", side_effect=SystemExit), pytest.raises(SystemExit):
        run_command(command.pk, at=shop.now)
    payment.refresh_from_db()
    assert (payment.state, payment.session_id) == ("started", None)
    run_command(command.pk, at=shop.now + timedelta(seconds=30))  # somebody seems to be at it: left alone
    payment.refresh_from_db()
    assert payment.state == "started"
    tick(shop.now + timedelta(minutes=3))
    payment.refresh_from_db()
    assert payment.state == "open"
    assert len(fake.things("checkout.session")) == 1


def test_a_page_of_which_only_stripe_knows_is_found_by_our_own_number(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    with patch("market.payments.outbox.tasks.run_command"):
        payment = shop.starts()
    with patch("market.payments.calls.apply_session", side_effect=SystemExit), pytest.raises(SystemExit):
        run_command(StripeCommand.objects.get().pk, at=shop.now)
    fake.act("pay", fake.things("checkout.session")[0]["id"])
    tell_all(fake)
    payment.refresh_from_db()
    assert payment.state == "paid"
    tick(shop.now + timedelta(minutes=3))  # the command is asked again, and its answer changes nothing
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_lost_words_are_found_by_reconciling(shop: Shop, fake: FakeStripe, capsys: pytest.CaptureFixture[str]) -> None:
    shop.wants(1)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    fake.act("pay_out", 200)
    call_command("reconcile_stripe")
    said = capsys.readouterr().out
    assert "had not arrived" in said
    assert "agree" in said
    assert Order.objects.count() == 1
    before = books()
    call_command("reconcile_stripe")
    assert "0 found" in capsys.readouterr().out
    tell_all(fake)
    assert books() == before


def test_reconciling_says_when_stripe_holds_something_else_than_the_books(shop: Shop, fake: FakeStripe) -> None:
    fake.act("_move", "adjustment", 77)
    with pytest.raises(CommandError, match="1 differences"):
        call_command("reconcile_stripe")
    fake.fail_next("down")
    with pytest.raises(CommandError, match="Nothing is lost"):
        call_command("reconcile_stripe")


def test_who_comes_back_before_stripes_word_does_is_looked_up(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    client = Client()
    client.force_login(shop.actor)
    address = reverse("market:payments:card", args=[payment.key])
    assert client.get(address).headers["Location"] == payment.address
    fake.act("pay", payment.session_id)
    first = client.get(address + "?done=1")
    assert first.headers["Refresh"] == "2"
    again = client.get(address + "?done=1")
    assert again.headers["Location"] == reverse("market:ordering:order", args=[Order.objects.get().reference])
    stranger = Client()
    stranger.force_login(build.a_person("Stranger"))
    assert stranger.get(address).status_code == 404
