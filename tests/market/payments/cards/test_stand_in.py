"""The stand-in for Stripe against the types of the stripe package."""

from typing import Any

import pytest
import stripe

from market.payments import stripe_gateway
from market.payments.stripe_fake import FakeStripe
from tests.market.payments.cards.shop import Shop, tell_all

pytestmark = pytest.mark.django_db


def test_the_stand_in_answers_only_with_what_stripe_has(shop: Shop, fake: FakeStripe) -> None:
    shop.wants(1)
    payment = shop.starts()
    fake.act("pay", payment.session_id)
    tell_all(fake)
    payment.refresh_from_db()
    assert payment.payment
    intent = fake.get(payment.payment.reference)
    charge = fake.get(intent["latest_charge"])
    for thing, kind in (
        (fake.get(payment.session_id or ""), stripe.checkout.Session),
        (intent, stripe.PaymentIntent),
        (charge, stripe.Charge),
        (fake.get(charge["balance_transaction"]), stripe.BalanceTransaction),
        (fake.events()[-1], stripe.Event),
        (fake.act("pay_out", 1), stripe.Payout),
    ):
        assert not set(thing) - set(kind.__annotations__) - {"livemode"}, kind


def test_the_stand_in_refuses_what_stripe_has_not(fake: FakeStripe) -> None:
    client = stripe_gateway.client()
    item = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "x"}}}
    good: Any = {"mode": "payment", "success_url": "https://a.example/", "line_items": [item]}
    client.v1.checkout.sessions.create(good, {"idempotency_key": "a"})
    for wrong in ({"payment_method_types": ["card"]}, {"line_items": [{**item, "amount": 5}]}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.create({**good, **wrong})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create({**good, "success_url": "https://b.example/"}, {"idempotency_key": "a"})
