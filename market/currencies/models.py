"""The market's policy for its community currencies; what they are worth and who may do what with them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class CommunityCurrency(models.Model):
    """A community currency: the ledger counts it, this row says how the market treats it."""

    class Kind(models.TextChoices):
        BACKED = "backed", _("backed by euros")
        MUTUAL = "mutual", _("mutual credit")
        HOURS = "hours", _("hours")

    currency = models.OneToOneField(
        "ledger.Currency",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        verbose_name=_("code"),
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.BACKED)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)
    redemption_fee_percent = models.DecimalField(
        _("redemption commission in percent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("community currency")
        verbose_name_plural = _("community currencies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(redemption_fee_percent__gte=0, redemption_fee_percent__lte=100),
                name="redemption_fee_is_a_percentage",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        return self.currency_id
