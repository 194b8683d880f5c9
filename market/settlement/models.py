"""What a cycle finally cost each household and brought each producer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import QUANTITY
from market.cycles.models import OrderCycle
from market.ordering.models import Order, OrderLine
from market.people.models import Organisation


class Settlement(models.Model):
    """The end of a cycle: every hold captured or released, clearing accounts at zero."""

    cycle = models.OneToOneField(OrderCycle, on_delete=models.PROTECT, related_name="settlement")
    at = models.DateTimeField(_("settled"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")


class SettledOrder(models.Model):
    """What one household pays: goods and fees, split into euros and community currency."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="orders")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="settled")
    goods_minor = models.BigIntegerField(_("goods, in cents"))
    fees_minor = models.BigIntegerField(_("fees, in cents"))
    community_minor = models.BigIntegerField(_("paid in community currency"))
    euro_minor = models.BigIntegerField(_("paid in euros"))
    due_minor = models.BigIntegerField(_("of the euros, still owed"), default=0)
    given_back_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    euro_minor=models.F("goods_minor") + models.F("fees_minor") - models.F("community_minor")
                ),
                name="settled_order_adds_up",
            )
        ]


class SettledLine(models.Model):
    """What one order line finally cost."""

    settled_order = models.ForeignKey(SettledOrder, on_delete=models.PROTECT, related_name="lines")
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="settled")
    quantity = models.DecimalField(_("items"), **QUANTITY)
    amount_minor = models.BigIntegerField(_("amount in cents"))
    community_minor = models.BigIntegerField(_("of this in community currency"))


class SettledProducer(models.Model):
    """What one producer earned in the cycle, in each money."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="producers")
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    euro_minor = models.BigIntegerField(_("in euros, cents"))
    community_minor = models.BigIntegerField(_("in community currency"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settlement", "producer"], name="one_settled_row_per_producer")]
