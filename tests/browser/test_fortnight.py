"""A fortnight of a purchasing group: two rhythms, phones for members and at the door, a desk for who runs it.

The short form has six households and three producers; `make test-long` plays it with forty and twelve. Sheets and
mails are kept in .var/fortnight, and the pictures of the screens in .var/journeys, to be looked at.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.desk.clock import tick
from market.settlement.models import Settlement
from tests.browser.fortnight_handing_out import (
    everybody_looks_back,
    goods_are_handed_out,
    goods_come,
    sheets_are_printed,
    the_second_week,
    the_treasurer_settles,
)
from tests.browser.fortnight_ordering import (
    members_order,
    packs_are_completed,
    producers_answer,
    the_coordinator_nudges,
    two_rhythms_are_made,
)
from tests.browser.play import Play
from tests.fortnight import Fortnight

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def clock() -> Iterator[Callable[[str], None]]:
    """Set the clock of the server forward, to a moment on the market's wall, and let happen what is due."""
    with time_machine.travel(datetime(2026, 3, 7, 10, tzinfo=MADRID)) as traveller:

        def strike(moment: str) -> None:
            at = datetime.fromisoformat(moment).replace(tzinfo=MADRID)
            traveller.move_to(at)
            _done, failed = tick(timezone.now())
            assert failed == [], moment

        yield strike


@pytest.mark.parametrize("browser_context_args", [360], indirect=True, ids=["phone"])
@pytest.mark.parametrize(
    ("households", "producers"), [(6, 3), pytest.param(40, 12, marks=pytest.mark.long)], ids=["short", "whole"]
)
def test_a_group_lives_through_a_fortnight(
    page: Page,
    live_server: Any,
    show: Callable[[str], None],
    clock: Callable[[str], None],
    settings: Any,
    tmp_path: Path,
    households: int,
    producers: int,
) -> None:
    settings.VAR_DIR, settings.SITE_URL = tmp_path, live_server.url
    play = Play(page, live_server, show, Fortnight(households, producers), looks_at_all=households > 10)
    two_rhythms_are_made(play)
    clock("2026-03-07T10:05")
    clock("2026-03-09T08:01")
    vegetables, dry = OrderCycle.objects.filter(schedule__isnull=False).order_by("closes_at")
    assert (vegetables.state, dry.state) == ("open", "open")
    members_order(play, vegetables, lines=min(12, vegetables.offers.count()))
    clock("2026-03-11T18:00")
    the_coordinator_nudges(play, vegetables)
    clock("2026-03-12T08:01")
    packs_are_completed(play, vegetables, clock)
    clock("2026-03-13T12:01")
    vegetables.refresh_from_db()
    assert vegetables.state == "ordered"
    producers_answer(play, vegetables)
    clock("2026-03-14T09:00")
    goods_come(play, vegetables)
    sheets_are_printed(play, vegetables, "first")
    goods_are_handed_out(play, vegetables)
    clock("2026-03-14T18:00")
    the_treasurer_settles(play, vegetables)
    the_second_week(play, dry, clock)
    everybody_looks_back(play, vegetables)
    play.read_mails()
    assert ledger.check() == []
    assert Settlement.objects.count() == 3
