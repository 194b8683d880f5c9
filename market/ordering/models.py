"""What households want, what they ordered, and what the packs gave them: three layers that never mix."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import QUANTITY
from market.cycles.models import Fee, Offer, OrderCycle, PickupPoint, PickupSlot
from market.money_field import StableMoneyField
from market.people.models import Household

NOT_NEGATIVE = Q(quantity__gte=0) & Q(tolerance__gte=0)


class BasketLine(models.Model):
    """What a household would like of one offer, not ordered yet. Saved line by line, never emptied."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="basket_lines")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="basket_lines")
    quantity = models.DecimalField(_("firm quantity"), **QUANTITY)
    tolerance = models.DecimalField(_("tolerance"), default=0, **QUANTITY)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        constraints = [
            models.UniqueConstraint(fields=["household", "offer"], name="one_basket_line_per_offer"),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="basket_line_is_not_negative"),
        ]


class Order(models.Model):
    """A household's placed order in one cycle; changed by placing again until the cycle closes."""

    cycle = models.ForeignKey(OrderCycle, on_delete=models.PROTECT, related_name="orders")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(_("pick-up code"), max_length=12, unique=True)
    placed_at = models.DateTimeField(_("placed"))
    slot = models.ForeignKey(
        PickupSlot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("pick-up slot"),
    )
    packed_at = models.DateTimeField(_("packed"), null=True, blank=True)
    collected_at = models.DateTimeField(_("collected"), null=True, blank=True)
    # Fees for tags that the household had when it ordered: a tag given or taken later changes no price.
    tagged_fees = models.ManyToManyField(Fee, related_name="+", editable=False)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [models.UniqueConstraint(fields=["cycle", "household"], name="one_order_per_household_and_cycle")]

    def __str__(self) -> str:
        return self.reference

    @property
    def fetched_at(self) -> datetime:
        """When it is fetched: from the start of the slot its household chose, or when the goods are handed out."""
        return self.slot.starts_at if self.slot else self.cycle.distribution_at

    @property
    def fetched_from(self) -> PickupPoint | None:
        return self.slot.point if self.slot else self.cycle.pickup_point


class SlotChoice(models.Model):
    """When a household would like to fetch its order: a wish like a basket line, that takes nobody's place yet."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="slot_choices")
    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="+")
    slot = models.ForeignKey(PickupSlot, on_delete=models.CASCADE, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "cycle"], name="one_slot_choice_per_household_and_cycle")
        ]


class OrderLine(models.Model):
    """One offer in an order, with name and price as they were when it was placed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="order_lines")
    name = models.CharField(_("name"), max_length=200)
    price = StableMoneyField(_("price per item"), max_digits=12, decimal_places=4, default_currency="EUR")
    quantity = models.DecimalField(_("firm quantity"), **QUANTITY)
    tolerance = models.DecimalField(_("tolerance"), default=0, **QUANTITY)
    most_minor = models.BigIntegerField(_("most it can cost, in cents, when all tolerance comes"))
    community_minor = models.BigIntegerField(_("of this in community currency, in minor units"), default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "offer"], name="one_order_line_per_offer"),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="order_line_is_not_negative"),
            models.CheckConstraint(
                condition=Q(community_minor__gte=0, community_minor__lte=models.F("most_minor")),
                name="order_line_community_part_fits",
            ),
        ]


class Placement(models.Model):
    """One press of the order button. Its key was born with the form, so that a second click shows the same order."""

    key = models.UUIDField(unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="placements")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # What was set aside for the order by this placement; the next placement releases it and sets aside anew.
    euro_hold = models.ForeignKey("ledger.Hold", on_delete=models.PROTECT, null=True, related_name="+")
    community_hold = models.ForeignKey("ledger.Hold", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    @property
    def holds(self) -> list[int]:
        """Numbers of the holds there are."""
        return [pk for pk in (self.euro_hold_id, self.community_hold_id) if pk]


class DemandChange(models.Model):
    """The demand log: a household's new totals for an offer after a placement. Only ever added to."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="demand_changes")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="demand_changes")
    at = models.DateTimeField()
    quantity = models.DecimalField(_("firm quantity"), **QUANTITY)
    tolerance = models.DecimalField(_("tolerance"), **QUANTITY)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["offer", "at", "id"])]
        constraints = [models.CheckConstraint(condition=NOT_NEGATIVE, name="demand_is_not_negative")]


class Allocation(models.Model):
    """How the packs of one offer were shared out at closing."""

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="allocation")
    packs = models.PositiveIntegerField(_("packs"))
    available = models.DecimalField(_("items that will come"), **QUANTITY)
    missing = models.DecimalField(_("items missing for the next pack"), **QUANTITY)
    strategy = models.CharField(_("sharing rule"), max_length=16, choices=OrderCycle.Strategy.choices)
    seed = models.CharField(_("seed"), max_length=40, blank=True)
    at = models.DateTimeField()


class AllocationShare(models.Model):
    """What one order line got of the packs that its offer's `Allocation` counts, and why."""

    # The database is spared looking 40,000 lines up again and locking each of them, a fifth of closing: the same step
    # has just read them all under the cycle's lock, after which no line is ever deleted (PROTECT says so to Django).
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="share", db_constraint=False)
    firm = models.DecimalField(_("of the firm quantity"), **QUANTITY)
    from_tolerance = models.DecimalField(_("from tolerance"), **QUANTITY)
    result = models.DecimalField(_("result"), **QUANTITY)
    short = models.DecimalField(_("short"), **QUANTITY)
