"""What the group orders from each producer, what came, and who gets how much of it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import QUANTITY
from market.cycles.models import Offer, OrderCycle
from market.ordering.models import OrderLine
from market.people.models import Organisation


def new_token() -> str:
    """A secret that cannot be guessed, for the page on which a producer answers without an account."""
    return secrets.token_urlsafe(24)


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
    remark = models.CharField(_("producer's remark"), max_length=300, blank=True)

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
    leftover = models.DecimalField(_("left over"), default=0, **QUANTITY)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(received__gte=0), name="received_is_not_negative")]


class DeliveredShare(models.Model):
    """What one household takes home of one order line."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="delivered")
    delivery_line = models.ForeignKey(DeliveryLine, on_delete=models.CASCADE, related_name="shares")
    quantity = models.DecimalField(_("items"), **QUANTITY)
    locked = models.BooleanField(_("set by hand"), default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=0), name="delivered_is_not_negative")]
