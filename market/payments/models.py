"""Euros that come in from households and go out to producers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.people.models import Household, Organisation


class Method(models.TextChoices):
    TRANSFER = "transfer", _("bank transfer")
    CASH = "cash", _("cash")


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
                condition=~models.Q(reference="") & models.Q(method="transfer"),
                name="a_bank_reference_is_booked_once",
            ),
        ]


class Payout(models.Model):
    """Euros paid to a producer for goods of settled cycles."""

    key = models.UUIDField(unique=True)
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="payouts")
    amount_minor = models.BigIntegerField(_("amount in cents"))
    method = models.CharField(_("how it was paid"), max_length=10, choices=Method.choices)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("paid"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payout_is_positive")]
