"""Two clocks at the same second, on PostgreSQL: everything happens once. The twins show what the locks are for."""

from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.core import mail

from ledger import api as ledger
from market.cycles.audience import invited
from market.cycles.models import CycleStep, OrderCycle, Schedule
from market.desk.clock import tick
from market.ordering import reminders
from market.people.emails import readers
from market.supply.models import SupplierOrder
from tests import builders as build
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OPENS = datetime(2026, 3, 5, 11, tzinfo=UTC)


@pytest.fixture
def cycle() -> OrderCycle:
    """A scheduled cycle in which Lise has ordered and Omar has not."""
    group, farm = build.a_group(), build.a_producer()
    carrots = build.a_product(farm, "Carrots")
    lise = build.a_household("Lise", group=group)
    build.a_household("Omar", group=group)
    Schedule.objects.create(
        organiser=group, name="Weekly", pattern=build.a_draft(group, [carrots]), rhythm="FREQ=WEEKLY",
        first_on=date(2026, 3, 5), opens_time=time(12), closes_after_days=3, closes_time=time(22),
        hands_out_after_days=6, hands_out_time=time(18), drafts_days_before=0, sends_orders=True, remind_hours=12,
    )  # fmt: skip
    assert at_once([lambda: tick(OPENS)] * 3) == ["done"] * 3
    cycle = OrderCycle.objects.get(schedule__isnull=False)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["lise@cabas.example", "omar@cabas.example"]
    mail.outbox.clear()
    build.an_order(lise, cycle, {carrots: 2}, at=OPENS)
    return cycle


def test_clocks_at_once_open_remind_close_and_send_each_cycle_once(cycle: OrderCycle) -> None:
    at_once([lambda: tick(cycle.closes_at - timedelta(hours=12))] * 4)
    assert [letter.to for letter in mail.outbox] == [["omar@cabas.example"]]
    at_once([lambda: tick(cycle.closes_at)] * 4)
    steps = list(CycleStep.objects.filter(cycle=cycle).values_list("state", flat=True))
    assert steps == ["draft", "open", "closed", "ordered"]
    assert SupplierOrder.objects.count() == 1
    assert [letter.to for letter in mail.outbox[1:]] == [["riverside.farm@cabas.example"]]
    assert ledger.check() == []


def test_its_twin_that_looks_before_it_marks_reminds_several_times(cycle: OrderCycle) -> None:
    import threading

    looked = threading.Barrier(4)

    def look_then_mark(*, cycle: OrderCycle, at: datetime) -> bool:
        waiting = OrderCycle.objects.filter(pk=cycle.pk, reminded_at__isnull=True).exists()
        looked.wait(30)
        if waiting:
            OrderCycle.objects.filter(pk=cycle.pk).update(reminded_at=at)
            reminders.mail_reminder.enqueue(cycle.pk)
        return waiting

    with patch("market.desk.clock.remind_once", look_then_mark):
        at_once([lambda: tick(cycle.closes_at - timedelta(hours=12))] * 4)
    assert len(mail.outbox) == 4


def test_its_twin_that_looks_before_it_marks_announces_several_times(cycle: OrderCycle) -> None:
    import threading

    looked = threading.Barrier(4)
    OrderCycle.objects.filter(pk=cycle.pk).update(announced_at=None)

    def look_then_mark(*, cycle: OrderCycle, at: datetime) -> bool:
        waiting = OrderCycle.objects.filter(pk=cycle.pk, announced_at__isnull=True).exists()
        looked.wait(30)
        if waiting:
            OrderCycle.objects.filter(pk=cycle.pk).update(announced_at=at)
            for reader in readers(invited(cycle)):
                reminders.mail_opening.enqueue(cycle.pk, reader.pk)
        return waiting

    with patch("market.desk.clock.announce_once", look_then_mark):
        at_once([lambda: tick(OPENS + timedelta(minutes=1))] * 4)
    assert len(mail.outbox) == 8


def test_its_twin_without_the_lock_stumbles_over_the_day_that_has_its_cycle(cycle: OrderCycle) -> None:
    """The lock keeps clocks apart; without it the database still refuses a second cycle for the same day."""
    from django.db.models import QuerySet

    unlocked = patch.object(QuerySet, "select_for_update", lambda self, *a, **k: self)
    with unlocked:
        at_once([lambda: tick(OPENS + timedelta(days=7))] * 4)
    assert OrderCycle.objects.filter(occurrence=date(2026, 3, 12)).count() == 1
