"""The coordinator's pages: several fees, minimums, products by the thousand, pick-up times, copies and schedules."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money

from market.catalogue.models import Product
from market.cycles.models import Fee, OrderCycle, PickupPoint, Schedule
from market.people.models import HouseholdTag
from tests import builders as build

pytestmark = pytest.mark.django_db


class Desk:
    """Amina at her desk, with a draft of two producers."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.farm, self.mill = build.a_producer(), build.a_producer("The Mill")
        self.carrots, self.leeks = (build.a_product(self.farm, name) for name in ("Carrots", "Leeks"))
        self.bread = build.a_product(self.mill, "Bread")
        now = timezone.now()
        self.draft = build.a_draft(
            self.group,
            [self.carrots, self.leeks, self.bread],
            opens_at=now,
            closes_at=now + timedelta(days=3),
            distribution_at=now + timedelta(days=6),
        )
        self.client = Client()
        self.client.force_login(build.a_person("Amina"))

    def path(self, name: str, *arguments: Any) -> str:
        return reverse(f"market:cycles:{name}", args=[*arguments] or [self.draft.pk])

    def terms_of_the_draft(self, **more: Any) -> dict[str, Any]:
        form = {"name": "Week 10", "strategy": "first_come", "producers": [self.farm.pk, self.mill.pk]}
        for name in ("opens_at", "closes_at", "distribution_at"):
            moment = timezone.localtime(getattr(self.draft, name))
            form |= {f"{name}_0": moment.strftime("%Y-%m-%d"), f"{name}_1": moment.strftime("%H:%M")}
        return {**form, **more}


def fee(number: int, **fields: Any) -> dict[str, Any]:
    terms = {"name": "Fee", "kind": "admin", "calculator": "per_order", "charged_on": "coordinator", **fields}
    return {f"fees-{number}-{name}": value for name, value in terms.items()}


def count(total: int, there: int = 0) -> dict[str, str]:
    return {"fees-TOTAL_FORMS": str(total), "fees-INITIAL_FORMS": str(there)}


def test_a_coordinator_edits_several_fees() -> None:
    desk = Desk()
    point = PickupPoint.objects.create(organisation=desk.group, name="Hall", address="x")
    owner = {"payee": desk.group.pk}
    path, farm = desk.path("edit"), f"supplier:{desk.farm.pk}"
    answer = desk.client.post(
        path,
        desk.terms_of_the_draft(
            **count(3),
            **fee(0, name="Van", calculator="per_kilo", amount="0,35 €", charged_on=farm, **owner),
            **fee(
                1, name="Costs", calculator="percent_line", amount="3,5 %", vat_percent="21", vat_added="on", **owner
            ),
            **fee(2, name="Hall", amount="1", charged_on=f"pickup:{point.pk}", **owner),
            another_fee="1",
        ),
    )
    assert answer.headers["Location"] == path + "?fees=1#fees"
    van, costs, hall = desk.draft.fees.all()
    assert (van.amount, van.level, van.producer, van.vat_percent) == (Decimal("0.35"), "supplier", desk.farm, None)
    assert (costs.amount, costs.vat_percent, costs.vat_added) == (Decimal("3.5"), 21, True)
    assert (hall.level, hall.point) == ("pickup", point)
    # Change one, take one away, add one.
    desk.client.post(
        path,
        desk.terms_of_the_draft(
            # The browser also sends the form of a fee that nobody filled in.
            **fee(4, name="", calculator="", amount="", further_amount="0", from_goods="0", vat_percent="", **owner),
            **count(5, 3),
            **fee(0, id=van.pk, name="Van", calculator="per_kilo", amount="0.40", charged_on=farm, **owner),
            **fee(1, id=costs.pk, name="Costs", calculator="percent_line", amount="3.5", DELETE="on", **owner),
            **fee(2, id=hall.pk, name="Hall", amount="1", charged_on=f"pickup:{point.pk}", **owner),
            **fee(3, name="Step", calculator="stepped", amount="2", further_amount="1", from_goods="30", **owner),
        ),
    )  # fmt: skip
    rows = [(row.name, row.amount, row.further_amount, row.from_goods) for row in desk.draft.fees.all()]
    assert rows == [("Van", Decimal("0.4"), 0, 0), ("Hall", 1, 0, 0), ("Step", 2, 1, 30)]
    assert "€0.40, euros per kilogram" in desk.client.get(path).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"amount": "lots"}, "Write a number"), ({"amount": "120", "calculator": "percent_line"}, "between −100 and 100"),
     ({"amount": ""}, "required"), ({"amount": "€"}, "Write a number")],
)  # fmt: skip
def test_a_fee_that_is_no_figure_is_refused_and_nothing_is_lost(fields: dict[str, str], words: str) -> None:
    desk = Desk()
    form = desk.terms_of_the_draft(**count(1), **fee(0, **{"payee": desk.group.pk, **fields}))
    answer = desk.client.post(desk.path("edit"), form)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Fee.objects.count() == 0


