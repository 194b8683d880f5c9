"""Paying by card: a household starts a payment, pays on Stripe's page, and what Stripe says of it is booked once.

A card payment is euros that come in: they become prepaid balance, and the order they were meant for is then placed
from the balance like any other. So a payment that arrives too late for its order is money on the balance, never lost.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.cycles.models import OrderCycle
from market.ordering.baskets import check_basket, check_stock
from market.ordering.costs import OrderCost
from market.payments import stripe_gateway, tasks
from market.payments.checkout import Means, check_out, means_of
from market.payments.models import CardPayment, StripeCommand
from market.payments.outbox import ask_stripe
from market.payments.services import check_amount, record_payment
from market.people.models import Household, User
from market.people.services import open_accounts

# Stripe takes no smaller payment in euros.
LEAST_MINOR = 50
# Stripe keeps a page open for at least half an hour and at most a day.
SHORTEST, LONGEST = timedelta(minutes=31), timedelta(hours=23)

_State = CardPayment.State


def card_part(cost: OrderCost, means: Means) -> int:
    """Give the cents a card must bring so that an order can be placed, with what the household still owes."""
    missing = means.missing_euros(cost) + means.owed
    return max(missing, LEAST_MINOR) if missing else 0


@transaction.atomic
def start_order_payment(
    *,
    household: Household,
    cycle: OrderCycle,
    community_minor: int,
    key: UUID,
    actor: User,
    at: datetime,
) -> CardPayment:
    """Start to pay by card exactly what the basket needs beyond balance and community currency.

    A second tab that asks for the same gets the same payment; one that asks for something else ends the first one.
    Raises ValidationError `nothing_missing`, and as `ordering.place_order` does before it takes money.
    """
    household = Household.objects.select_for_update().get(pk=household.pk)
    if payment := CardPayment.objects.filter(key=key).first():
        return payment
    checked = check_basket(household=household, cycle=cycle, community_minor=community_minor, at=at)
    check_stock(household, checked.lines)
    amount = card_part(checked.cost, means_of(household, cycle))
    if not amount:
        raise ValidationError(_("Nothing is missing: you can order without paying by card."), "nothing_missing")
    rivals = list(CardPayment.objects.unpaid().filter(household=household, cycle=cycle))
    for rival in rivals:
        if (rival.amount_minor, rival.community_minor) == (amount, community_minor):
            return rival
    payment = _start(
        CardPayment(
            key=key, household=household, purpose=CardPayment.Purpose.ORDER, amount_minor=amount, cycle=cycle,
            community_minor=community_minor, actor=actor, started_at=at,
            expires_at=at + min(LONGEST, max(SHORTEST, cycle.closes_at - at)),
        )
    )  # fmt: skip
    # Last, for one of them may have been paid meanwhile: then the new page asks for too much, and is closed in turn.
    for rival in rivals:
        give_up(rival)
    return payment


@transaction.atomic
def start_top_up(
    *,
    household: Household,
    amount_minor: int,
    currency: CommunityCurrency | None = None,
    key: UUID,
    actor: User,
    at: datetime,
) -> CardPayment:
    """Start to pay euros by card onto the prepaid balance, or for units of a community currency.

    Raises ValidationError `not_positive`, `too_large`, `too_small`.
    """
    household = Household.objects.select_for_update().get(pk=household.pk)
    if payment := CardPayment.objects.filter(key=key).first():
        return payment
    check_amount(amount_minor)
    if amount_minor < LEAST_MINOR:
        raise ValidationError(_("By card at least 0.50 euros can be paid."), "too_small")
    purpose = CardPayment.Purpose.UNITS if currency else CardPayment.Purpose.BALANCE
    return _start(
        CardPayment(
            key=key, household=household, purpose=purpose, amount_minor=amount_minor, currency=currency, actor=actor,
            started_at=at, expires_at=at + LONGEST,
        )
    )  # fmt: skip


def _start(payment: CardPayment) -> CardPayment:
    open_accounts(bookkeeping.card_accounts())
    payment.save()
    ask_stripe(StripeCommand.Kind.OPEN_SESSION, payment)
    return payment


def give_up(payment: CardPayment) -> None:
    """Ask Stripe to close the page of a payment nobody needs any more; if it was paid meanwhile, that counts."""
    ask_stripe(StripeCommand.Kind.EXPIRE_SESSION, payment)


def follow(payment: CardPayment, *, at: datetime) -> CardPayment:
    """Ask Stripe how a payment stands and book what is new; asking often does no harm."""
    if not payment.session_id:
        return payment
    return apply_session(stripe_gateway.fetch_session(payment.session_id), at=at) or payment


def apply_session(session: stripe_gateway.Session, *, at: datetime) -> CardPayment | None:
    """Book what Stripe says now of one of our payment pages; gives None for a page that is not ours.

    What was booked stays: a late word that a paid page is open or expired changes nothing.
    """
    with transaction.atomic():
        payment = CardPayment.objects.select_for_update().filter(key=session.key).first()
        if payment is None:
            return None
        payment.session_id = session.id
        payment.address = session.address
        if payment.state != _State.PAID and session.paid:
            _book(payment, session, at)
        elif payment.state in (_State.STARTED, _State.OPEN, _State.PENDING):
            payment.state = {
                "open": _State.OPEN, "pending": _State.PENDING, "expired": _State.EXPIRED, "failed": _State.FAILED,
            }[session.state]  # fmt: skip
        if payment.state == _State.PAID and payment.fee_minor is None and session.fee is not None:
            _book_fee(payment, session.fee, at)
        payment.save()
    if payment.waits_for_its_order:
        place_paid_order(payment, at=at)
    return payment


def _book(payment: CardPayment, session: stripe_gateway.Session, at: datetime) -> None:
    payment.payment = record_payment(
        household=payment.household,
        amount_minor=session.amount,
        method="card",
        reference=session.payment_intent,
        key=payment.key,
        actor=payment.actor,
        at=at,
    )
    payment.state = _State.PAID
    payment.paid_at = at


def _book_fee(payment: CardPayment, fee: int, at: datetime) -> None:
    payment.fee_minor = fee
    if fee:
        ledger.post(
            ledger.NewEntry(
                key=f"card-fee:{payment.key}",
                kind="card fee",
                happened_at=at,
                legs=bookkeeping.card_fee_kept(fee),
                memo=str(payment.session_id),
                actor="clock",
            )
        )


@transaction.atomic
def place_paid_order(payment: CardPayment, *, at: datetime) -> None:
    """Place the order a payment was made for. What stands in its way is kept in words, and the money on the balance."""
    payment = CardPayment.objects.select_for_update().get(pk=payment.pk)
    if not payment.waits_for_its_order:
        return
    assert payment.cycle
    try:
        # Nobody looks on: what stands in the way is written for whoever paid.
        with transaction.atomic(), translation.override(payment.actor.language if payment.actor else None):
            payment.order = check_out(
                household=payment.household,
                cycle=payment.cycle,
                community_minor=payment.community_minor,
                key=payment.key,
                actor=payment.actor,
                at=at,
            ).order
    except ValidationError as refusal:
        payment.refusal = refusal.messages[0]
    payment.save(update_fields=["order", "refusal"])
    if payment.refusal:
        tasks.mail_card_refusal.enqueue(payment.pk)
    for other in CardPayment.objects.unpaid().filter(household=payment.household, cycle=payment.cycle):
        give_up(other)


def give_up_closed_cycles(*, at: datetime) -> int:
    """Close the payment pages of cycles that take no more orders; give how many."""
    late = CardPayment.objects.unpaid().filter(cycle__isnull=False, commands__kind=StripeCommand.Kind.OPEN_SESSION)
    late = late.exclude(cycle__in=OrderCycle.objects.taking_orders_at(at))
    late = late.exclude(commands__kind=StripeCommand.Kind.EXPIRE_SESSION)
    rows = list(late.distinct())
    for payment in rows:
        give_up(payment)
    return len(rows)
