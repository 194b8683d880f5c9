"""Euros that come in from households, by hand or by card, and go out to producers."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.currencies.models import CommunityCurrency
from market.cycles.models import OrderCycle
from market.ordering.models import Order
from market.people.models import Household, Organisation


class Method(models.TextChoices):
    TRANSFER = "transfer", _("bank transfer")
    CASH = "cash", _("cash")
    CARD = "card", _("card")


# What the treasurer books by hand; cards book themselves.
BY_HAND = [(Method.TRANSFER.value, Method.TRANSFER.label), (Method.CASH.value, Method.CASH.label)]


class Payment(models.Model):
    """Euros a household paid in, which became prepaid balance."""

    key = models.UUIDField(unique=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField(_("amount in cents"))
    method = models.CharField(_("how it was paid"), max_length=10, choices=Method.choices)
    reference = models.CharField(_("reference on the bank statement or receipt"), max_length=80, blank=True)
    at = models.DateTimeField(_("received"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payment_is_positive"),
            models.UniqueConstraint(
                fields=["method", "reference"],
                condition=~models.Q(reference="") & models.Q(method__in=["transfer", "card"]),
                name="a_bank_reference_is_booked_once",
            ),
        ]


class CardPaymentQuerySet(models.QuerySet["CardPayment"]):
    def unpaid(self) -> Self:
        """Payments somebody may still pay at Stripe."""
        return self.filter(state__in=[CardPayment.State.STARTED, CardPayment.State.OPEN])

    def waiting_for_their_order(self) -> Self:
        """Payments that have arrived, but whose order a crash kept from being placed."""
        return self.filter(state=CardPayment.State.PAID, purpose="order", order__isnull=True, refusal="")

    def unsettled(self) -> Self:
        """Payments of which Stripe may have news."""
        pending = [CardPayment.State.STARTED, CardPayment.State.OPEN, CardPayment.State.PENDING]
        return self.filter(
            models.Q(state__in=pending) | models.Q(state=CardPayment.State.PAID, fee_minor__isnull=True)
        ).exclude(session_id=None)


class CardPayment(models.Model):
    """Euros a household started to pay by card on Stripe's page, and what became of them."""

    class Purpose(models.TextChoices):
        ORDER = "order", _("an order")
        BALANCE = "balance", _("prepaid balance")
        UNITS = "units", _("community currency")

    class State(models.TextChoices):
        STARTED = "started", _("started")
        OPEN = "open", _("to be paid")
        PENDING = "pending", _("waiting for the bank")
        PAID = "paid", _("paid")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    key = models.UUIDField(unique=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="card_payments")
    purpose = models.CharField(_("for"), max_length=8, choices=Purpose.choices)
    amount_minor = models.BigIntegerField(_("amount in cents"))
    cycle = models.ForeignKey(OrderCycle, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    community_minor = models.BigIntegerField(_("community currency for the same order, in minor units"), default=0)
    currency = models.ForeignKey(CommunityCurrency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.STARTED)
    session_id = models.CharField(_("Stripe's number of the page"), max_length=120, unique=True, null=True, blank=True)
    address = models.URLField(_("address of Stripe's page"), max_length=1000, blank=True)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="card")
    fee_minor = models.BigIntegerField(_("Stripe's fee in cents"), null=True, blank=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="card_payments")
    refusal = models.CharField(_("why it could not be used as meant"), max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("Stripe's page closes"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = CardPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("card payment")
        verbose_name_plural = _("card payments")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="card_payment_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state="paid", payment__isnull=False)
                | ~models.Q(state="paid") & models.Q(payment__isnull=True),
                name="card_payment_is_paid_when_booked",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="order", cycle__isnull=False, currency__isnull=True)
                | models.Q(purpose="balance", cycle__isnull=True, currency__isnull=True)
                | models.Q(purpose="units", cycle__isnull=True, currency__isnull=False),
                name="card_payment_knows_what_it_is_for",
            ),
        ]

    @property
    def waits_for_its_order(self) -> bool:
        return bool(
            self.state == self.State.PAID
            and self.purpose == self.Purpose.ORDER
            and self.order_id is None
            and not self.refusal
        )


class Refund(models.Model):
    """Euros on their way back to the card they came from."""

    class State(models.TextChoices):
        ASKED = "asked", _("on its way")
        DONE = "done", _("sent to the card")
        FAILED = "failed", _("refused by the bank")

    key = models.UUIDField(unique=True)
    card_payment = models.ForeignKey(CardPayment, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField(_("amount in cents"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    refund_id = models.CharField(_("Stripe's number"), max_length=120, unique=True, null=True, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("asked"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="refund_is_positive")]


class StripeCommand(models.Model):
    """Something Stripe is asked to do, stored before the call with the key that makes repeating it harmless."""

    class Kind(models.TextChoices):
        OPEN_SESSION = "open", _("open a payment page")
        EXPIRE_SESSION = "expire", _("close a payment page")
        REFUND = "refund", _("refund")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    key = models.UUIDField(unique=True, default=uuid4)
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    payment = models.ForeignKey(CardPayment, on_delete=models.PROTECT, related_name="commands")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="commands")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("being asked since"), null=True, blank=True)
    due_at = models.DateTimeField(_("asked again at"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("command to Stripe")
        verbose_name_plural = _("commands to Stripe")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "payment"], condition=models.Q(refund__isnull=True), name="stripe_is_asked_once"
            ),
            models.UniqueConstraint(fields=["refund"], name="stripe_is_asked_once_for_a_refund"),
        ]


class StripeEvent(models.Model):
    """A word of Stripe as it came, stored once; what it is about is then asked anew and booked."""

    event_id = models.CharField(_("Stripe's number"), max_length=120, unique=True)
    type = models.CharField(_("what"), max_length=80)
    body = models.TextField()
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event of Stripe")
        verbose_name_plural = _("events of Stripe")
        ordering = ["-received_at", "-pk"]


class Payout(models.Model):
    """Euros paid to a producer for goods of settled cycles."""

    key = models.UUIDField(unique=True)
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="payouts")
    amount_minor = models.BigIntegerField(_("amount in cents"))
    method = models.CharField(_("how it was paid"), max_length=10, choices=BY_HAND)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("paid"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payout_is_positive")]
