"""Schedules: on which days cycles open, at which moments, and the drafts that are due."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from babel.dates import format_date
from dateutil.rrule import rrule, rruleset, rrulestr
from django.db import transaction
from django.utils import timezone

from market.cycles.copying import copy_cycle
from market.cycles.models import OrderCycle, Schedule


class Times(NamedTuple):
    """When a cycle opens, closes and is handed out."""

    opens_at: datetime
    closes_at: datetime
    distribution_at: datetime


def opening_days(schedule: Schedule, first: date, last: date) -> list[date]:
    """The days between two days, both included, on which a schedule opens a cycle."""
    if last < schedule.first_on:
        return []
    found = rule_of(schedule).between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    return [moment.date() for moment in found]


def rule_of(schedule: Schedule) -> rrule | rruleset:
    return rrulestr(schedule.rhythm, dtstart=datetime.combine(schedule.first_on, time()))


def next_opening(schedule: Schedule, at: datetime) -> datetime | None:
    """When a schedule opens its next cycle; never, if it is paused or over."""
    if not schedule.active:
        return None
    today = datetime.combine(timezone.localdate(at), time())
    days = rule_of(schedule).xafter(today, count=2, inc=True)  # today's may be over already
    return next((opens for day in days if (opens := times_on(schedule, day.date()).opens_at) > at), None)


def times_on(schedule: Schedule, day: date) -> Times:
    """The moments of the cycle that opens on a day, by the clock on the market's wall.

    An hour that the clocks skip in spring counts from after the change, one they strike twice in autumn is the first.
    """

    def clock(days: int, at: time) -> datetime:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), at))

    return Times(
        clock(0, schedule.opens_time),
        clock(schedule.closes_after_days, schedule.closes_time),
        clock(schedule.hands_out_after_days, schedule.hands_out_time),
    )


@transaction.atomic
def draft_due_cycles(*, schedule: Schedule, at: datetime) -> list[OrderCycle]:
    """Draft the cycles of a schedule whose time has come; each day gives one cycle, however often this runs.

    A cycle that would have closed already is left out: a clock that was dead does not fill the list with the past.
    """
    schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
    if not schedule.active:
        return []
    today = timezone.localdate(at)
    days = opening_days(
        schedule,
        today - timedelta(days=schedule.closes_after_days),
        today + timedelta(days=schedule.drafts_days_before),
    )
    there = set(OrderCycle.objects.filter(schedule=schedule, occurrence__in=days).values_list("occurrence", flat=True))
    return [_draft(schedule, day, at) for day in days if day not in there and times_on(schedule, day).closes_at > at]


def _draft(schedule: Schedule, day: date, at: datetime) -> OrderCycle:
    last = OrderCycle.objects.filter(schedule=schedule).order_by("-occurrence").first()
    written = format_date(day, "d MMM", locale=schedule.organiser.language)
    draft = copy_cycle(
        cycle=last or schedule.pattern,
        name=f"{schedule.name}, {written}",
        **times_on(schedule, day)._asdict(),
        opens_by_clock=schedule.opens_by_clock,
        schedule=schedule,
        occurrence=day,
        actor=None,
        at=at,
    )
    draft.remind_hours, draft.sends_orders = schedule.remind_hours, schedule.sends_orders
    draft.save(update_fields=["remind_hours", "sends_orders"])
    return draft
