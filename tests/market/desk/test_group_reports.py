"""Reports: the same figures on the screen, in the file and on paper, and quick whatever the size of the group."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from market.desk.group_reports import REPORTS, Period
from market.desk.plots import bars
from market.paper import print_pages
from market.printing import table_pages
from market.settlement.invoices import record_invoice
from market.settlement.models import Settlement
from market.supply.models import SupplierOrder
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SINCE, UNTIL = build.NOW.date().replace(month=1, day=1), build.NOW.date().replace(month=12, day=31)


def a_group_with_cycles(cycles: int, households: int) -> Period:
    """Every household takes two loaves for 3.30 € (10 % VAT in it) and one soap for 6.05 € (21 %) in every cycle."""
    group = build.a_group()
    bread = build.a_product(build.a_producer(), "Bread", "1.65", vat_percent=Decimal(10))
    soap = build.a_product(build.a_producer("Soap Works", editor="Sara"), "Soap", "6.05", vat_percent=Decimal(21))
    people = [build.a_household(f"H{number}", group=group, euros="500") for number in range(households)]
    for number in range(cycles):
        cycle = build.an_open_cycle(group, [bread, soap], name=f"Week {number}")
        for household in people:
            build.an_order(household, cycle, {bread: 2, soap: 1})
        build.a_settled_cycle(cycle)
    return Period(group, SINCE, UNTIL)


def rows(period: Period, name: str) -> list[list[object]]:
    return [list(row) for group in REPORTS[name][2](period).groups for row in group.rows]


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def test_the_figures_of_two_households_in_one_cycle() -> None:
    period = a_group_with_cycles(1, 2)
    order = SupplierOrder.objects.get(producer__name="Soap Works")
    record_invoice(
        supplier_order=order, number="1", amount_minor=1220, reason="rounding", actor=None, at=build.NOW
    )  # fmt: skip
    assert rows(period, "cycles")[0][2:] == [2, 1870, 0, 0, 0, 1870, None]  # nothing came in packs
    assert rows(period, "vat") == [[10, 660, 60, 600], [21, 1210, 210, 1000]]
    assert rows(period, "products") == [["Bread", 4, 2, 660], ["Soap", 2, 2, 1210]]
    assert rows(period, "producers") == [
        ["Riverside Farm", 660, 0, 0, 0, 0, 0, 660],
        ["Soap Works", 1210, 0, 0, 0, 10, 0, 1220],
    ]
    assert rows(period, "balances") == [["H0", 49065, None], ["H1", 49065, None]]
    assert [row[3] for row in rows(period, "payments")] == [50000, 50000]
    assert rows(period, "deliveries") == [["Riverside Farm", 1, 100, 0, 0], ["Soap Works", 1, 100, 0, 0]]


def test_invoices_stand_beside_what_was_credited_and_add_up_on_screen_in_the_file_and_on_paper() -> None:
    period = a_group_with_cycles(2, 1)
    first = SupplierOrder.objects.filter(producer__name="Soap Works").earliest("pk")
    record_invoice(supplier_order=first, number="F-1", amount_minor=600, reason="rounding", actor=None, at=build.NOW)
    table = REPORTS["invoices"][2](period)
    assert [list(row) for row in table.groups[0].rows] == [
        ["Riverside Farm", "no invoice yet", 330, None, None, ""],
        ["Soap Works", "F-1", 605, 600, -5, "rounding"],
    ]
    assert [(group.title, list(group.total or [])[2:5]) for group in table.groups] == [
        ("Week 0", [935, 600, -5]), ("Week 1", [935, 0, 0]), ("All cycles", [1870, 600, -5]),
    ]  # fmt: skip
    assert table.csv().splitlines()[-1] == "All cycles,in all,,18.70,6.00,-0.05,"
    page = client_of("Amina").get(
        reverse("market:desk:report", args=[period.group.slug, "invoices"]),
        {"since": SINCE.isoformat(), "until": UNTIL.isoformat()},
    )
    assert "€18.70" in page.content.decode()
    assert b"%PDF" in print_pages(list(table_pages(table)), title="", stamp="")


def test_a_cycle_counts_on_its_day_or_when_it_was_settled_before_it() -> None:
    group, bread = build.a_group(), build.a_product(build.a_producer(), "Bread", "1.65")
    cycle = build.an_open_cycle(group, [bread])
    build.an_order(build.a_household("Lise", group=group, euros="50"), cycle, {bread: 2})
    settlement = build.a_settled_cycle(cycle)
    day = timezone.localdate(cycle.distribution_at)
    settled_on = {"two days before": day - 2 * DAY, "the day": day, "three days after": day + 3 * DAY}
    expected = {"two days before": day - 2 * DAY, "the day": day, "three days after": day}
    for when, settled in settled_on.items():
        Settlement.objects.filter(pk=settlement.pk).update(at=noon(settled))
        counted = [n for n in range(-4, 5) if rows(Period(group, day + n * DAY, day + n * DAY), "cycles")]
        assert [day + n * DAY for n in counted] == [expected[when]], when


def test_a_cycle_that_is_not_settled_counts_on_its_day() -> None:
    group, bread = build.a_group(), build.a_product(build.a_producer(), "Bread", "1.65")
    cycle = build.an_open_cycle(group, [bread])
    day = timezone.localdate(cycle.distribution_at)
    assert [n for n in range(-4, 5) if Period(group, day + n * DAY, day + n * DAY).cycles] == [0]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_page_a_file_and_paper(name: str) -> None:
    period = a_group_with_cycles(1, 1)
    address = reverse("market:desk:report", args=[period.group.slug, name])
    days = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}
    client = client_of("Amina")
    assert client.get(address, days).status_code == 200
    assert client.get(address, {**days, "format": "csv"}).content.startswith(b"\xef\xbb\xbf")
    assert client.get(address, {**days, "format": "pdf"}).content.startswith(b"%PDF")


def test_no_report_takes_longer_because_there_is_more_to_report() -> None:
    """What takes minutes on distribution morning is a query for every row: here their number never changes."""
    counts = []
    for cycles, households in ((1, 1), (3, 4)):
        from django.db import transaction

        with transaction.atomic():
            period = a_group_with_cycles(cycles, households)
            taken = {}
            for name, (_title, _words, make) in REPORTS.items():
                with CaptureQueriesContext(connection) as captured:
                    _shown = make(period).shown
                taken[name] = len(captured)
            counts.append(taken)
            transaction.set_rollback(True)
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 6


def test_bars_are_as_high_as_their_figures() -> None:
    drawn = bars("Spent", [("a", Decimal(10), "10 €"), ("b", Decimal(5), "5 €"), ("c", Decimal(0), "0 €")]).bars
    assert [bar[3] for bar in drawn] == [150, 75, 0]
    assert all(0 <= bar.x < 600 for bar in drawn)
    assert [bar.value for bar in drawn] == ["10 €", "5 €", "0 €"]
