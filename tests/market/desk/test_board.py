"""The coordinator's board: a task list with who did what, figures against minimums, and a nudge once per press."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from market.cycles.models import OrderCycle, SupplierTerms
from market.cycles.services import open_cycle
from market.desk.reports import board
from tests import builders as build

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Scene:
    """Three households, one of which has ordered four eggs of a pack of six; the farm asks for ten euros."""

    def __init__(self) -> None:
        now = timezone.now()
        self.group, self.farm = build.a_group(), build.a_producer()
        self.eggs = build.a_product(self.farm, "Eggs", "1.00", pack_size=Decimal(6))
        self.lise, self.noor, self.omar = (build.a_household(n, group=self.group) for n in ("Lise", "Noor", "Omar"))
        times = {"opens_at": now - MINUTE, "closes_at": now + 60 * MINUTE, "distribution_at": now + 48 * 60 * MINUTE}
        self.cycle = open_cycle(
            cycle=build.a_draft(self.group, [self.eggs], **times), actor=build.a_person("Amina"), at=now
        )
        SupplierTerms.objects.create(cycle=self.cycle, producer=self.farm, minimum=Decimal(10), below="go_ahead")
        build.an_order(self.lise, self.cycle, {self.eggs: 4}, at=now)
        self.browser = Client()
        self.browser.force_login(build.a_person("Amina"))

    def board(self):
        self.cycle.refresh_from_db()
        return board(self.cycle, list(self.cycle.steps.select_related("actor")), at=timezone.now())

    def page(self) -> str:
        return self.browser.get(reverse("market:desk:board", args=[self.cycle.pk])).content.decode()

    def post(self, name: str, **form: str) -> None:
        self.browser.post(reverse(f"market:desk:{name}", args=[self.cycle.pk]), form)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def states(board) -> dict[str, str]:
    return {task.words: task.status for task in board.tasks}


def test_the_board_says_what_is_done_by_whom_and_what_comes_next(scene) -> None:
    found = scene.board()
    assert states(found)["Draft it and open it"] == "done"
    assert states(found)["Households order"] == "now"
    assert found.tasks[0].step.actor == build.a_person("Amina")
    assert found.tasks[1].count == (1, 3)
    assert (found.packs.full, found.packs.waiting, found.packs.empty) == (0, 1, 1)
    assert "1 / 3" in scene.page()
    build.close(scene.cycle, at=timezone.now())
    assert states(scene.board())["Order from the producers"] == "now"
    build.order_from_producers(scene.cycle)
    assert states(scene.board())["Order from the producers"] == "done"
    assert scene.page()


def test_goods_are_recorded_while_producers_are_silent_and_whose_goods_came_needs_to_answer_no_more(scene) -> None:
    build.an_order(scene.noor, scene.cycle, {scene.eggs: 2}, at=timezone.now())
    build.close(scene.cycle, at=timezone.now())
    build.order_from_producers(scene.cycle)
    found = states(scene.board())
    assert (found["Producers answer"], found["Record what comes"], found["Settle"]) == ("now", "now", "later")
    build.receive(scene.cycle)
    assert states(scene.board())["Producers answer"] == "done"


def test_euros_of_each_producer_stand_against_its_minimum(scene) -> None:
    (row,) = scene.board().producers
    assert (row.wanted_minor, row.minimum.reached, row.minimum.missing) == (400, 0, 10)
    build.an_order(scene.noor, scene.cycle, {scene.eggs: 2}, at=timezone.now())
    (row,) = scene.board().producers
    assert (row.wanted_minor, row.minimum.reached, row.minimum.missing) == (600, 6, 4)
    assert "€4.00" in scene.page()


def test_a_nudge_writes_to_those_who_have_not_ordered_once_per_press_in_their_language(scene, mailoutbox) -> None:
    omar = build.a_person("Omar")
    omar.language = "fr"
    omar.save()
    mailoutbox.clear()
    scene.post("nudge", last="")
    scene.post("nudge", last="")  # the same button, pressed twice or reloaded
    assert sorted(mail.to[0] for mail in mailoutbox) == ["noor@cabas.example", "omar@cabas.example"]
    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects["omar@cabas.example"] != subjects["noor@cabas.example"]
    scene.cycle.refresh_from_db()
    scene.post("nudge", last=scene.cycle.nudged_at.isoformat())
    assert len(mailoutbox) == 4
    build.close(scene.cycle, at=timezone.now())
    scene.cycle.refresh_from_db()
    scene.post("nudge", last=scene.cycle.nudged_at.isoformat())
    assert len(mailoutbox) == 4  # nobody is told to order what is closed


def test_the_coordinator_ends_ordering_and_lets_packs_be_completed(scene) -> None:
    until = timezone.localtime(timezone.now() + timedelta(days=1))
    scene.post("complete", completes_at_0=f"{until:%Y-%m-%d}", completes_at_1=f"{until:%H:%M}")
    found = scene.board()
    assert scene.cycle.state == OrderCycle.State.COMPLETING
    assert states(found)["Households order"] == "done"
    assert states(found)["Packs are completed"] == "now"
    assert "Let packs be completed first" not in scene.page()
    scene.post("close")
    assert states(scene.board())["Packs are completed"] == "done"


def test_a_refused_time_is_still_there_to_be_corrected(scene) -> None:
    wrong = [("", ""), ("2020-01-01", "10:00"), ("2999-01-01", "10:00"), ("soon", "25:99"), ("2999-01-01", "")]
    for name, field, state in (("complete", "completes_at", "open"), ("reopen", "closes_at", "closed")):
        if state == "closed":
            build.close(scene.cycle, at=timezone.now())
        for day, time in wrong:
            address = reverse(f"market:desk:{name}", args=[scene.cycle.pk])
            answer = scene.browser.post(address, {f"{field}_0": day, f"{field}_1": time})
            page = answer.content.decode()
            assert answer.status_code == 400, (name, day)
            assert f'value="{day}"' in page or not day, (name, day)
            assert f'value="{time}"' in page or not time, (name, time)
    answer = scene.browser.post(reverse("market:desk:cancel", args=[scene.cycle.pk]), {"reason": "  "})
    assert answer.status_code == 400
    scene.cycle.refresh_from_db()
    assert scene.cycle.state == "closed"
    assert "did not fill" in scene.page()


def test_loose_goods_are_no_packs_and_nothing_has_failed_while_it_can_still_be_ordered(scene) -> None:
    assert "did not fill" not in scene.page()
    leeks = build.a_product(scene.farm, "Leeks")
    cycle = build.an_open_cycle(scene.group, [leeks, scene.eggs], name="Leeks")
    build.an_order(scene.lise, cycle, {leeks: 9, scene.eggs: 6})
    assert board(cycle, [], at=timezone.now()).packs.full == 1
    build.close(cycle)
    cycle.refresh_from_db()
    assert board(cycle, [], at=timezone.now()).packs.full == 1
