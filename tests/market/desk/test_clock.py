"""What happens by itself, however often and however late the clock runs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from market.cycles.forms import CycleForm, usual_times
from market.cycles.models import CycleStep, OrderCycle
from market.desk.clock import tick
from market.supply.models import SupplierOrder
from tests import builders as build

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cycle() -> OrderCycle:
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots")
    lise = build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 2})
    return cycle


def test_a_clock_that_was_dead_for_three_days_closes_once(cycle: OrderCycle) -> None:
    late = cycle.closes_at + 3 * DAY
    before = tick(cycle.closes_at - timedelta(seconds=1))[0]
    assert before == [f"told households of cycle {cycle.pk}", "sealed the journal"]
    assert f"ended ordering in cycle {cycle.pk}" in tick(late)[0]
    assert tick(late)[0] == ["sealed the journal"]
    cycle.refresh_from_db()
    assert cycle.state == OrderCycle.State.CLOSED
    assert CycleStep.objects.filter(cycle=cycle, state="closed").count() == 1


def test_a_cycle_opens_by_itself_only_if_its_coordinator_said_so() -> None:
    group, carrots = build.a_group(), build.a_product(build.a_producer(), "Carrots")
    opens = build.NOW + DAY
    by_clock = build.a_draft(group, [carrots], name="a", opens_at=opens, opens_by_clock=True)
    build.a_draft(group, [carrots], name="b", opens_at=opens)
    assert tick(opens - timedelta(seconds=1))[0] == ["sealed the journal"]
    assert tick(opens)[0][0] == f"opened cycle {by_clock.pk}"
    assert tick(opens)[0] == ["sealed the journal"]


def test_one_failing_cycle_does_not_stop_the_others(cycle: OrderCycle) -> None:
    group = build.a_group("Other", coordinator="Pau")
    empty = build.a_draft(group, [], name="empty", opens_at=build.NOW, opens_by_clock=True)
    done, failed = tick(cycle.closes_at - timedelta(minutes=1))
    assert [words.split(":")[0] for words in failed] == [f"opened cycle {empty.pk}"]
    done, failed = tick(cycle.closes_at)
    assert f"ended ordering in cycle {cycle.pk}" in done


def test_a_mail_that_did_not_leave_is_sent_again_and_then_no_more(cycle: OrderCycle) -> None:
    build.close(cycle)
    with patch("django.core.mail.EmailMultiAlternatives.send", side_effect=OSError("no mail server")):
        build.order_from_producers(cycle)
    order = SupplierOrder.objects.get()
    assert (order.sent_at is not None, order.mailed_at) == (True, None)
    for _ in range(2):
        tick(order.sent_at + timedelta(hours=1))
    assert [message.to for message in mail.outbox] == [["riverside.farm@cabas.example"]]


@pytest.mark.parametrize(
    ("day", "utc_hour"), [("2026-03-28", 21), ("2026-03-29", 20), ("2026-10-24", 20), ("2026-10-25", 21)]
)
def test_a_closing_time_means_the_clock_on_the_wall_across_summer_time(day: str, utc_hour: int) -> None:
    """22:00 in Madrid is 21:00 UTC in winter and 20:00 in summer; the clocks change on 29 March and 25 October."""
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots")
    form = CycleForm(
        {"name": "x", "strategy": "first_come", "producers": [carrots.producer_id], "opens_at_0": "2026-03-01",
         "opens_at_1": "08:00", "closes_at_0": day, "closes_at_1": "22:00", "distribution_at_0": "2026-11-01",
         "distribution_at_1": "18:00"},
        organiser=group,
    )  # fmt: skip
    assert form.is_valid(), form.errors
    closes = form.cleaned_data["closes_at"].astimezone(UTC)
    assert (closes.hour, closes.minute) == (utc_hour, 0)


def test_the_usual_week_closes_on_sunday_night_and_hands_out_on_wednesday() -> None:
    times = usual_times(datetime(2026, 3, 26, 12, tzinfo=UTC))
    assert [timezone.localtime(times[name]).strftime("%a %d %H:%M") for name in ("closes_at", "distribution_at")] == [
        "Sun 29 22:00",
        "Wed 01 18:00",
    ]


def test_everybody_finds_what_they_came_for_on_their_first_page(client, cycle: OrderCycle) -> None:
    OrderCycle.objects.update(closes_at=timezone.now() + DAY, distribution_at=timezone.now() + 3 * DAY)
    expected = {
        "Lise": reverse("market:ordering:shop", args=[cycle.pk]),
        "Amina": reverse("market:desk:board", args=[cycle.pk]),
        "Teo": reverse("market:payments:desk"),
        "Bruno": reverse("market:catalogue:upload", args=["riverside-farm"]),
        "Noor": reverse("market:people:groups"),
    }
    for person, address in expected.items():
        client.force_login(build.a_person(person))
        assert address in client.get(reverse("market:desk:home")).content.decode(), person


def test_a_draft_needs_times_in_order() -> None:
    group, carrots = build.a_group(), build.a_product(build.a_producer(), "Carrots", pack_size=Decimal(1))
    form = CycleForm(
        {"name": "x", "strategy": "lot", "producers": [carrots.producer_id], "opens_at_0": "2026-03-05",
         "opens_at_1": "08:00", "closes_at_0": "2026-03-04", "closes_at_1": "22:00", "distribution_at_0": "2026-03-01",
         "distribution_at_1": "18:00"},
        organiser=group,
    )  # fmt: skip
    assert set(form.errors) == {"closes_at", "distribution_at"}
