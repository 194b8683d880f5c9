"""What the group orders from each producer, what came, and who gets how much of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import QUANTITY, Product
from market.cycles.models import Offer, OrderCycle
from market.ordering.models import OrderLine
from market.people.models import Organisation

A_DAY = timedelta(days=1)


def new_token() -> str:
    """A secret that cannot be guessed, for the page on which a producer answers without an account."""
    return secrets.token_urlsafe(24)


class SupplierOrderQuerySet(models.QuerySet["SupplierOrder"]):
    def untold(self) -> Self:
        """Orders whose producer has given an answer that the organiser was not told of."""
        return self.filter(answered_at__isnull=False).exclude(told_at=F("answered_at"))


class SupplierOrder(models.Model):
    """What a group orders from one producer in one cycle."""

    class Answer(models.TextChoices):
        NONE = "none", _("no answer yet")
        CONFIRMED = "confirmed", _("confirmed")
        SHORTENED = "shortened", _("confirmed in part")

    cycle = models.ForeignKey(OrderCycle, on_delete=models.PROTECT, related_name="supplier_orders")
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="supplier_orders")
    token = models.CharField(max_length=48, unique=True, default=new_token)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    mailed_at = models.DateTimeField(_("mail handed over"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Which answer the organiser was told of: the moment it was given.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked again for an answer"), null=True, blank=True)
    remark = models.CharField(_("producer's remark"), max_length=300, blank=True)
    transport_minor = models.PositiveBigIntegerField(_("transport the producer charges, in cents"), default=0)

    objects = SupplierOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier order")
        verbose_name_plural = _("supplier orders")
        ordering = ["producer__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "producer"],
                name="one_supplier_order_per_producer_and_cycle",
            )
        ]

    def __str__(self) -> str:
        return f"{self.producer} · {self.cycle}"

    def is_silent_at(self, at: datetime) -> bool:
        """The producer has had time for an answer and neither answered nor brought anything."""
        if self.sent_at is None or self.answer != self.Answer.NONE or hasattr(self, "delivery"):
            return False
        # What is needed soon is asked after soon: half of the time that is left, where that is less than a day.
        return at >= self.sent_at + min(A_DAY, max(timedelta(0), self.cycle.distribution_at - self.sent_at) / 2)


class SupplierOrderLine(models.Model):
    """One offer in a supplier order, in packs and items."""

    supplier_order = models.ForeignKey(SupplierOrder, on_delete=models.CASCADE, related_name="lines")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="supplier_order_line")
    packs = models.PositiveIntegerField(_("packs"))
    quantity = models.DecimalField(_("items"), **QUANTITY)
    confirmed = models.DecimalField(_("items the producer will bring"), null=True, blank=True, **QUANTITY)

    class Meta:
        ordering = ["pk"]


class Delivery(models.Model):
    """What came of one supplier order, recorded at the door; recorded again when somebody counted wrong."""

    supplier_order = models.OneToOneField(SupplierOrder, on_delete=models.PROTECT, related_name="delivery")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")


class DeliveryLine(models.Model):
    """Items of one offer that came, and what was left after sharing."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="delivery_line")
    received = models.DecimalField(_("items received"), **QUANTITY)
    keep = models.BooleanField(_("what is left goes into stock"), default=True)
    stock = models.DecimalField(_("put into stock"), default=0, **QUANTITY)
    leftover = models.DecimalField(_("left over"), default=0, **QUANTITY)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(received__gte=0), name="received_is_not_negative")]


class DeliveredShare(models.Model):
    """What one household takes home of one order line."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="delivered")
    delivery_line = models.ForeignKey(DeliveryLine, on_delete=models.CASCADE, related_name="shares")
    quantity = models.DecimalField(_("items"), **QUANTITY)
    locked = models.BooleanField(_("set by hand"), default=False)
    # In the unit of the offer (KGM, GRM); what is weighed is paid by this, whatever was expected.
    weight = models.DecimalField(_("true weight"), null=True, blank=True, **QUANTITY)
    weighed_at = models.DateTimeField(null=True, blank=True)
    weighed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="delivered_is_not_negative"),
            models.CheckConstraint(condition=Q(weight__isnull=True) | Q(weight__gte=0), name="weight_is_not_negative"),
        ]

    @property
    def expected_weight(self) -> Decimal:
        """What these items weigh when every one weighs what the price list says."""
        return self.quantity * self.line.offer.unit_amount

    @property
    def paid_items(self) -> Decimal:
        """Items this share is paid as: by true weight where it was weighed, by count otherwise."""
        return self.quantity if self.weight is None else self.weight / self.line.offer.unit_amount


class StockMovement(models.Model):
    """Items that went into a group's stock or out of it; the product's stock is their sum."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock_movements")
    delivery_line = models.OneToOneField(
        DeliveryLine, on_delete=models.PROTECT, null=True, related_name="stock_movement"
    )
    quantity = models.DecimalField(_("items"), **QUANTITY)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]


class Claim(models.Model):
    """Something that was missing or spoilt when a household fetched its goods; the treasurer credits it or not."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    class Bearer(models.TextChoices):
        PRODUCER = "producer", _("the producer")
        GROUP = "group", _("the group")

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="claims")
    quantity = models.DecimalField(_("items missing"), **QUANTITY)
    note = models.CharField(_("what was wrong"), max_length=200, blank=True)
    amount_minor = models.PositiveBigIntegerField(_("credit, in cents"))
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PROPOSED)
    bearer = models.CharField(_("who bears it"), max_length=8, choices=Bearer.choices, blank=True)
    charged_minor = models.PositiveBigIntegerField(_("taken from who bears it, in cents"), default=0)
    answer = models.CharField(_("the treasurer's remark"), max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="claim_names_something")]


class Printing(models.Model):
    """The sheets of one pick-up day as they were printed; `parts` keeps a fingerprint of every piece of paper."""

    organiser = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="printings")
    day = models.DateField(_("day of handing out"))
    revision = models.PositiveIntegerField(_("revision"))
    at = models.DateTimeField(_("printed"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    parts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organiser", "day"])]
