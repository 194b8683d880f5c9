"""The rhythm in which an organisation's cycles come back."""

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from market.people.models import Organisation

RHYTHMS = [
    ("FREQ=WEEKLY", _("every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("every two weeks")),
    ("FREQ=WEEKLY;INTERVAL=3", _("every three weeks")),
    ("FREQ=WEEKLY;INTERVAL=4", _("every four weeks")),
    ("FREQ=MONTHLY", _("every month, on the same date")),
    ("FREQ=DAILY", _("every day")),
]


def check_rhythm(text: str) -> None:
    """Refuse what is no recurrence by days, weeks, months or years: `not_a_rhythm`."""
    wrong = ValidationError(_("Write a rhythm as in calendars, for example FREQ=WEEKLY;INTERVAL=2."), "not_a_rhythm")
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or {"BYHOUR", "BYMINUTE", "BYSECOND"} & {
        *parts
    }:
        raise wrong
    try:
        rrulestr(text)
    except (ValueError, TypeError):
        raise wrong from None


class Schedule(models.Model):
    """Drafts a cycle like the last one for each day of a rhythm. Its times are those of the clock on the wall."""

    organiser = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="schedules")
    name = models.CharField(_("name of its cycles"), max_length=80)
    pattern = models.ForeignKey(
        "market.OrderCycle",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("first copied from"),
        help_text=_("Later cycles are copied from the last one of this schedule."),
    )
    rhythm = models.CharField(
        _("rhythm (iCalendar RRULE)"), max_length=200, default="FREQ=WEEKLY", validators=[check_rhythm]
    )
    first_on = models.DateField(_("first opening day"))
    opens_time = models.TimeField(_("opens at"))
    closes_after_days = models.PositiveSmallIntegerField(_("closes so many days later"))
    closes_time = models.TimeField(_("closes at"))
    hands_out_after_days = models.PositiveSmallIntegerField(_("handed out so many days after the opening"))
    hands_out_time = models.TimeField(_("handed out at"))
    drafts_days_before = models.PositiveSmallIntegerField(_("drafted so many days before it opens"), default=2)
    opens_by_clock = models.BooleanField(_("its cycles open by themselves"), default=True)
    sends_orders = models.BooleanField(_("producers get their orders when a cycle has closed"), default=False)
    remind_hours = models.PositiveSmallIntegerField(
        _("remind so many hours before closing"), null=True, blank=True, help_text=_("Leave empty for no reminder.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def rhythm_words(self) -> str:
        """The rhythm as people say it, where it is a usual one."""
        return str(dict(RHYTHMS).get(self.rhythm, self.rhythm))
