"""Where goods are handed out, and when there is room."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market.people.models import Organisation


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


class PickupSlot(models.Model):
    """A time at a pick-up point of one cycle, with room for so many households."""

    cycle = models.ForeignKey("market.OrderCycle", on_delete=models.CASCADE, related_name="slots")
    point = models.ForeignKey(PickupPoint, on_delete=models.PROTECT, related_name="+", verbose_name=_("pick-up point"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    capacity = models.PositiveIntegerField(
        _("room for so many households"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for no limit."),
    )
    # Orders that chose this slot; moved only by a conditional UPDATE, and the database refuses the rest.
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)

    class Meta:
        verbose_name = _("pick-up slot")
        verbose_name_plural = _("pick-up slots")
        ordering = ["starts_at", "point__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "point", "starts_at"], name="one_slot_per_point_and_time"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")), name="slot_is_not_overbooked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} · {timezone.localtime(self.starts_at):%d/%m %H:%M}"

    @property
    def left(self) -> int | None:
        """Households it still has room for; None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)
