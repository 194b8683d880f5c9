"""Order cycles: the window in which a group or a producer takes orders, and what is offered in it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.catalogue.models import PERCENT, QUANTITY, Product
from market.currencies.models import CommunityCurrency
from market.money_field import StableMoneyField
from market.people.models import Enrolment, Organisation


class PickupPoint(models.Model):
    """The place where goods are handed out."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="pickup_points")
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=240)
    directions = models.CharField(_("how to find it"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("pick-up point")
        verbose_name_plural = _("pick-up points")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrderCycleQuerySet(models.QuerySet["OrderCycle"]):
    def taking_orders_at(self, at: datetime) -> Self:
        """Cycles in which a household may order at this moment."""
        return self.filter(state=OrderCycle.State.OPEN, opens_at__lte=at, closes_at__gt=at)

    def due_to_open(self, at: datetime) -> Self:
        """Cycles whose coordinator has released them and whose opening time has come."""
        return self.filter(
            state=OrderCycle.State.DRAFT,
            opens_by_clock=True,
            opens_at__lte=at,
            closes_at__gt=at,
        )

    def due_to_close(self, at: datetime) -> Self:
        return self.filter(state=OrderCycle.State.OPEN, closes_at__lte=at)

    def visible_to(self, user: Any) -> Self:
        """Cycles this person may look at: of their groups, of organisations they work for, and public ones."""
        public = Q(audience=OrderCycle.Audience.PUBLIC) & ~Q(state=OrderCycle.State.DRAFT)
        if not user.is_authenticated:
            return self.filter(public)
        groups = Enrolment.objects.filter(household__people=user).exclude(status=Enrolment.Status.WAITING)
        staffed = user.memberships.values("organisation")
        return self.filter(
            public
            | (Q(organiser__in=groups.values("group")) & ~Q(state=OrderCycle.State.DRAFT))
            | Q(organiser__in=staffed)
        )

    def run_by(self, organisations: models.QuerySet[Organisation]) -> Self:
        return self.filter(organiser__in=organisations)


class OrderCycle(models.Model):
    """The window with opening, closing and distribution; one settlement at its end."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        ORDERED = "ordered", _("ordered")
        RECEIVED = "received", _("received")
        SETTLED = "settled", _("settled")
        CANCELLED = "cancelled", _("cancelled")

    class Audience(models.TextChoices):
        MEMBERS = "members", _("members of the group")
        PUBLIC = "public", _("everybody")

    class Strategy(models.TextChoices):
        FIRST_COME = "first_come", _("first come, first served")
        EQUAL_SHARE = "equal_share", _("extras shared equally")
        PROPORTIONAL = "proportional", _("in proportion to the order")
        LOT = "lot", _("by lot, with a published seed")
        NO_AUTOMATIC = "no_automatic", _("by hand")

    # From which state a step may lead to which; anything else is refused with code "wrong_state".
    NEXT: dict[str, frozenset[str]] = {
        State.DRAFT: frozenset({State.OPEN, State.CANCELLED}),
        State.OPEN: frozenset({State.CLOSED, State.CANCELLED}),
        State.CLOSED: frozenset({State.OPEN, State.ORDERED, State.CANCELLED}),
        State.ORDERED: frozenset({State.RECEIVED}),
        State.RECEIVED: frozenset({State.SETTLED}),
        State.SETTLED: frozenset(),
        State.CANCELLED: frozenset(),
    }

    organiser = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="cycles",
        verbose_name=_("organiser"),
    )
    name = models.CharField(_("name"), max_length=120)
    audience = models.CharField(
        _("who may order"),
        max_length=8,
        choices=Audience.choices,
        default=Audience.MEMBERS,
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    distribution_at = models.DateTimeField(_("distribution"))
    opens_by_clock = models.BooleanField(_("open by itself at that time"), default=False)
    pickup_point = models.ForeignKey(
        PickupPoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("pick-up point"),
    )
    community_currency = models.ForeignKey(
        CommunityCurrency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("community currency accepted"),
    )
    strategy = models.CharField(
        _("how extras and shortages are shared"),
        max_length=16,
        choices=Strategy.choices,
        default=Strategy.FIRST_COME,
    )
    seed = models.CharField(_("published seed of the lot"), max_length=40, blank=True)
    note = models.TextField(_("note to members"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrderCycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("order cycle")
        verbose_name_plural = _("order cycles")
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")) & Q(closes_at__lte=F("distribution_at")),
                name="cycle_opens_closes_then_hands_out",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "open",
                        "closed",
                        "ordered",
                        "received",
                        "settled",
                        "cancelled",
                    ]
                ),
                name="cycle_state_is_known",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"])]

    def __str__(self) -> str:
        return self.name

    def takes_orders_at(self, at: datetime) -> bool:
        return self.state == self.State.OPEN and self.opens_at <= at < self.closes_at


class CycleStep(models.Model):
    """One step in the life of a cycle: what happened, when, and who did it. Never changed."""

    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(_("state"), max_length=10, choices=OrderCycle.State.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the clock."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.get_state_display()}"


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
    price = StableMoneyField(_("price per item"), max_digits=12, decimal_places=4, default_currency="EUR")
    vat_percent = models.DecimalField(_("VAT in percent"), default=Decimal(0), **PERCENT)
    pack_size = models.DecimalField(_("items in a pack"), **QUANTITY)
    minimum_packs = models.PositiveIntegerField(_("least packs"), default=0)
    step = models.DecimalField(_("smallest amount to order"), default=Decimal(1), **QUANTITY)
    community_share = models.DecimalField(_("share in community currency, percent"), default=Decimal(0), **PERCENT)
    available = models.DecimalField(_("items available; empty: no limit"), null=True, blank=True, **QUANTITY)
    # Items promised to placed orders; moved only by a conditional UPDATE, and the database refuses the rest.
    taken = models.DecimalField(_("items taken"), default=Decimal(0), **QUANTITY)

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
                condition=Q(available__isnull=True) | Q(taken__lte=F("available")),
                name="offer_is_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(community_share__gte=0, community_share__lte=100),
                name="offer_community_share_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Fee(models.Model):
    """What a cycle charges on top of the goods, and who receives it."""

    class Calculator(models.TextChoices):
        PERCENT_PER_LINE = "percent_line", _("percent, rounded once per line")
        PERCENT_PER_ITEM = "percent_item", _("percent, rounded per item")
        PER_ORDER = "per_order", _("euros per order")

    cycle = models.ForeignKey(OrderCycle, on_delete=models.CASCADE, related_name="fees")
    name = models.CharField(_("name"), max_length=80)
    calculator = models.CharField(_("how it is counted"), max_length=16, choices=Calculator.choices)
    amount = models.DecimalField(
        _("percent or euros"),
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(10_000)],
    )
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
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="fee_is_not_negative")]

    def __str__(self) -> str:
        return self.name
