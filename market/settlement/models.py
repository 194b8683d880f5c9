"""What a cycle finally cost each household and brought each producer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import QUANTITY
from market.cycles.models import Fee, OrderCycle
from market.ordering.models import Order, OrderLine
from market.people.models import Organisation
from market.supply.models import SupplierOrder


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
    transport_minor = models.BigIntegerField(_("share of the transport, in cents"), default=0)
    due_minor = models.BigIntegerField(_("of the euros, still owed"), default=0)
    mailed_at = models.DateTimeField(_("statement mailed"), null=True, blank=True)
    given_back_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    euro_minor=models.F("goods_minor")
                    + models.F("fees_minor")
                    + models.F("transport_minor")
                    - models.F("community_minor")
                ),
                name="settled_order_adds_up",
            )
        ]


class SettledLine(models.Model):
    """What one order line finally cost."""

    settled_order = models.ForeignKey(SettledOrder, on_delete=models.PROTECT, related_name="lines")
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="settled")
    quantity = models.DecimalField(_("items"), **QUANTITY)
    weight = models.DecimalField(_("true weight"), null=True, blank=True, **QUANTITY)
    amount_minor = models.BigIntegerField(_("amount in cents"))
    community_minor = models.BigIntegerField(_("of this in community currency"))


class SettledFee(models.Model):
    """What one fee took from one order."""

    settled_order = models.ForeignKey(SettledOrder, on_delete=models.PROTECT, related_name="fees")
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="settled")
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("amount in cents"))
    vat_minor = models.BigIntegerField(_("VAT in it, in cents"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settled_order", "fee"], name="one_settled_row_per_fee")]


class SettledProducer(models.Model):
    """What one producer earned in the cycle, in each money; the euros include transport and what went into stock."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="producers")
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    euro_minor = models.BigIntegerField(_("in euros, cents"))
    community_minor = models.BigIntegerField(_("in community currency"))
    transport_minor = models.BigIntegerField(_("of the euros, transport"), default=0)
    stock_minor = models.BigIntegerField(_("of the euros, for goods the group keeps in stock"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settlement", "producer"], name="one_settled_row_per_producer")]


class SupplierInvoice(models.Model):
    """What a producer asks for one supplier order, beside what the settlement credited it."""

    supplier_order = models.OneToOneField(SupplierOrder, on_delete=models.PROTECT, related_name="invoice")
    number = models.CharField(_("invoice number"), max_length=60, blank=True)
    amount_minor = models.PositiveBigIntegerField(_("invoice, in cents"))
    # Booked between the group and the producer: positive when the producer asks for more than was credited.
    difference_minor = models.BigIntegerField(_("difference, in cents"))
    reason = models.CharField(_("reason for the difference"), max_length=200, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # The entry that booked the difference; empty when there was none, or when it was undone.
    entry_key = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("supplier invoice")
        verbose_name_plural = _("supplier invoices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(difference_minor=0) | ~models.Q(reason=""), name="difference_has_a_reason"
            )
        ]
