"""Issue and redemption of the community currency: euros in, units out; units in, euros out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from market.currencies.models import CommunityCurrency
from market.people.models import Household, Organisation


class TreasuryOperation(models.Model):
    """One issue or redemption; exactly one of household and organisation is its owner."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue")
        REDEMPTION = "redemption", _("redemption")

    class Means(models.TextChoices):
        TRANSFER = "transfer", _("bank transfer")
        CASH = "cash", _("cash")
        BALANCE = "balance", _("prepaid balance")

    key = models.UUIDField(unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    currency = models.ForeignKey(CommunityCurrency, on_delete=models.PROTECT, related_name="operations")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("units, in minor units"))
    fee_minor = models.BigIntegerField(_("commission in cents"), default=0)
    means = models.CharField(_("how the euros moved"), max_length=10, choices=Means.choices)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("issue or redemption")
        verbose_name_plural = _("issues and redemptions")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0),
                name="treasury_amount_is_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(household__isnull=True) ^ models.Q(organisation__isnull=True),
                name="treasury_operation_has_one_owner",
            ),
        ]
