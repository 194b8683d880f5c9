"""The second half of the fortnight: goods come, are handed out and settled, and everybody looks back."""

from collections.abc import Callable
from io import BytesIO

from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from market.cycles.models import OrderCycle
from market.desk.group_reports import REPORTS
from market.ordering.models import Order
from market.supply.models import Claim, SupplierOrder
from market.supply.sheets import SHEETS
from tests.browser.fortnight_ordering import check_out
from tests.browser.play import DESK, KEPT, PHONE, Play
from tests.fortnight import GARDENS


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