@pytest.mark.parametrize(("typed", "read"), [("€ 50,00", "50"), ("1.250,50", "1250.5"), ("50.00 €", "50")])
def test_a_minimum_is_read_as_it_was_typed(typed: str, read: str) -> None:
    desk = Desk()
    prefix = f"producer-{desk.farm.pk}"
    form = {f"producer-{p.pk}-{name}": value for p in (desk.farm, desk.mill) for name, value in
            (("measure", "net"), ("below", "prolong"), ("prolong_hours", "24"))}  # fmt: skip
    deadline = timezone.localtime(desk.draft.closes_at - timedelta(days=1))
    form |= {f"{prefix}-minimum": typed, f"{prefix}-closes_at_0": deadline.strftime("%Y-%m-%d"),
             f"{prefix}-closes_at_1": "20:00"}  # fmt: skip
    answer = desk.client.post(desk.path("terms"), form)
    assert answer.status_code == 302
    terms = desk.draft.supplier_terms.get(producer=desk.farm)
    assert (terms.minimum, terms.measure, terms.below) == (Decimal(read), "net", "prolong")
    assert timezone.localtime(terms.closes_at).strftime("%H:%M") == "20:00"


@pytest.mark.parametrize("typed", ["fifty", "€", "1.200", "50 or 60"])
def test_a_minimum_nobody_can_read_is_refused_and_never_zero(typed: str) -> None:
    desk = Desk()
    form = {f"producer-{p.pk}-{name}": value for p in (desk.farm, desk.mill) for name, value in
            (("measure", "gross"), ("below", "cancel"), ("prolong_hours", "24"))}  # fmt: skip
    answer = desk.client.post(desk.path("terms"), form | {f"producer-{desk.farm.pk}-minimum": typed})
    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.content.decode()
    assert desk.draft.supplier_terms.count() == 0


def test_products_are_chosen_all_none_or_one_by_one_and_stay_chosen_when_the_draft_changes() -> None:
    desk = Desk()
    desk.client.post(desk.path("products"), {"producer": desk.mill.pk, "none": "1"})
    desk.client.post(
        desk.path("producer_products", desk.draft.pk, desk.farm.slug), {"product": [desk.leeks.pk, desk.bread.pk]}
    )
    names = lambda: list(desk.draft.offers.order_by("name").values_list("name", flat=True))  # noqa: E731
    assert names() == ["Leeks"]
    assert "1 of 2" in desk.client.get(desk.path("products")).content.decode()
    # The draft changes: the farm keeps what was chosen, the mill comes in with everything.
    assert desk.client.post(desk.path("edit"), desk.terms_of_the_draft()).status_code == 302
    assert names() == ["Bread", "Leeks"]
    desk.client.post(desk.path("products"), {"producer": desk.farm.pk, "all": "1"})
    assert names() == ["Bread", "Carrots", "Leeks"]


def test_four_thousand_products_take_no_more_queries_than_two() -> None:
    desk = Desk()
    path = desk.path("producer_products", desk.draft.pk, desk.farm.slug)

    def queries(form: dict[str, Any] | None) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = desk.client.get(path) if form is None else desk.client.post(path, form)
        assert answer.status_code == (200 if form is None else 302)
        return sum(not row["sql"].startswith("INSERT") for row in captured)

    def everything() -> dict[str, Any]:
        return {"product": list(desk.farm.products.values_list("pk", flat=True))}

    desk.client.get(path)  # also warms what is kept for all pages
    few = [queries(None), queries(everything())]
    Product.objects.bulk_create(Product(producer=desk.farm, name=f"P{n}", price=Money(1, "EUR")) for n in range(3998))
    assert [queries(None), queries(everything())] == few
    assert desk.draft.offers.filter(producer=desk.farm).count() == 4000


