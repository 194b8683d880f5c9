"""Order cycles: the window in which a group or a producer takes orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from market.currencies.models import CommunityCurrency
from market.cycles.models.places import PickupPoint
from market.cycles.models.schedules import Schedule
from market.people.models import Enrolment, HouseholdTag, Organisation

if TYPE_CHECKING:
    from market.cycles.models.terms import Fee


class OrderCycleQuerySet(models.QuerySet["OrderCycle"]):
    def taking_orders_at(self, at: datetime) -> Self:
        """Cycles in which a household may order at this moment."""
        is_open = Q(state=OrderCycle.State.OPEN, opens_at__lte=at, closes_at__gt=at)
        return self.filter(is_open | Q(state=OrderCycle.State.COMPLETING, completes_at__gt=at))

    def due_to_open(self, at: datetime) -> Self:
        """Cycles whose coordinator has released them and whose opening time has come."""
        return self.filter(
            state=OrderCycle.State.DRAFT,
            opens_by_clock=True,
            opens_at__lte=at,
            closes_at__gt=at,
        )

    def due_to_close(self, at: datetime) -> Self:
        """Cycles whose deadline has passed: that of ordering, or that of completing packs."""
        return self.filter(
            Q(state=OrderCycle.State.OPEN, closes_at__lte=at)
            | Q(state=OrderCycle.State.COMPLETING, completes_at__lte=at)
        )

    def not_yet_reminded(self, at: datetime) -> Self:
        """Cycles that take orders and whose households are still to be reminded of it, now or later."""
        return self.filter(
            state=OrderCycle.State.OPEN,
            opens_at__lte=at,
            closes_at__gt=at,
            reminded_at__isnull=True,
            remind_hours__isnull=False,
        )

    def not_yet_announced(self, at: datetime) -> Self:
        """Cycles of a group's members that take orders and that nobody has been told of."""
        return self.filter(
            state=OrderCycle.State.OPEN,
            audience=OrderCycle.Audience.MEMBERS,
            opens_at__lte=at,
            closes_at__gt=at,
            announced_at__isnull=True,
        )

    def due_to_send(self) -> Self:
        """Closed cycles whose producers are to get their orders without anybody's hand."""
        return self.filter(state=OrderCycle.State.CLOSED, sends_orders=True)

    def visible_to(self, user: Any) -> Self:
        """Cycles this person may look at: of their groups, of organisations they work for, and public ones."""
        public = Q(audience=OrderCycle.Audience.PUBLIC) & ~Q(state=OrderCycle.State.DRAFT)
        if not user.is_authenticated:
            return self.filter(public)
        groups = Enrolment.objects.filter(household__people=user).exclude(status=Enrolment.Status.WAITING)
        staffed = user.memberships.values("organisation")
        tags = OrderCycle.tags.through.objects.filter(ordercycle=OuterRef("pk"))
        mine = ~Exists(tags) | Exists(tags.filter(householdtag__enrolments__in=groups))
        return self.filter(
            public
            | (Q(organiser__in=groups.values("group")) & ~Q(state=OrderCycle.State.DRAFT) & mine)
            | Q(organiser__in=staffed)
        )

    def run_by(self, organisations: models.QuerySet[Organisation]) -> Self:
        return self.filter(organiser__in=organisations)


class OrderCycle(models.Model):
    """The window with opening, closing and distribution; one settlement at its end."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        COMPLETING = "completing", _("completing packs")
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
        State.OPEN: frozenset({State.COMPLETING, State.CLOSED, State.CANCELLED}),
        State.COMPLETING: frozenset({State.OPEN, State.CLOSED, State.CANCELLED}),
        State.CLOSED: frozenset({State.OPEN, State.ORDERED, State.CANCELLED}),
        State.ORDERED: frozenset({State.RECEIVED}),
        State.RECEIVED: frozenset({State.SETTLED}),
        State.SETTLED: frozenset({State.RECEIVED}),
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
    completes_at = models.DateTimeField(
        _("packs may be completed until"),
        null=True,
        blank=True,
        help_text=_("After the closing, changes that help to fill a pack are still welcome until then. Empty: none."),
    )
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
    tags = models.ManyToManyField(
        HouseholdTag,
        blank=True,
        related_name="+",
        verbose_name=_("only for households with one of these tags"),
        help_text=_("Choose none, and every household of the group may order."),
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("remind so many hours before closing"),
        null=True,
        blank=True,
        help_text=_("Only households that have not ordered, or whose packs are at risk. Leave empty for no reminder."),
    )
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    nudged_at = models.DateTimeField(null=True, blank=True, editable=False)
    sends_orders = models.BooleanField(_("producers get their orders when it has closed"), default=False)
    # The draft before: its producers, products, fees and terms were copied, and the board shows what changed since.
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    schedule = models.ForeignKey(
        Schedule,
        on_delete=models.SET_NULL,
        null=True,
        related_name="cycles",
        editable=False,
        verbose_name=_("schedule"),
    )
    occurrence = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrderCycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("order cycle")
        verbose_name_plural = _("order cycles")
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "occurrence"], name="one_cycle_per_day_of_a_schedule"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")) & Q(closes_at__lte=F("distribution_at")),
                name="cycle_opens_closes_then_hands_out",
            ),
            models.CheckConstraint(
                condition=Q(completes_at__isnull=True)
                | (Q(completes_at__gt=F("closes_at")) & Q(completes_at__lte=F("distribution_at"))),
                name="cycle_completes_packs_after_closing",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "open",
                        "completing",
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

    @property
    def reminds_at(self) -> datetime:
        """When households are reminded of the closing."""
        return self.closes_at - timedelta(hours=self.remind_hours or 0)

    @property
    def is_public(self) -> bool:
        """Whether everybody may look at it."""
        return self.audience == self.Audience.PUBLIC and self.state != self.State.DRAFT

    @cached_property
    def has_slots(self) -> bool:
        """Whether a household chooses when it fetches its order."""
        return self.slots.exists()

    @cached_property
    def all_fees(self) -> list[Fee]:
        return list(self.fees.all())

    def takes_orders_at(self, at: datetime) -> bool:
        if self.state == self.State.COMPLETING:
            return self.completes_at is not None and at < self.completes_at
        return self.state == self.State.OPEN and self.opens_at <= at < self.closes_at

    @property
    def takes_orders_until(self) -> datetime:
        """The deadline that counts now: of ordering, or of completing packs."""
        return self.completes_at if self.state == self.State.COMPLETING and self.completes_at else self.closes_at


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
