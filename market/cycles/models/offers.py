"""What a cycle offers: products with their terms as they were when it opened."""

from __future__ import annotations

from decimal import Decimal
from math import gcd
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import PERCENT, QUANTITY, Product
from market.cycles.models.cycles import OrderCycle
from market.money_field import StableMoneyField
from market.people.models import Organisation


class OfferQuerySet(models.QuerySet["Offer"]):
    def still_to_come(self) -> Self:
        """Offers of cycles under way whose goods have not been handed over yet: what is ordered of them is promised."""
        under_way = ("open", "completing", "closed", "ordered")
        return self.filter(cycle__state__in=under_way, delivery_line__isnull=True)


class Offer(models.Model):
    """A product in one cycle: name, price and pack as they were when the cycle opened."""

    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    producer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=3)
    unit_amount = models.DecimalField(_("amount of the unit in one item"), max_digits=12, decimal_places=4)
    unit_text = models.CharField(_("one item"), max_length=60, blank=True)
    price = StableMoneyField(
        _("price per item, deposit included"), max_digits=12, decimal_places=4, default_currency="EUR"
    )
    deposit = StableMoneyField(
        _("of this deposit"), max_digits=12, decimal_places=4, default=Decimal(0), default_currency="EUR"
    )
    vat_percent = models.DecimalField(_("VAT in percent"), default=Decimal(0), **PERCENT)
    pack_size = models.DecimalField(_("items in a pack"), **QUANTITY)
    minimum_packs = models.PositiveIntegerField(_("least packs"), default=0)
    weight = models.DecimalField(_("kilograms of one item; 0: not known"), default=Decimal(0), **QUANTITY)
    strategy = models.CharField(
        _("sharing rule, where it is not that of the cycle"),
        max_length=16,
        choices=OrderCycle.Strategy.choices,
        blank=True,
    )
    weighed = models.BooleanField(_("weighed for each household"), default=False)
    step = models.DecimalField(_("smallest amount to order"), default=Decimal(1), **QUANTITY)
    community_share = models.DecimalField(_("share in community currency, percent"), default=Decimal(0), **PERCENT)
    available = models.DecimalField(_("items available; empty: no limit"), null=True, blank=True, **QUANTITY)
    # What placed orders ask for, firm and tolerance, and how often that changed: moved together with the demand log on
    # the locked row, so that nobody has to add the log up to see how full the packs are.
    wanted = models.DecimalField(_("items wanted for sure"), default=Decimal(0), editable=False, **QUANTITY)
    tolerated = models.DecimalField(_("further items tolerated"), default=Decimal(0), editable=False, **QUANTITY)
    changes = models.PositiveIntegerField(default=0, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["producer__name", "category", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "product"], name="one_offer_per_product_and_cycle"),
            models.CheckConstraint(condition=Q(pack_size__gt=0), name="offer_pack_holds_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="offer_price_is_not_negative"),
            models.CheckConstraint(condition=Q(step__gt=0), name="offer_step_is_positive"),
            models.CheckConstraint(
                # Quantities have three decimals; the half of the last one forgives SQLite, which adds in floats.
                condition=Q(available__isnull=True) | Q(available__gt=F("wanted") + F("tolerated") - Decimal("0.0005")),
                name="offer_is_not_oversold",
            ),
            models.CheckConstraint(condition=Q(wanted__gte=0, tolerated__gte=0), name="offer_demand_is_not_negative"),
            models.CheckConstraint(
                condition=Q(community_share__gte=0, community_share__lte=100),
                name="offer_community_share_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> Decimal | None:
        """Items that can still be ordered; None without a limit."""
        return None if self.available is None else max(Decimal(0), self.available - self.wanted - self.tolerated)

    @property
    def piece(self) -> Decimal:
        """The smallest amount by which what a household gets differs from what it wants: of steps, or of packs."""
        if not self.pack_size % self.step:
            return self.step
        return Decimal(gcd(*(int(1000 * Decimal(amount)) for amount in (self.step, self.pack_size)))) / 1000

    @property
    def shared_by(self) -> str:
        """The sharing rule: the offer's own, or that of its cycle."""
        return self.strategy or self.cycle.strategy
