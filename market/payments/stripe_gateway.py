"""The one place that talks to Stripe (stripe 16, hosted Checkout Sessions); all else knows only its answers."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from market.payments.models import CardPayment, Refund

# The version of the interface comes with the library; the webhook endpoint at Stripe is made with the same one.
API_VERSION = stripe.api_version
TOLERANCE = 300  # seconds an event may be old


class Unreachable(Exception):
    """Stripe did not answer, or asks to come back later: the same call may be made again."""


class Refused(Exception):
    """Stripe will not do this, however often it is asked."""


class Forged(Exception):
    """This word does not come from Stripe, or is too old."""


@dataclass(frozen=True)
class Session:
    """What Stripe says of a payment page now. Amounts in cents; `fee` is None while Stripe has not said it.

    `state` is open, pending (paid by a slow method), paid, expired or failed.
    """

    id: str
    key: str
    address: str
    state: str
    amount: int
    payment_intent: str
    fee: int | None

    @property
    def paid(self) -> bool:
        return self.state == "paid"


@dataclass(frozen=True)
class RefundStatus:
    """What Stripe says of a refund now; `state` is pending, succeeded or failed."""

    id: str
    key: str
    state: str


def offered() -> bool:
    """Tell whether people can pay by card here."""
    return bool(settings.STRIPE_SECRET_KEY or settings.STRIPE_FAKE)


def client() -> stripe.StripeClient:
    """Make the client: the real one, or the library on top of the stand-in."""
    if settings.STRIPE_FAKE:
        from market.payments.stripe_fake import FakeStripe

        return stripe.StripeClient("sk_test_stand_in", http_client=FakeStripe.here(), max_network_retries=0)
    http = stripe.new_default_http_client(timeout=20)
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, http_client=http, max_network_retries=1)


def _ask(call: Any, *arguments: Any, **more: Any) -> Any:
    """Call Stripe and sort its errors into those worth asking again and those that are not."""
    try:
        return call(*arguments, **more)
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as trouble:
        # A wrong key of ours is mended by the operator; until then the payment waits.
        raise Unreachable(str(trouble)) from trouble
    except stripe.InvalidRequestError as refusal:
        raise Refused(str(refusal)) from refusal
    except stripe.StripeError as trouble:
        if (trouble.http_status or 500) >= 500 or trouble.http_status == 409:
            raise Unreachable(str(trouble)) from trouble
        raise Refused(str(trouble)) from trouble


def open_session(payment: CardPayment, *, key: str) -> Session:
    """Open a hosted page on which exactly this amount is paid."""
    language = payment.actor.language if payment.actor else settings.LANGUAGE_CODE
    with translation.override(language):
        back = settings.SITE_URL + reverse("market:payments:card", args=[payment.key])
        words = {
            CardPayment.Purpose.ORDER: _("Order in %(cycle)s") % {"cycle": payment.cycle},
            CardPayment.Purpose.BALANCE: _("Prepaid balance"),
            CardPayment.Purpose.UNITS: _("Top-up in %(currency)s") % {"currency": payment.currency},
        }[CardPayment.Purpose(payment.purpose)]
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": payment.amount_minor,
                    "product_data": {"name": f"{settings.MARKET_NAME}: {words}"},
                },
            }
        ],
        "success_url": back + "?done=1",
        "cancel_url": back + "?back=1",
        "client_reference_id": str(payment.key),
        "metadata": {"card_payment": str(payment.key)},
        "payment_intent_data": {"metadata": {"card_payment": str(payment.key)}},
        # Stripe's pages know no Catalan of their own accord in every place; `auto` follows the browser.
        "locale": language if language in {"es", "fr", "en"} else "auto",
        "expires_at": int(payment.expires_at.timestamp()),
        "expand": EXPAND,
    }
    if payment.actor:
        params["customer_email"] = payment.actor.email
    return _session(_ask(client().v1.checkout.sessions.create, params, {"idempotency_key": key}))


EXPAND = ["payment_intent.latest_charge.balance_transaction"]


def fetch_session(session_id: str) -> Session:
    """Ask how a payment page stands now."""
    return _session(_ask(client().v1.checkout.sessions.retrieve, session_id, {"expand": EXPAND}))


def expire_session(session_id: str, *, key: str) -> Session:
    """Close a payment page; one that was paid or closed before stays what it is."""
    with contextlib.suppress(Refused):  # no longer open: what it is now is asked below
        _ask(client().v1.checkout.sessions.expire, session_id, {}, {"idempotency_key": key})
    return fetch_session(session_id)


def create_refund(refund: Refund, *, key: str) -> RefundStatus:
    """Send euros back to the card they came from."""
    payment = refund.card_payment.payment
    assert payment
    params = {
        "payment_intent": payment.reference,
        "amount": refund.amount_minor,
        "metadata": {"refund": str(refund.key)},
    }
    return _refund(_ask(client().v1.refunds.create, params, {"idempotency_key": key}))


def fetch_refund(refund_id: str) -> RefundStatus:
    """Ask how a refund stands now."""
    return _refund(_ask(client().v1.refunds.retrieve, refund_id))


def read_event(body: bytes, signature: str) -> stripe.Event:
    """Give an event whose signature and age are right. Raises Forged."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            return client().construct_event(body, signature, secret, tolerance=TOLERANCE)
        except stripe.SignatureVerificationError:
            continue
        except ValueError as error:
            raise Forged("this is no event") from error
    raise Forged("no secret fits this signature")


def events_since(moment: datetime) -> Iterator[stripe.Event]:
    """List what Stripe remembers having told since a moment (it keeps thirty days), oldest first."""
    params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    page = _ask(client().v1.events.list, params)
    yield from reversed(list(page.auto_paging_iter()))


def balance() -> int:
    """Give the cents of euros that lie at Stripe, those on their way included."""
    answer = _ask(client().v1.balance.retrieve)
    return sum(part.amount for part in [*answer.available, *answer.pending] if part.currency == "eur")


def _session(answer: Any) -> Session:
    intent = answer.payment_intent
    whole = intent is not None and not isinstance(intent, str)
    return Session(
        id=answer.id,
        key=_metadata(answer, "card_payment"),
        address=answer.url or "",
        state=_state(answer, intent if whole else None),
        amount=answer.amount_total or 0,
        payment_intent=(intent.id if whole else intent) or "",
        fee=_fee(intent) if whole else None,
    )


def _state(answer: Any, intent: Any) -> str:
    if answer.payment_status == "paid":
        return "paid"
    if answer.status == "complete":
        # A slow method (SEPA debit) is under way, or has come to nothing.
        return "pending" if intent is not None and intent.status == "processing" else "failed"
    return str(answer.status)


def _fee(intent: Any) -> int | None:
    charge = intent.latest_charge
    transaction = None if charge is None or isinstance(charge, str) else charge.balance_transaction
    return None if transaction is None or isinstance(transaction, str) else int(transaction.fee)


def _refund(answer: Any) -> RefundStatus:
    state = answer.status if answer.status in {"succeeded", "pending"} else "failed"
    if answer.status == "requires_action":
        state = "pending"
    return RefundStatus(id=answer.id, key=_metadata(answer, "refund"), state=state)


def _metadata(answer: Any, name: str) -> str:
    values = answer.metadata.to_dict() if answer.metadata is not None else {}
    return str(values.get(name, ""))
