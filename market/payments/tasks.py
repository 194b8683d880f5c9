"""What the worker does for card payments once the step that asked for it is stored."""

from django.utils import timezone
from django_tasks import task


@task
def run_command(command_id: int) -> None:
    """Ask Stripe what a command says."""
    from market.payments.calls import run_command as run

    run(command_id, at=timezone.now())


@task
def process_event(event_id: int) -> None:
    """Book what an event of Stripe is about."""
    from market.payments import events

    events.process_event(event_id, at=timezone.now())


@task
def follow_payment(payment_id: int) -> None:
    """Ask Stripe how a payment stands, for a person who has come back from its page before Stripe's word did."""
    from market.payments.cards import follow
    from market.payments.models import CardPayment

    follow(CardPayment.objects.get(pk=payment_id), at=timezone.now())


@task
def mail_order(order_id: int) -> None:
    """Confirm an order, or that it is cancelled, to everybody of its household."""
    from market.ordering.models import Order
    from market.payments.emails import order_mails

    order = Order.objects.select_related("household", "cycle__organiser", "cycle__pickup_point").get(pk=order_id)
    for mail in order_mails(order):
        mail.send()


@task
def mail_card_refusal(payment_id: int) -> None:
    """Say that a card payment became balance, and why."""
    from market.payments.emails import card_mails
    from market.payments.models import CardPayment

    for mail in card_mails(CardPayment.objects.select_related("household").get(pk=payment_id)):
        mail.send()
