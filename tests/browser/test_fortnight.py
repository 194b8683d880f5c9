"""A fortnight of a purchasing group: two rhythms, phones for members and at the door, a desk for who runs it.

The short form has six households and three producers; `make test-long` plays it with forty and twelve. Sheets and
mails are kept in .var/fortnight, and the pictures of the screens in .var/journeys, to be looked at.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.desk.clock import tick
from market.desk.group_reports import REPORTS
from market.ordering.closing import missing
from market.ordering.models import Order
from market.settlement.models import Settlement
from market.supply.models import Claim, SupplierOrder
from market.supply.sheets import SHEETS
from tests.browser.play import DESK, KEPT, PHONE, Play
from tests.fortnight import GARDENS, Fortnight

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


# --- The steps, in the order in which they happen --------------------------------------------------------------------


def two_rhythms_are_made(play: Play) -> None:
    play.hand_to("Amina", DESK)
    rhythms = [
        ("Vegetables", play.scene.gardens, "2026-03-12", "2026-03-14", "FREQ=WEEKLY", 3, 5),
        ("Dry goods", play.scene.shelves, "2026-03-19", "2026-03-21", "FREQ=WEEKLY;INTERVAL=2", 10, 12),
    ]
    for name, farms, closes, out, rhythm, days, until in rhythms:
        play.go("cycles:new", play.scene.group.slug)
        play.unfold()
        play.page.get_by_label("Name").first.fill(f"{name}, the pattern")
        play.fill_moment("opens_at", "2026-03-09", "08:00")
        play.fill_moment("closes_at", closes, "20:00")
        play.fill_moment("distribution_at", out, "10:00")
        if name == "Vegetables":
            play.fill_moment("completes_at", "2026-03-13", "12:00")
        play.page.get_by_label("Pick-up point").select_option(label="Ateneu")
        for farm in farms:
            play.page.get_by_label(farm.name).check()
        play.show(f"fortnight-draft-{rhythm[-1]}")
        play.press("Keep the draft")
        pattern = OrderCycle.objects.latest("pk")
        if name == "Vegetables":
            the_pattern_is_refined(play, pattern)
        play.go("cycles:new_schedule", play.scene.group.slug)
        play.page.get_by_label("Name of its cycles").fill(name)
        play.page.locator("[name=pattern]").select_option(value=str(pattern.pk))
        play.page.locator("[name=rhythm]").select_option(value=rhythm)
        terms = {"first_on": "2026-03-09", "opens_time": "08:00", "closes_after_days": days, "closes_time": "20:00",
                 "hands_out_after_days": until, "hands_out_time": "10:00", "remind_hours": 12}  # fmt: skip
        for field, value in terms.items():
            play.page.fill(f"[name={field}]", str(value))
        play.page.locator("[name=sends_orders]").check()
        play.show(f"fortnight-schedule-{rhythm[-1]}")
        play.press("Keep the schedule")
    play.show("fortnight-schedules")


def the_pattern_is_refined(play: Play, pattern: OrderCycle) -> None:
    play.go("cycles:slots", pattern.pk)
    play.page.get_by_label("Minutes of each").fill("60")
    play.page.get_by_role("button", name="Add", exact=True).click()
    play.show("fortnight-slots")
    play.go("cycles:terms", pattern.pk)
    play.unfold()
    play.page.get_by_label("Minimum of the whole order").first.fill("€ 5,00")
    play.show("fortnight-terms")
    play.press("Keep")
    play.show("fortnight-board-draft")


def members_order(play: Play, cycle: OrderCycle, lines: int) -> None:
    scene = play.scene
    scene.order(scene.others[1:], cycle, lines)  # one stays silent till the reminder
    scene.order([scene.noor], cycle, 5)
    play.hand_to("Lise", PHONE)
    play.page.goto(play.server.url + reverse("market:desk:home"))
    play.show("fortnight-home-member")
    play.page.get_by_role("article").filter(has_text="Vegetables").get_by_role("link", name="Choose products").click()
    play.show("fortnight-shop")
    choose(play, {"I want: Carrots": "4", "and would also take up to: Carrots": "2", "I want: Pumpkin": "2",
                  "I want: Leeks": "3"})  # fmt: skip
    check_out(play, "lise")
    play.hand_to("Pau", PHONE)
    play.go("ordering:shop", cycle.pk)
    choose(play, {"I want: Leeks": "2", "I want: Pumpkin": "1"})
    check_out(play, "pau")
    play.go("ordering:progress", cycle.pk)
    play.show("fortnight-progress")
    assert Order.objects.filter(cycle=cycle, household__in=[scene.lise, scene.pau], slot__isnull=False).count() == 2


def choose(play: Play, amounts: dict[str, str], *, of: str = GARDENS[0]) -> None:
    """Choose goods of one producer on its shelf."""
    play.page.locator("#producer").select_option(label=of)
    play.press("Show")
    for label, amount in amounts.items():
        play.page.get_by_label(label, exact=True).fill(amount)
    play.press("Keep in basket")


def check_out(play: Play, who: str) -> None:
    play.show(f"fortnight-basket-{who}")
    play.page.get_by_role("link", name="To checkout").click()
    if play.page.get_by_role("radio").count():
        play.page.get_by_role("radio").nth(1).check()
    play.show(f"fortnight-checkout-{who}")
    play.press("Order with obligation to pay")
    play.page.get_by_text("Your pick-up code").wait_for()
    play.show(f"fortnight-order-{who}")


def the_coordinator_nudges(play: Play, cycle: OrderCycle) -> None:
    play.hand_to("Amina", DESK)
    play.page.goto(play.server.url + reverse("market:desk:home"))
    play.show("fortnight-home-coordinator")
    play.go("desk:board", cycle.pk)
    play.show("fortnight-board-open")
    before = len(mail.outbox)
    play.press("Remind them by mail")
    play.page.get_by_text("Last reminded").wait_for()
    assert len(mail.outbox) > before


def packs_are_completed(play: Play, cycle: OrderCycle, clock: Callable[[str], None]) -> None:
    assert any("closes on" in message.subject for message in mail.outbox)  # the clock's own reminder
    play.scene.order(play.scene.others[:1], cycle, 3)
    clock("2026-03-12T20:01")
    cycle.refresh_from_db()
    assert cycle.state == "completing"
    play.hand_to("Amina", DESK)
    play.go("desk:board", cycle.pk)
    play.show("fortnight-board-completing")
    play.hand_to("Mira", PHONE)
    play.go("ordering:progress", cycle.pk)
    play.show("fortnight-progress-completing")
    play.go("ordering:shop", cycle.pk)
    play.show("fortnight-shop-completing")
    open_pack = next(offer for offer in cycle.offers.filter(wanted__gt=0).order_by("pk") if missing(offer))
    choose(play, {f"I want: {open_pack.name}": f"{missing(open_pack):f}"}, of=open_pack.producer.name)
    check_out(play, "mira")


def producers_answer(play: Play, cycle: OrderCycle) -> None:
    play.hand_to("Amina", DESK)
    play.go("desk:board", cycle.pk)
    play.show("fortnight-board-ordered")
    play.go("supply:orders", cycle.pk)
    play.show("fortnight-supplier-orders")
    orders = list(SupplierOrder.objects.filter(cycle=cycle).order_by("producer__pk"))
    for order in orders:
        play.download(reverse("market:supply:order_pdf", args=[order.pk]), f"order-{order.producer.slug}.pdf")
        play.download(reverse("market:supply:order_csv", args=[order.pk]), f"order-{order.producer.slug}.csv")
    play.page.context.clear_cookies()
    play.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    play.go("supply:answer", orders[0].token)
    play.show("fortnight-answer", always=True)
    play.page.get_by_label("Carrots").fill(str(int(orders[0].lines.get(offer__name="Carrots").quantity) - 1))
    play.page.locator("[name=remark]").fill("One box of carrots was too muddy.")
    play.page.locator("main button[type=submit], main form button").last.click()
    play.show("fortnight-answered")
    play.go("supply:answer", orders[1].token)
    play.page.locator("main form button").last.click()
    answers = set(SupplierOrder.objects.filter(cycle=cycle).values_list("answer", flat=True))
    assert {"shortened", "confirmed"} <= answers
    play.hand_to("Amina", DESK)
    play.go("supply:orders", cycle.pk)
    play.show("fortnight-supplier-orders-answered")


def goods_come(play: Play, cycle: OrderCycle) -> None:
    """At the door: one short product, one too many, pumpkins weighed; everything else came as agreed."""
    farm = SupplierOrder.objects.get(cycle=cycle, producer__name=GARDENS[0])
    play.hand_to("Rosa", PHONE)
    play.page.goto(play.server.url + reverse("market:desk:home"))
    play.show("fortnight-home-receiver")
    play.go("supply:receive", farm.pk)
    play.show("fortnight-receive")
    lines = {line.offer.name: line for line in farm.lines.select_related("offer")}
    play.page.get_by_label("Leeks").fill(str(int(lines["Leeks"].quantity) - 1))
    play.page.get_by_label("Pumpkin").fill(str(int(lines["Pumpkin"].quantity) + 2))
    play.page.locator("[name=transport]").fill("6,50")
    play.press("Record what came")
    play.page.get_by_role("heading", name="Who gets how much").wait_for()
    play.show("fortnight-received")
    play.page.get_by_role("link", name="Weigh for each household").click()
    for number, field in enumerate(play.page.locator("input.small").all()):
        field.fill(f"1,{number % 9}5")
    play.show("fortnight-weigh", always=True)
    play.press("Keep the weights")
    play.show("fortnight-weighed")
    play.go("supply:receive", farm.pk)
    play.press("Everything else came as agreed")
    play.page.get_by_role("heading", name="Packing and handing out").wait_for()
    cycle.refresh_from_db()
    assert cycle.state == "received"
    play.hand_to("Amina", DESK)
    play.go("desk:board", cycle.pk)
    play.show("fortnight-board-received")
    play.go("supply:stock", play.scene.group.slug)
    play.show("fortnight-stock")


def sheets_are_printed(play: Play, cycle: OrderCycle, week: str) -> None:
    play.hand_to("Amina", DESK)
    play.go("supply:packing", cycle.pk)
    for name in SHEETS:
        address = reverse("market:supply:packing", args=[cycle.pk]) + f"?by={name}"
        if play.looks_at_all:
            play.page.goto(play.server.url + address)
            play.show(f"fortnight-sheet-{week}-{name}")
        assert len(play.download(f"{address}&format=csv", f"{week}-{name}.csv").splitlines()) > 1, name
    token = next(cookie["value"] for cookie in play.page.context.cookies() if "csrf" in cookie["name"])
    answer = play.page.request.post(
        play.server.url + reverse("market:supply:print", args=[cycle.pk]),
        headers={"X-CSRFToken": token, "Referer": play.server.url},
    )
    (KEPT / f"{week}-everything.pdf").write_bytes(answer.body())
    words = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
    for order in Order.objects.filter(cycle=cycle, lines__delivered__quantity__gt=0):
        assert order.reference in words


def goods_are_handed_out(play: Play, cycle: OrderCycle) -> None:
    play.hand_to("Rosa", PHONE)
    play.go("supply:pickup", cycle.pk)
    play.show("fortnight-pickup", always=True)
    play.page.fill("#q", "lise")
    play.press("Find")
    play.press("Packed")
    play.press("crates are packed")
    play.page.fill("#q", "lise")
    play.press("Find")
    play.press("Collected")
    play.page.fill("#q", "pau")
    play.press("Find")
    play.page.get_by_role("link", name="Something is missing").click()
    play.page.get_by_label("Pumpkin").fill("1")
    play.page.get_by_label("What was wrong").fill("Mouldy at the stalk")
    play.show("fortnight-missing", always=True)
    play.press("Propose the credit")
    play.show("fortnight-pickup-noted")
    play.page.get_by_text("Everybody has been here").click()
    play.press("Tick off the")
    play.page.get_by_text("ticked off.").wait_for()
    play.show("fortnight-pickup-done")
    assert Claim.objects.get().state == "proposed"
    assert Order.objects.get(cycle=cycle, household=play.scene.lise).collected_at


def the_treasurer_settles(play: Play, cycle: OrderCycle) -> None:
    play.hand_to("Teo", DESK)
    play.page.goto(play.server.url + reverse("market:desk:home"))
    play.show("fortnight-home-treasurer")
    play.go("settlement:settle", cycle.pk)
    play.show("fortnight-bills")
    before = len(mail.outbox)
    play.press("Settle the cycle")
    play.page.get_by_role("heading", name="The proof").wait_for()
    play.show("fortnight-settled")
    assert len(mail.outbox) - before == cycle.orders.filter(lines__isnull=False).distinct().count()
    play.go("settlement:claims")
    play.show("fortnight-claims", always=True)
    play.press("Credit it: the producer bears it")
    play.page.get_by_text("Nothing waits for a decision.").wait_for()
    play.show("fortnight-claims-decided")
    play.go("settlement:invoices", cycle.pk)
    play.page.locator("[name^=amount-]").first.fill("40,00")
    play.page.locator("[name^=number-]").first.fill("2026/117")
    play.page.locator("[name^=reason-]").first.fill("The boxes were counted as new")
    play.show("fortnight-invoices", always=True)
    play.press("Keep, and all others agree")
    play.page.get_by_text("difference").first.wait_for()
    play.show("fortnight-invoices-kept")


def the_second_week(play: Play, dry: OrderCycle, clock: Callable[[str], None]) -> None:
    """The next cycle was copied by the clock; it and the dry goods are handed out on one day."""
    scene = play.scene
    clock("2026-03-16T08:01")
    again = OrderCycle.objects.get(schedule__name="Vegetables", occurrence="2026-03-16")
    assert again.state == "open"
    play.hand_to("Noor", PHONE)
    play.go("ordering:basket", again.pk)
    play.press("Same as last time")
    check_out(play, "noor")
    scene.order([scene.lise, scene.pau, *scene.others], again, 4)
    scene.order([scene.lise, scene.noor, scene.pau, scene.late, *scene.others], dry, 3)
    clock("2026-03-19T20:01")
    clock("2026-03-20T12:01")
    play.hand_to("Amina", DESK)
    for cycle in (again, dry):
        cycle.refresh_from_db()
        assert cycle.state == "ordered", cycle
        play.go("supply:orders", cycle.pk)
        play.press("Everything came as agreed")
    clock("2026-03-21T10:00")
    sheets_are_printed(play, again, "second")
    play.hand_to("Teo", DESK)
    for cycle in (again, dry):
        play.go("settlement:settle", cycle.pk)
        play.press("Settle the cycle")
        play.page.get_by_role("heading", name="The proof").wait_for()


def everybody_looks_back(play: Play, cycle: OrderCycle) -> None:
    play.hand_to("Lise", PHONE)
    order = Order.objects.get(cycle=cycle, household=play.scene.lise)
    pages = {"order-settled": ("ordering:order", order.reference), "orders": ("ordering:orders",),
             "balance": ("payments:balance",), "wallet": ("wallets:wallet",)}  # fmt: skip
    for name, (address, *args) in pages.items():
        play.go(address, *args)
        play.show(f"fortnight-{name}")
    play.go("ordering:why", order.lines.get(name="Carrots").pk)
    play.show("fortnight-why")
    play.hand_to("Amina", DESK)
    play.go("desk:board", cycle.pk)
    play.show("fortnight-board-settled")
    play.go("desk:reports", play.scene.group.slug)
    play.show("fortnight-reports")
    for name in REPORTS if play.looks_at_all else ["cycles"]:
        address = reverse("market:desk:report", args=[play.scene.group.slug, name])
        play.page.goto(play.server.url + address)
        play.show(f"fortnight-report-{name}")
        play.download(f"{address}?format=csv", f"report-{name}.csv")
        play.download(f"{address}?format=pdf", f"report-{name}.pdf")