def test_pickup_times_are_made_in_a_row_and_taken_away_while_nobody_chose_them() -> None:
    desk = Desk()
    hall = PickupPoint.objects.create(organisation=desk.group, name="Hall", address="x")
    day = timezone.localtime(desk.draft.distribution_at + timedelta(days=1)).strftime("%Y-%m-%d")
    form = {"add": "1", "point": hall.pk, "starts_at_0": day, "starts_at_1": "18:00", "until": "19:45", "minutes": "30",
            "capacity": "4"}  # fmt: skip
    for _ in range(2):
        assert desk.client.post(desk.path("slots"), form).status_code == 302
    slots = list(desk.draft.slots.all())
    assert [timezone.localtime(slot.starts_at).strftime("%H:%M") for slot in slots] == ["18:00", "18:30", "19:00"]
    desk.draft.slots.filter(pk=slots[0].pk).update(taken=1)
    for slot in slots[:2]:
        desk.client.post(desk.path("slots"), {"drop": slot.pk})
    assert desk.draft.slots.count() == 2
    late = desk.client.post(desk.path("slots"), {**form, "until": "17:00"})
    assert (late.status_code, "It must end after it starts" in late.content.decode()) == (400, True)


def test_whoever_adds_a_missing_pickup_point_comes_back_to_the_cycle_it_was_missing_in() -> None:
    desk = Desk()
    group, cycle, client = desk.group, desk.draft, desk.client
    slots = reverse("market:cycles:slots", args=[cycle.pk])
    point = reverse("market:cycles:pickup_point", args=[group.slug])
    assert f"{point}?cycle={cycle.pk}" in client.get(slots).content.decode()
    form = {"name": "Ateneu", "address": "Carrer Major 1"}
    assert client.post(f"{point}?cycle={cycle.pk}&slots", form).url == slots
    edit = reverse("market:cycles:edit", args=[cycle.pk])
    assert client.post(f"{point}?cycle={cycle.pk}", {**form, "name": "Market hall"}).url == edit
    assert client.post(f"{point}?cycle=x", {**form, "name": "School"}).url.endswith(f"/new/{group.slug}/")


def test_pick_up_times_may_go_over_midnight() -> None:
    desk = Desk()
    hall = PickupPoint.objects.create(organisation=desk.group, name="Hall", address="x")
    day = timezone.localdate(desk.draft.distribution_at)
    form = {"add": "1", "point": hall.pk, "starts_at_0": day.isoformat(), "starts_at_1": "23:00", "until": "01:00",
            "minutes": "30"}  # fmt: skip
    assert desk.client.post(desk.path("slots"), form).status_code == 302
    ends = [timezone.localtime(slot.ends_at) for slot in desk.draft.slots.order_by("starts_at")]
    assert [end.strftime("%H:%M") for end in ends] == ["23:30", "00:00", "00:30", "01:00"]
    assert ends[-1].date() == day + timedelta(days=1)


def test_a_cycle_is_copied_with_its_times_a_week_later() -> None:
    desk = Desk()
    page = desk.client.get(desk.path("copy")).content.decode()
    assert (timezone.localtime(desk.draft.closes_at) + timedelta(days=7)).strftime("%Y-%m-%d") in page
    moments = {"name": "Next", **{name: value for name, value in desk.terms_of_the_draft().items() if "_at_" in name}}
    answer = desk.client.post(desk.path("copy"), moments)
    copied = OrderCycle.objects.latest("pk")
    assert answer.headers["Location"] == desk.path("products", copied.pk)
    Product.objects.filter(pk=desk.bread.pk).update(available=False)
    assert "1 product is gone" in desk.client.get(answer.headers["Location"]).content.decode()


def test_a_schedule_is_made_and_paused() -> None:
    desk = Desk()
    form = {"name": "Weekly", "pattern": desk.draft.pk, "rhythm": "FREQ=WEEKLY;INTERVAL=2", "first_on": "2026-03-05",
            "opens_time": "12:00", "closes_after_days": "3", "closes_time": "22:00", "hands_out_after_days": "6",
            "hands_out_time": "18:00", "drafts_days_before": "2", "active": "on"}  # fmt: skip
    path = desk.path("new_schedule", desk.group.slug)
    assert desk.client.post(path, {**form, "hands_out_after_days": "2"}).status_code == 400
    assert desk.client.post(path, form).status_code == 302
    schedule = Schedule.objects.get()
    assert "every two weeks" in desk.client.get(desk.path("schedules", desk.group.slug)).content.decode()
    del form["active"]
    desk.client.post(desk.path("schedule", desk.group.slug, schedule.pk), form)
    schedule.refresh_from_db()
    assert not schedule.active


def test_a_draft_is_for_households_with_a_tag() -> None:
    desk = Desk()
    north = HouseholdTag.objects.create(group=desk.group, name="North")
    desk.client.post(desk.path("edit"), desk.terms_of_the_draft(tags=[north.pk], remind_hours="12", sends_orders="on"))
    desk.draft.refresh_from_db()
    assert (list(desk.draft.tags.all()), desk.draft.remind_hours, desk.draft.sends_orders) == ([north], 12, True)
