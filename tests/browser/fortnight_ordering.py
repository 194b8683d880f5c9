"""The first half of the fortnight: rhythms are made, members order, packs are completed, producers answer."""

from collections.abc import Callable

from django.core import mail
from django.urls import reverse

from market.cycles.models import OrderCycle
from market.ordering.closing import missing
from market.ordering.models import Order
from market.supply.models import SupplierOrder
from tests.browser.play import DESK, PHONE, Play
from tests.fortnight import GARDENS


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
