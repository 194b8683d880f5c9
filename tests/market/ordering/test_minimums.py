"""A producer's minimum: counted as its terms say, and with the consequence they name when it is missed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from djmoney.money import Money

from ledger import api as ledger
from market.cycles.models import OrderCycle, SupplierTerms
from market.desk.clock import tick
from market.ordering.closing import close_cycle
from market.ordering.minimums import counted
from market.ordering.models import Allocation
from market.supply.models import SupplierOrder
from market.supply.services import reopen_cycle
from tests import builders as build

pytestmark = pytest.mark.django_db
Below, Outcome = SupplierTerms.Below, SupplierTerms.Outcome


class Week:
    """Lise orders for 20 euros at the farm, whose minimum it is about, and for 6 at the mill."""

    def __init__(self, **terms: Any) -> None:
        self.group = build.a_group()
        self.farm, self.mill = build.a_producer(), build.a_producer("The Mill")
        self.carrots = build.a_product(self.farm, "Carrots", "2.00")
        self.bread = build.a_product(self.mill, "Bread", "3.00")
        self.lise = build.a_household("Lise", group=self.group)
        self.cycle = build.an_open_cycle(self.group, [self.carrots, self.bread])
        self.terms = SupplierTerms.objects.create(cycle=self.cycle, producer=self.farm, **terms)
        self.order = build.an_order(self.lise, self.cycle, {self.carrots: 10, self.bread: 2})

    def close(self, *, at: Any = None) -> str:
        self.cycle = close_cycle(cycle=self.cycle, actor=None, at=at or self.cycle.closes_at)
        self.terms.refresh_from_db()
        return self.terms.outcome

    def results(self) -> dict[str, int]:
        return {a.offer.name: int(a.available) for a in Allocation.objects.filter(offer__cycle=self.cycle)}


@pytest.mark.parametrize(
    ("fields", "figure"),
    [
        ({"measure": "gross"}, "40.00"),
        ({"measure": "gross", "with_deposits": True}, "50.00"),
        ({"measure": "net"}, "36.36"),
        ({"measure": "net", "with_deposits": True}, "45.45"),
        ({"measure": "kilos"}, "7.500"),
    ],
)
def test_a_minimum_is_counted_gross_net_or_by_weight_with_deposits_or_without(fields: Any, figure: str) -> None:
    farm = build.a_producer()
    milk = build.a_product(
        farm, "Milk", "4.00", deposit=Money("1.00", "EUR"), vat_percent=Decimal(10), weight=Decimal("0.75")
    )
    cycle = build.a_draft(build.a_group(), [milk])
    terms = SupplierTerms(cycle=cycle, producer=farm, **fields)
    assert counted(terms, [(cycle.offers.get(), Decimal(10))]) == Decimal(figure)


def test_a_minimum_that_is_just_reached_is_reached() -> None:
    week = Week(minimum=Decimal(20), below=Below.CANCEL)
    assert week.close() == Outcome.REACHED
    assert (week.terms.reached, week.results()) == (20, {"Carrots": 10, "Bread": 2})
    assert mail.outbox == []


def test_a_missed_minimum_cancels_frees_the_money_and_tells_whom_it_concerns() -> None:
    week = Week(minimum=Decimal("20.01"), below=Below.CANCEL)
    elsewhere = build.a_household("Omar", group=week.group)
    build.an_order(elsewhere, week.cycle, {week.bread: 1})
    assert week.close() == Outcome.CANCELLED
    assert week.results() == {"Carrots": 0, "Bread": 3}
    assert ledger.balance(f"cycle:{week.cycle.pk}:held:EUR") == 900
    assert ledger.balance(f"household:{week.lise.pk}:EUR") == 10000 - 600
    (letter,) = mail.outbox
    assert letter.to == ["lise@cabas.example"]
    assert "€20.00" in letter.body
    assert "€20.01" in letter.body
    assert "free again" in letter.body
    assert [order.producer for order in build.order_from_producers(week.cycle)] == [week.mill]
    why = Client()
    why.force_login(build.a_person("Lise"))
    line = week.order.lines.get(offer__product=week.carrots)
    assert "missed the minimum" in why.get(reverse("market:ordering:why", args=[line.pk])).content.decode()
    assert ledger.check() == []


def test_a_missed_minimum_may_be_ordered_all_the_same() -> None:
    week = Week(minimum=Decimal(500), below=Below.GO_AHEAD)
    assert week.close() == Outcome.WENT_AHEAD
    assert week.results() == {"Carrots": 10, "Bread": 2}


def test_prolonging_keeps_ordering_open_there_once_and_then_cancels() -> None:
    week = Week(minimum=Decimal(30), below=Below.PROLONG, prolong_hours=24)
    closes = week.cycle.closes_at
    assert week.close() == Outcome.PROLONGED
    assert (week.cycle.state, week.cycle.closes_at) == (OrderCycle.State.OPEN, closes + timedelta(hours=24))
    assert "Prolonged" in week.cycle.steps.last().reason
    # The other producer's deadline is the one that was announced.
    mill = SupplierTerms.objects.get(producer=week.mill)
    assert (mill.closes_at, week.terms.closes_at) == (closes, None)
    assert "until" in mail.outbox[0].body
    assert week.close(at=closes + timedelta(hours=24)) == Outcome.CANCELLED
    assert week.cycle.state == OrderCycle.State.CLOSED
    assert len(mail.outbox) == 2


def test_a_prolonged_minimum_that_is_reached_is_ordered() -> None:
    week = Week(minimum=Decimal(30), below=Below.PROLONG)
    closes = week.cycle.closes_at
    week.close()
    build.an_order(week.lise, week.cycle, {week.carrots: 15}, at=closes + timedelta(hours=1))
    assert week.close() == Outcome.REACHED
    assert week.results()["Carrots"] == 15


def test_prolonging_ends_when_the_goods_are_handed_out_and_a_hand_that_closes_early_means_it() -> None:
    week = Week(minimum=Decimal(30), below=Below.PROLONG, prolong_hours=200)
    assert week.close(at=build.NOW) == Outcome.CANCELLED
    week = Week.__new__(Week)
    OrderCycle.objects.update(state="open", closes_at=build.NOW + timedelta(days=4))
    SupplierTerms.objects.update(outcome="")
    cycle = close_cycle(cycle=OrderCycle.objects.get(), actor=None, at=build.NOW + timedelta(days=4))
    assert cycle.closes_at == cycle.distribution_at


def test_a_clock_that_was_dead_prolongs_from_the_hour_it_wakes() -> None:
    week = Week(minimum=Decimal(30), below=Below.PROLONG, prolong_hours=12)
    late = week.cycle.closes_at + timedelta(days=2)
    for _ in range(2):
        tick(late)
    week.cycle.refresh_from_db()
    assert week.cycle.closes_at == late + timedelta(hours=12)
    assert len([letter for letter in mail.outbox if "a little more is needed" in letter.subject]) == 1


def test_a_producer_of_whom_nothing_is_wanted_misses_no_minimum() -> None:
    week = Week(minimum=Decimal(30), below=Below.PROLONG)
    build.set_line(
        household=week.lise, offer=build.offer_of(week.cycle, week.carrots), quantity=Decimal(0), at=build.NOW
    )
    build.place_order(household=week.lise, cycle=week.cycle, community_minor=0, key=uuid4(), actor=None, at=build.NOW)
    week.close()
    assert week.cycle.state == OrderCycle.State.CLOSED
    assert SupplierOrder.objects.count() == 0


def test_opening_again_forgets_what_closing_found() -> None:
    week = Week(minimum=Decimal(30), below=Below.CANCEL)
    week.close()
    reopen_cycle(cycle=week.cycle, closes_at=week.cycle.closes_at + timedelta(days=1), actor=None, at=build.NOW)
    week.terms.refresh_from_db()
    assert (week.terms.outcome, week.terms.reached) == ("", None)
    assert ledger.balance(f"cycle:{week.cycle.pk}:held:EUR") == 2600
