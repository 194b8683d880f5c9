"""What Stripe says is believed only about the present: forged, old, lying and repeated words."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest
import stripe
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market import bookkeeping
from market.ordering.models import Order
from market.payments.cards import start_top_up
from market.payments.models import Payment, StripeEvent
from market.payments.stripe_fake import FakeStripe, signed
from tests import builders as build
from tests.market.payments.cards.shop import Shop, books, tell, tell_all

pytestmark = pytest.mark.django_db


def test_a_forged_an_old_and_an_unsigned_word_are_refused(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    event = fake.events()[-1]
    body = json.dumps(event)
    client = Client()

    def post(signature: str, text: str = body) -> int:
        sent = {"Stripe-Signature": signature} if signature else {}
        return client.post("/stripe/webhook/", text, content_type="application/json", headers=sent).status_code

    forged = stripe.WebhookSignature.generate_signature_header(body, "whsec_of_somebody_else")
    assert post(forged) == 400
    assert post("") == 400
    assert post(signed(body), body.replace("open", "paid") + " ") == 400
    assert tell(event, timestamp=int(time.time()) - 301) == 400
    assert client.get("/stripe/webhook/").status_code == 405
    assert not StripeEvent.objects.exists()
    assert tell(event, timestamp=int(time.time()) - 290) == 200


def test_either_of_two_secrets_is_taken_while_one_replaces_the_other(
    shop: Shop, fake: FakeStripe, settings: Any
) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "ping", "data": {"object": {}}})
    old = signed(body)
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", *settings.STRIPE_WEBHOOK_SECRETS]
    headers = {"Stripe-Signature": old}
    assert Client().post("/stripe/webhook/", body, content_type="application/json", headers=headers).status_code == 200


def test_a_word_that_lies_about_its_object_changes_nothing(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    session = {**fake.get(payment.session_id or ""), "payment_status": "paid", "status": "complete"}
    lie = {"id": "evt_lie", "object": "event", "type": "checkout.session.completed", "data": {"object": session}}
    assert tell(lie) == 200
    assert not Payment.objects.exists()


def test_a_word_about_a_page_that_is_not_ours_is_kept_and_left_alone(fake: FakeStripe) -> None:
    session = fake.act("open_session", {
        "mode": "payment", "success_url": "https://other.example/", "metadata": {"card_payment": str(uuid4())},
        "line_items": {"0": {"quantity": "1", "price_data": {"currency": "eur", "unit_amount": "500",
                                                             "product_data": {"name": "Other"}}}},
    })  # fmt: skip
    fake.act("pay", session["id"])
    tell_all(fake)
    assert not Payment.objects.exists()
    assert StripeEvent.objects.exclude(processed_at=None).count() == len(fake.events())


def test_any_order_and_repetition_of_the_words_ends_in_the_same_books(shop: Shop, fake: FakeStripe) -> None:
    """Two orders by card, one refund, one payout to the bank: every way the words can arrive."""
    build.pay_in(shop.noor, "1.00")
    shop.wants(2)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    top_up = start_top_up(household=shop.noor, amount_minor=2000, key=uuid4(), actor=shop.actor, at=shop.now)
    top_up.refresh_from_db()
    fake.act("pay", top_up.session_id)
    fake.act("pay_out", 1000)
    events = fake.events()
    seen: list[Any] = []

    @given(order=st.permutations(range(len(events))), again=st.lists(st.sampled_from(range(len(events))), max_size=6))
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
    )
    def arrive(order: list[int], again: list[int]) -> None:
        from django.db import transaction

        point = transaction.savepoint()
        try:
            for number in [*order, *again]:
                assert tell(events[number]) == 200
            outcome = (books(), Order.objects.count(), Payment.objects.count())
            seen.append(outcome)
            assert outcome == seen[0]
        finally:
            transaction.savepoint_rollback(point)

    arrive()
    fees = 2 * 25 + round(8.60 * 1.5) + 30
    assert seen[0][0][bookkeeping.STRIPE] == -(860 + 2000 - fees - 1000)
    assert seen[0][0][bookkeeping.held(shop.cycle.pk)] == 960
    assert seen[0][0][bookkeeping.household(shop.noor.pk)] == 2000
