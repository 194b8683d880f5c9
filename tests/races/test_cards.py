"""Card payments from many sides at once, with real threads on PostgreSQL; the guard has a twin that must go wrong."""

import json
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from ledger import api as ledger
from market import bookkeeping
from market.ordering.models import Order
from market.payments.cards import follow, start_order_payment
from market.payments.models import CardPayment, Payment, StripeCommand, StripeEvent
from market.payments.stripe_fake import FakeStripe, signed
from tests.market.payments.cards.shop import Shop
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TOGETHER = 8


@pytest.fixture
def fake(settings: Any, tmp_path: Path) -> FakeStripe:
    settings.VAR_DIR = tmp_path
    return FakeStripe.here()


def start(shop: Shop, key: Any) -> CardPayment:
    return start_order_payment(
        household=shop.noor, cycle=shop.cycle, community_minor=0, key=key, actor=shop.actor, at=shop.now
    )


def test_a_double_click_and_many_tabs_at_once_make_one_payment(fake: FakeStripe) -> None:
    shop = Shop()
    shop.wants(1)
    key = uuid4()
    steps = [lambda: start(shop, key)] * 4 + [lambda: start(shop, uuid4())] * 4
    assert at_once(steps) == ["done"] * TOGETHER
    assert CardPayment.objects.count() == 1
    assert StripeCommand.objects.count() == 1
    assert len(fake.things("checkout.session")) == 1


def test_its_twin_without_the_lock_opens_several(fake: FakeStripe) -> None:
    shop = Shop()
    shop.wants(1)
    meeting = Barrier(TOGETHER)
    look = CardPayment.objects.unpaid

    def everybody_looks_first() -> Any:
        seen = look()
        list(seen)
        meeting.wait(30)
        return seen.none()

    with (
        patch.object(QuerySet, "select_for_update", lambda rows, *_args, **_named: rows),
        patch.object(type(CardPayment.objects), "unpaid", lambda _manager: everybody_looks_first()),
    ):
        at_once([lambda: start(shop, uuid4())] * TOGETHER)
    assert CardPayment.objects.count() > 1


def test_one_word_that_arrives_many_times_at_once_is_booked_once(fake: FakeStripe) -> None:
    shop = Shop()
    shop.wants(2)
    payment = start(shop, uuid4())
    payment.refresh_from_db()
    fake.act("pay", payment.session_id)
    bodies = [json.dumps(event) for event in fake.events()]

    def word(body: str) -> None:
        sent = {"Stripe-Signature": signed(body)}
        answer = Client().post("/stripe/webhook/", body, content_type="application/json", headers=sent)
        assert answer.status_code == 200

    steps = [lambda body=body: word(body) for body in bodies * 3]
    steps += [lambda: follow(CardPayment.objects.get(), at=timezone.now())] * 3
    assert set(at_once(steps)) == {"done"}
    assert StripeEvent.objects.count() == len(bodies)
    assert (Payment.objects.count(), Order.objects.count()) == (1, 1)
    assert ledger.balance(bookkeeping.held(shop.cycle.pk)) == 960
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 0
    assert ledger.check() == []
