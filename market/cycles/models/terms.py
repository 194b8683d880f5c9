"""What a cycle charges on top of the goods, and what its producers ask for."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import PERCENT, QUANTITY
from market.cycles.models.cycles import OrderCycle
from market.cycles.models.places import PickupPoint
from market.people.models import HouseholdTag, Organisation

RATE: dict[str, Any] = {
    "max_digits": 10,
    "decimal_places": 4,
    "validators": [MinValueValidator(-10_000), MaxValueValidator(10_000)],
}


class Fee(models.Model):
    """What a cycle charges on top of the goods, on which orders, and who receives it; below zero, a discount that the
    organiser bears."""

    class Level(models.TextChoices):
        SUPPLIER = "supplier", _("goods of one producer")
        COORDINATOR = "coordinator", _("every order")
        PICKUP = "pickup", _("orders fetched at one pick-up point")

    class Kind(models.TextChoices):
        ADMIN = "admin", _("administration")
        PACKING = "packing", _("packing")
        TRANSPORT = "transport", _("transport")
        SALES = "sales", _("sales")
        FUNDRAISING = "fundraising", _("solidarity")
        DISCOUNT = "discount", _("discount")

    class Calculator(models.TextChoices):
        PERCENT_PER_LINE = "percent_line", _("percent, rounded once per line")
        PERCENT_PER_ITEM = "percent_item", _("percent, rounded per item")
        PER_ITEM = "per_item", _("euros per item")
        PER_KILO = "per_kilo", _("euros per kilogram")
        PERCENT_PER_ORDER = "percent_order", _("percent of the goods, rounded once per order")
        PER_ORDER = "per_order", _("euros per order")
        FIRST_AND_MORE = "first_more", _("euros for the first item, and for each further one")
        STEPPED = "stepped", _("euros per order, another amount from a sum of goods on")

    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="fees")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("what for"), max_length=12, choices=Kind.choices, default=Kind.ADMIN)
    level = models.CharField(_("charged on"), max_length=12, choices=Level.choices, default=Level.COORDINATOR)
    producer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("producer")
    )
    point = models.ForeignKey(
        PickupPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pick-up point")
    )
    calculator = models.CharField(_("how it is counted"), max_length=16, choices=Calculator.choices)
    amount = models.DecimalField(_("percent or euros"), **RATE)
    further_amount = models.DecimalField(
        _("euros for each further item, or from that sum on"), default=Decimal(0), **RATE
    )
    from_goods = models.DecimalField(
        _("sum of goods from which the other amount counts"),
        default=Decimal(0),
        max_digits=10,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(10_000)],
    )
    most_items = models.PositiveIntegerField(_("items counted at most; empty: all"), null=True, blank=True)
    vat_percent = models.DecimalField(
        _("VAT of the fee in percent; empty: that of the goods"), null=True, blank=True, **PERCENT
    )
    tag = models.ForeignKey(
        HouseholdTag,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for households with this tag"),
    )
    vat_added = models.BooleanField(_("VAT comes on top of the amount"), default=False)
    payee = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("goes to"),
    )

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(from_goods__gte=0), name="fee_steps_from_zero_or_more"),
            models.CheckConstraint(
                condition=~Q(calculator__in=["percent_line", "percent_item", "percent_order"])
                | Q(amount__gte=-100, amount__lte=100),
                name="fee_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(level="coordinator", producer__isnull=True, point__isnull=True)
                | Q(level="supplier", producer__isnull=False, point__isnull=True)
                | Q(level="pickup", producer__isnull=True, point__isnull=False),
                name="fee_has_what_its_level_needs",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def gives(self) -> bool:
        """Whether it can take something off an order."""
        return self.amount < 0 or self.further_amount < 0


class SupplierTerms(models.Model):
    """What one producer asks of one cycle: its own deadline, the least it delivers for, and what happens below that."""

    class Measure(models.TextChoices):
        GROSS = "gross", _("euros, VAT included")
        NET = "net", _("euros, without VAT")
        KILOS = "kilos", _("kilograms")

    class Below(models.TextChoices):
        GO_AHEAD = "go_ahead", _("order all the same")
        PROLONG = "prolong", _("keep ordering open some hours longer, then cancel")
        CANCEL = "cancel", _("cancel, tell the households and free their money")

    class Outcome(models.TextChoices):
        NONE = "", _("not decided")
        REACHED = "reached", _("reached")
        WENT_AHEAD = "went_ahead", _("missed, ordered all the same")
        PROLONGED = "prolonged", _("missed, prolonged")
        CANCELLED = "cancelled", _("missed, cancelled")

    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="supplier_terms")
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("producer"))
    closes_at = models.DateTimeField(
        _("its own deadline"), null=True, blank=True, help_text=_("Leave empty for that of the cycle.")
    )
    minimum = models.DecimalField(_("minimum of the whole order"), default=Decimal(0), **QUANTITY)
    measure = models.CharField(_("counted in"), max_length=5, choices=Measure.choices, default=Measure.GROSS)
    with_deposits = models.BooleanField(_("deposits count"), default=False)
    below = models.CharField(_("when it is missed"), max_length=8, choices=Below.choices, default=Below.CANCEL)
    prolong_hours = models.PositiveSmallIntegerField(_("hours longer"), default=24, validators=[MinValueValidator(1)])
    # What closing found: written by the closing alone.
    reached = models.DecimalField(_("reached"), null=True, blank=True, editable=False, **QUANTITY)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True, editable=False)

    class Meta:
        verbose_name = _("terms of a producer")
        verbose_name_plural = _("terms of producers")
        ordering = ["producer__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "producer"], name="one_set_of_terms_per_producer_and_cycle"),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="supplier_minimum_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.producer} · {self.cycle}"
