"""Paying by card, against the stand-in for Stripe: whatever happens on the way, the books say the same."""

import json
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
import stripe
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import api as ledger
from market import bookkeeping
from market.cycles.services import open_cycle
from market.desk.clock import tick
from market.ordering.baskets import set_line
from market.ordering.closing import close_cycle
from market.ordering.models import Order
from market.payments import stripe_gateway
from market.payments.calls import run_command
from market.payments.cards import start_order_payment, start_top_up
from market.payments.checkout import check_out
from market.payments.models import CardPayment, Payment, Refund, StripeCommand, StripeEvent
from market.payments.refunds import ask_refund
from market.payments.stripe_fake import FakeStripe, signed
from market.people.models import Household
from market.treasury.services import issue_paid_top_ups
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fake(settings: Any, tmp_path: Path) -> FakeStripe:
    settings.VAR_DIR = tmp_path
    return FakeStripe.here()


class Shop:
    """A public cycle with bread at 4.80 and jam, of which there are three glasses, and Noor who has nothing paid in."""

    def __init__(self) -> None:
        self.now = timezone.now()
        farm = build.a_producer()
        self.bread = build.a_product(farm, "Bread", "4.80")
        self.jam = build.a_product(farm, "Jam", "3.00", stock=Decimal(3))
        times = {"opens_at": self.now, "closes_at": self.now + timedelta(days=2)}
        draft = build.a_draft(
            farm, [self.bread, self.jam], audience="public", distribution_at=self.now + timedelta(days=3), **times
        )
        self.cycle = open_cycle(cycle=draft, actor=None, at=self.now)
        self.noor = build.a_household("Noor", euros="0")
        self.actor = build.a_person("Noor")

    def wants(self, items: int, product: str = "Bread", household: Household | None = None) -> None:
        set_line(
            household=household or self.noor,
            offer=self.cycle.offers.get(name=product),
            quantity=Decimal(items),
            at=self.now,
        )

    def starts(self, key: UUID | None = None) -> CardPayment:
        payment = start_order_payment(
            household=self.noor, cycle=self.cycle, community_minor=0, key=key or uuid4(), actor=self.actor, at=self.now
        )
        payment.refresh_from_db()
        return payment


@pytest.fixture
def shop() -> Shop:
    return Shop()


def tell(event: dict[str, Any], *, timestamp: int | None = None) -> int:
    """Let Stripe's word arrive; give the status of our answer."""
    body = json.dumps(event)
    headers = {"Stripe-Signature": signed(body, timestamp=timestamp)}
    return Client().post("/stripe/webhook/", body, content_type="application/json", headers=headers).status_code


def tell_all(fake: FakeStripe) -> None:
    for event in fake.events():
        assert tell(event) == 200


def books() -> dict[str, int]:
    """Every balance that is not zero."""
    ledger.check()
    return {row.code: row.balance for row in ledger.trial_balance() if row.balance}


# --- The way of a payment --------------------------------------------------------------------------------------------


def test_the_card_brings_exactly_what_balance_and_community_currency_do_not(shop: Shop, fake: FakeStripe) -> None:
    build.pay_in(shop.noor, "5.00")
    shop.wants(2)
    payment = shop.starts()
    assert (payment.state, payment.amount_minor) == ("open", 460)
    session = fake.get(payment.session_id or "")
    assert (session["amount_total"], session["currency"], session["status"]) == (460, "eur", "open")
    assert not Order.objects.exists()


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


# --- Too late, sold out, declined ------------------------------------------------------------------------------------


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


# --- Words of Stripe -------------------------------------------------------------------------------------------------


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


# --- Stripe down, slow, losing answers; workers killed ---------------------------------------------------------------


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


# --- Top-ups and refunds ---------------------------------------------------------------------------------------------


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


# --- The stand-in against the library's own types --------------------------------------------------------------------


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


def test_cards_are_not_offered_where_nobody_set_them_up(shop: Shop, settings: Any) -> None:
    settings.STRIPE_FAKE = False
    shop.wants(1)
    client = Client()
    client.force_login(shop.actor)
    page = client.get(reverse("market:payments:checkout", args=[shop.cycle.pk])).content.decode()
    assert "by card" not in page
    assert client.get(reverse("market:payments:top_up")).status_code == 404
