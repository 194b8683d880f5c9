"""Schedules and the clock: the wall clock rules across summer time, and everything happens once."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from market.cycles.models import CycleStep, OrderCycle, Schedule
from market.cycles.scheduling import next_opening, opening_days, times_on
from market.desk.clock import tick
from market.people.joining import pause
from market.supply.models import SupplierOrder
from tests import builders as build

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_schedule(pattern: OrderCycle | None = None, **fields: Any) -> Schedule:
    """Every Thursday from 5 March 2026: 12:00, closes on Sunday at 22:00, handed out on Wednesday at 18:00."""
    if pattern is None:
        group = build.a_group()
        pattern = build.a_draft(group, [build.a_product(build.a_producer(), "Carrots")], name="Pattern")
    terms: dict[str, Any] = {
        "organiser": pattern.organiser,
        "name": "Weekly basket",
        "pattern": pattern,
        "rhythm": "FREQ=WEEKLY",
        "first_on": date(2026, 3, 5),
        "opens_time": time(12),
        "closes_after_days": 3,
        "closes_time": time(22),
        "hands_out_after_days": 6,
        "hands_out_time": time(18),
        **fields,
    }
    schedule = Schedule(**terms)
    schedule.full_clean()
    schedule.save()
    return schedule


def cycles() -> list[OrderCycle]:
    return list(OrderCycle.objects.filter(schedule__isnull=False).order_by("occurrence"))


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        ("FREQ=WEEKLY", [5, 12, 19, 26]),
        ("FREQ=WEEKLY;INTERVAL=2", [5, 19]),
        ("FREQ=MONTHLY;BYDAY=2TH", [12]),
        ("FREQ=WEEKLY;COUNT=2", [5, 12]),
        ("FREQ=DAILY;INTERVAL=10", [5, 15, 25]),
    ],
)
def test_a_rhythm_says_on_which_days_cycles_open(rhythm: str, days: list[int]) -> None:
    found = opening_days(a_schedule(rhythm=rhythm), date(2026, 3, 1), date(2026, 3, 31))
    assert [day.day for day in found] == days


@pytest.mark.parametrize("rhythm", ["weekly", "FREQ=HOURLY", "FREQ=WEEKLY;BYHOUR=3", "FREQ=WEEKLY;BYDAY=XX", ""])
def test_what_is_no_rhythm_of_days_is_refused(rhythm: str) -> None:
    with pytest.raises(ValidationError):
        a_schedule(rhythm=rhythm)


@pytest.mark.parametrize(
    ("first_on", "opens", "closes", "utc"),
    [
        # Spring: the clocks skip from 2:00 to 3:00 on Sunday 29 March. 22:00 is 20:00 UTC from then on, 21:00 before.
        (date(2026, 3, 26), time(12), time(22), ("26 11:00", "29 20:00")),
        (date(2026, 3, 25), time(12), time(22), ("25 11:00", "28 21:00")),
        (date(2026, 3, 26), time(12), time(2, 30), ("26 11:00", "29 01:30")),
        # Autumn: 3:00 becomes 2:00 on Sunday 25 October; of the two 2:30 the first counts.
        (date(2026, 10, 22), time(12), time(22), ("22 10:00", "25 21:00")),
        (date(2026, 10, 22), time(12), time(2, 30), ("22 10:00", "25 00:30")),
        # Over midnight: closes a minute into the next day, or one before.
        (date(2026, 3, 5), time(23, 59), time(0, 1), ("5 22:59", "7 23:01")),
        (date(2026, 3, 5), time(0), time(23, 59), ("4 23:00", "8 22:59")),
    ],
)
def test_times_are_those_of_the_wall_clock_across_summer_time_and_midnight(
    first_on: date, opens: time, closes: time, utc: tuple[str, str]
) -> None:
    times = times_on(a_schedule(first_on=first_on, opens_time=opens, closes_time=closes), first_on)
    found = [moment.astimezone(UTC) for moment in times]
    assert tuple(f"{moment.day} {moment:%H:%M}" for moment in found[:2]) == utc


@pytest.mark.parametrize(("day", "utc"), [(date(2026, 3, 26), "29 20:00"), (date(2026, 10, 22), "25 21:00")])
def test_a_cycle_closes_at_its_second_across_summer_time(day: date, utc: str) -> None:
    a_schedule(first_on=day)
    closes = datetime.strptime(f"{day.year}-{day.month}-{utc}+0000", "%Y-%m-%d %H:%M%z")
    tick(closes - 3 * DAY)
    tick(closes - timedelta(seconds=1))
    assert cycles()[0].state == OrderCycle.State.OPEN
    tick(closes)
    assert cycles()[0].state == OrderCycle.State.CLOSED


def test_a_schedule_drafts_each_cycle_once_some_days_before_it_opens() -> None:
    schedule = a_schedule(drafts_days_before=2)
    opens = datetime(2026, 3, 5, 11, tzinfo=UTC)
    tick(opens - 3 * DAY)
    assert cycles() == []
    for _ in range(3):
        tick(opens - 2 * DAY)
    (first,) = cycles()
    assert (first.name, first.state, first.opens_at) == ("Weekly basket, 5 Mar", OrderCycle.State.DRAFT, opens)
    assert timezone.localtime(first.closes_at).strftime("%a %H:%M") == "Sun 22:00"
    tick(opens)
    tick(opens + 7 * DAY)
    first, second = cycles()
    assert [cycle.state for cycle in (first, second)] == [OrderCycle.State.CLOSED, OrderCycle.State.OPEN]
    assert second.copied_from == first
    schedule.active = False
    schedule.save()
    tick(opens + 14 * DAY)
    assert len(cycles()) == 2


def test_the_list_says_when_the_next_cycle_opens() -> None:
    thursday = datetime(2026, 3, 5, 11, tzinfo=UTC)
    schedule = a_schedule()
    assert next_opening(schedule, thursday - DAY) == thursday
    assert next_opening(schedule, thursday) == thursday + 7 * DAY  # that one has opened
    assert next_opening(a_schedule(schedule.pattern, rhythm="FREQ=WEEKLY;COUNT=1", name="Once"), thursday) is None
    schedule.active = False
    assert next_opening(schedule, thursday - DAY) is None


def test_a_clock_that_was_dead_for_weeks_drafts_only_what_can_still_be_ordered() -> None:
    a_schedule()
    tick(datetime(2026, 3, 27, 11, tzinfo=UTC))
    (only,) = cycles()
    assert (only.occurrence, only.state) == (date(2026, 3, 26), OrderCycle.State.OPEN)


def test_a_week_runs_by_itself_and_a_clock_dead_for_three_days_tells_producers_once() -> None:
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots")
    lise = build.a_household("Lise", group=group)
    a_schedule(build.a_draft(group, [carrots]), sends_orders=True, remind_hours=24)
    opens = datetime(2026, 3, 5, 11, tzinfo=UTC)
    tick(opens)
    (cycle,) = cycles()
    build.an_order(lise, cycle, {carrots: 2}, at=opens)
    for _ in range(3):
        tick(cycle.closes_at + 3 * DAY)
    cycle.refresh_from_db()
    assert cycle.state == OrderCycle.State.ORDERED
    assert CycleStep.objects.filter(cycle=cycle, state="closed").count() == 1
    assert SupplierOrder.objects.filter(cycle=cycle).count() == 1
    # The opening is told, one mail goes to the producer, and no reminder of a cycle that had closed.
    assert [letter.to[0] for letter in mail.outbox] == ["lise@cabas.example", "riverside.farm@cabas.example"]


def test_the_reminder_goes_once_to_those_who_have_not_ordered_or_whose_pack_is_at_risk() -> None:
    group = build.a_group()
    farm = build.a_producer()
    carrots = build.a_product(farm, "Carrots")
    honey = build.a_product(farm, "Honey", pack_size=Decimal(6))
    households = {name: build.a_household(name, group=group) for name in ("Lise", "Omar", "Pau", "Noor", "Away")}
    pause(household=households["Away"], group=group, at=build.NOW)
    cycle = build.an_open_cycle(group, [carrots, honey], remind_hours=12)
    build.an_order(households["Lise"], cycle, {carrots: 1})
    build.an_order(households["Omar"], cycle, {honey: 5})
    build.set_line(household=households["Pau"], offer=build.offer_of(cycle, carrots), quantity=Decimal(1), at=build.NOW)
    quiet = build.a_person("Quiet")
    build.a_household("Quiet", group=group)
    quiet.news_by_mail = False
    quiet.save()
    tick(cycle.closes_at - timedelta(hours=12, seconds=1))
    assert {letter.subject.split(":")[0] for letter in mail.outbox} == {"First week of March is open"}
    mail.outbox.clear()
    for minutes in (0, 1, 60):
        tick(cycle.closes_at - timedelta(hours=12) + timedelta(minutes=minutes))
    told = {letter.to[0].split("@")[0]: letter.body for letter in mail.outbox}
    assert sorted(told) == ["noor", "omar", "pau"]
    assert len(mail.outbox) == 3
    assert "its basket is full" in told["pau"]
    assert "has not ordered yet.\n" in told["noor"]
    assert "packs are not full:\n\n5 × Honey\n" in told["omar"]
