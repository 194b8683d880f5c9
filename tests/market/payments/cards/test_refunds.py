"""Top-ups, and money that goes back to a card."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from ledger import api as ledger
from market import bookkeeping
from market.desk.clock import tick
from market.payments import stripe_gateway
from market.payments.cards import start_top_up
from market.payments.checkout import check_out
from market.payments.models import CardPayment, Refund, StripeCommand
from market.payments.refunds import ask_refund
from market.payments.stripe_fake import FakeStripe
from market.treasury.services import issue_paid_top_ups
from tests import builders as build
from tests.market.payments.cards.shop import Shop, tell_all

pytestmark = pytest.mark.django_db


def test_units_paid_by_card_are_issued_once_when_the_payment_has_arrived(shop: Shop, fake: FakeStripe) -> None:
    eco = build.a_currency()
    payment = start_top_up(
        household=shop.noor, amount_minor=1500, currency=eco, key=uuid4(), actor=shop.actor, at=shop.now
    )
    payment.refresh_from_db()
    assert issue_paid_top_ups(at=shop.now) == 0
    fake.act("pay", payment.session_id)
    tell_all(fake)
    assert issue_paid_top_ups(at=shop.now) == 1
    assert issue_paid_top_ups(at=shop.now) == 0
    assert ledger.balance(bookkeeping.household(shop.noor.pk, "ECO")) == 1500
    assert ledger.balance(bookkeeping.circulation("ECO")) == 1500
    assert ledger.balance(bookkeeping.household(shop.noor.pk)) == 0
    call_command("check_ledger")


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "not_positive"), (-5, "not_positive"), (49, "too_small"), (10**9, "too_large")]
)
def test_amounts_nobody_pays_by_card_are_refused(shop: Shop, amount: int, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        start_top_up(household=shop.noor, amount_minor=amount, key=uuid4(), actor=shop.actor, at=shop.now)
    assert refusal.value.code == code
    assert not StripeCommand.objects.exists()


@pytest.fixture
def paid(shop: Shop, fake: FakeStripe) -> CardPayment:
    payment = start_top_up(household=shop.noor, amount_minor=2000, key=uuid4(), actor=shop.actor, at=shop.now)
    payment.refresh_from_db()
    fake.act("pay", payment.session_id)
    tell_all(fake)
    payment.refresh_from_db()
    return payment


def refund(payment: CardPayment, amount: int, key: UUID | None = None) -> Refund:
    row = ask_refund(
        card_payment=payment, amount_minor=amount, reason="asked", key=key or uuid4(), actor=None, at=timezone.now()
    )
    row.refresh_from_db()
    return row


def test_a_refund_leaves_the_balance_at_once_and_goes_back_once(paid: CardPayment, fake: FakeStripe) -> None:
    key = uuid4()
    row = refund(paid, 1500, key)
    assert refund(paid, 1500, key) == row
    tell_all(fake)
    assert row.state == "done"
    assert ledger.balance(bookkeeping.household(paid.household_id)) == 500
    assert ledger.balance(bookkeeping.REFUNDING) == 0
    assert stripe_gateway.balance() == -ledger.balance(bookkeeping.STRIPE)
    with pytest.raises(ValidationError, match="more than this card paid"):
        refund(paid, 501)


def test_a_refund_that_the_bank_sends_back_is_balance_again(paid: CardPayment, fake: FakeStripe) -> None:
    row = refund(paid, 1500)
    fake.act("end_refund", row.refund_id, "failed")
    tell_all(fake)
    tell_all(fake)
    row.refresh_from_db()
    assert row.state == "failed"
    assert ledger.balance(bookkeeping.household(paid.household_id)) == 2000
    assert stripe_gateway.balance() == -ledger.balance(bookkeeping.STRIPE)


def test_a_refund_waits_while_stripe_is_down_and_belongs_to_nobody_meanwhile(
    paid: CardPayment, fake: FakeStripe
) -> None:
    fake.fail_next("lost")
    row = refund(paid, 2000)
    assert row.state == "asked"
    assert ledger.balance(bookkeeping.REFUNDING) == 2000
    tick(timezone.now() + timedelta(minutes=3))
    row.refresh_from_db()
    assert row.state == "done"
    assert ledger.balance(bookkeeping.REFUNDING) == 0


def test_euros_that_were_used_meanwhile_cannot_be_refunded(paid: CardPayment, shop: Shop, fake: FakeStripe) -> None:
    shop.wants(2)
    check_out(household=shop.noor, cycle=shop.cycle, community_minor=0, key=uuid4(), actor=None, at=shop.now)
    with pytest.raises(ValidationError, match="used meanwhile"):
        refund(paid, 2000)
    assert not Refund.objects.exists()
