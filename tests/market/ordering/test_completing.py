"""Completing packs: after the deadline for changes that harm, only those that help are welcome."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ledger import api as ledger
from market.cycles.models import OrderCycle, SupplierTerms
from market.desk.clock import tick
from market.ordering.baskets import set_line
from market.ordering.closing import close_cycle, end_ordering, start_completing
from market.ordering.models import BasketLine, OrderLine
from market.ordering.services import not_ordered
from market.payments.emails import order_mails
from market.supply.services import reopen_cycle
from tests import builders as build

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Scene:
    """Eggs in packs of six, four wanted by Lise; carrots one by one; packs may be completed for a day."""

    def __init__(self) -> None:
        self.group, self.farm = build.a_group(), build.a_producer()
        self.eggs = build.a_product(self.farm, "Eggs", "1.00", pack_size=Decimal(6))
        self.carrots = build.a_product(self.farm, "Carrots", "2.00", stock=Decimal(3))
        self.lise, self.noor = (build.a_household(name, group=self.group) for name in ("Lise", "Noor"))
        self.cycle = build.an_open_cycle(self.group, [self.eggs, self.carrots], **self.times())
        build.an_order(self.lise, self.cycle, {self.eggs: 4})
        self.late = self.cycle.closes_at

    @staticmethod
    def times() -> dict[str, object]:
        closes = build.NOW + timedelta(days=1)
        return {"closes_at": closes, "completes_at": closes + timedelta(days=1)}

    def state(self) -> str:
        self.cycle.refresh_from_db()
        return self.cycle.state

    def lines(self) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        rows = OrderLine.objects.select_related("order__household", "offer")
        return {(row.order.household.name, row.offer.name): (row.quantity, row.tolerance) for row in rows}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refusal_of(step) -> str:
    with pytest.raises(ValidationError) as refusal:
        step()
    return refusal.value.code


def test_the_clock_lets_open_packs_be_completed_and_closes_at_their_own_deadline(scene) -> None:
    tick(scene.late)
    assert scene.state() == OrderCycle.State.COMPLETING
    assert ledger.balance(f"household:{scene.lise.pk}:EUR") == 10_000 - 400  # nothing is cut before it closes
    tick(scene.cycle.completes_at - HOUR)
    assert scene.state() == OrderCycle.State.COMPLETING
    tick(scene.cycle.completes_at)
    assert scene.state() == OrderCycle.State.CLOSED
    assert ledger.balance(f"household:{scene.lise.pk}:EUR") == 10_000
    assert list(scene.cycle.steps.values_list("state", flat=True)) == ["draft", "open", "completing", "closed"]


def test_a_cycle_without_an_open_pack_has_nothing_to_complete(scene) -> None:
    build.an_order(scene.noor, scene.cycle, {scene.eggs: 2})
    assert end_ordering(cycle=scene.cycle, at=scene.late).state == OrderCycle.State.CLOSED


def test_a_clock_that_was_dead_for_days_closes_at_once_and_once(scene) -> None:
    much_later = scene.cycle.completes_at + timedelta(days=1)
    tick(much_later)
    tick(much_later)
    assert scene.state() == OrderCycle.State.CLOSED
    assert list(scene.cycle.steps.values_list("state", flat=True)) == ["draft", "open", "closed"]


def test_only_changes_that_help_to_fill_the_pack_are_taken(scene) -> None:
    scene.cycle = start_completing(cycle=scene.cycle, actor=None, at=scene.late)
    at = scene.late + HOUR
    assert refusal_of(lambda: build.an_order(scene.lise, scene.cycle, {scene.eggs: 3}, at=at)) == "harms_packs"
    assert refusal_of(lambda: build.an_order(scene.noor, scene.cycle, {scene.eggs: 3}, at=at)) == "harms_packs"
    assert scene.lines() == {("Lise", "Eggs"): (4, 0)}
    build.an_order(scene.noor, scene.cycle, {scene.eggs: 2}, at=at)
    close_cycle(cycle=scene.cycle, actor=None, at=scene.cycle.completes_at)
    shares = {line.order.household.name: line.share.result for line in OrderLine.objects.all()}
    assert shares == {"Lise": 4, "Noor": 2}


def test_a_line_that_cannot_be_had_never_stands_in_the_way_of_the_others(scene) -> None:
    """The whole order refused because somebody else ordered: what people hate most."""
    build.an_order(scene.lise, scene.cycle, {scene.carrots: 2})
    order = build.an_order(scene.noor, scene.cycle, {scene.carrots: 2, scene.eggs: 2})
    assert scene.lines()["Noor", "Eggs"] == (2, 0)
    assert ("Noor", "Carrots") not in scene.lines()
    assert [line.offer.name for line in not_ordered(order)] == ["Carrots"]
    assert BasketLine.objects.filter(household=scene.noor).count() == 2
    assert ledger.balance(f"household:{scene.noor.pk}:EUR") == 10_000 - 200


def test_nothing_is_ordered_after_the_completing(scene) -> None:
    cycle = start_completing(cycle=scene.cycle, actor=None, at=scene.late)
    late = cycle.completes_at
    assert not cycle.takes_orders_at(late)
    assert cycle in OrderCycle.objects.taking_orders_at(late - HOUR)
    assert cycle not in OrderCycle.objects.taking_orders_at(late)
    assert refusal_of(lambda: build.an_order(scene.noor, cycle, {scene.eggs: 2}, at=late)) == "closed"


def test_the_coordinator_may_start_and_end_it_by_hand_and_undo_it(scene) -> None:
    at = build.NOW + HOUR
    far = scene.cycle.distribution_at + HOUR
    assert refusal_of(lambda: start_completing(cycle=scene.cycle, actor=None, at=at, until=at)) == (
        "completes_in_the_past"
    )
    assert refusal_of(lambda: start_completing(cycle=scene.cycle, actor=None, at=at, until=far)) == "after_distribution"
    cycle = start_completing(cycle=scene.cycle, actor=build.a_person("Amina"), at=at, until=at + HOUR)
    assert (cycle.closes_at, cycle.completes_at) == (at, at + HOUR)
    cycle = reopen_cycle(cycle=cycle, closes_at=at + 2 * HOUR, actor=None, at=at)
    assert (cycle.state, cycle.completes_at) == (OrderCycle.State.OPEN, None)
    build.an_order(scene.lise, cycle, {scene.eggs: 1}, at=at)
    start_completing(cycle=cycle, actor=None, at=at, until=at + 3 * HOUR)
    cycle = close_cycle(cycle=cycle, actor=None, at=at + HOUR)
    assert (cycle.state, cycle.completes_at) == (OrderCycle.State.CLOSED, at + HOUR)
    assert refusal_of(lambda: start_completing(cycle=cycle, actor=None, at=at, until=far)) == "wrong_state"


def test_a_producer_may_close_before_the_others(scene) -> None:
    bakery = build.a_producer("Bakery", editor="Omar")
    bread = build.a_product(bakery, "Bread", "3.00")
    cycle = build.an_open_cycle(scene.group, [bread, scene.carrots], name="Two deadlines")
    SupplierTerms.objects.create(cycle=cycle, producer=bakery, closes_at=build.NOW + HOUR)
    build.an_order(scene.noor, cycle, {bread: 1})
    late = build.NOW + HOUR
    offer = build.offer_of(cycle, bread)
    more = {"household": scene.noor, "offer": offer, "quantity": Decimal(2)}
    assert refusal_of(lambda: set_line(**more, at=late)) == "producer_closed"
    # Chosen in time, placed too late: the carrots are ordered, the bread stays as it was.
    set_line(**more, at=late - timedelta(minutes=1))
    order = build.an_order(scene.noor, cycle, {scene.carrots: 1}, at=late)
    ordered = {line.offer.name: line.quantity for line in order.lines.all()}
    assert ordered == {"Bread": 1, "Carrots": 1}
    set_line(household=scene.noor, offer=build.offer_of(cycle, scene.carrots), quantity=Decimal(0), at=late)
    BasketLine.objects.filter(household=scene.noor, offer=offer).delete()
    order = build.an_order(scene.noor, cycle, {}, at=late + timedelta(minutes=1))
    assert [line.offer.name for line in order.lines.all()] == ["Bread"]


def test_a_missed_minimum_prolongs_the_completing_of_packs(scene) -> None:
    SupplierTerms.objects.create(
        cycle=scene.cycle, producer=scene.farm, minimum=Decimal(50), below="prolong", prolong_hours=5
    )
    build.an_order(scene.lise, scene.cycle, {scene.carrots: 1})
    start_completing(cycle=scene.cycle, actor=None, at=scene.late)
    scene.cycle.refresh_from_db()
    end = scene.cycle.completes_at
    tick(end)
    assert scene.state() == OrderCycle.State.COMPLETING
    assert scene.cycle.completes_at == end + 5 * HOUR
    tick(end + 5 * HOUR)
    assert scene.state() == OrderCycle.State.CLOSED


def test_the_letter_of_an_order_says_until_when_it_can_be_changed_and_then_only_raised(scene: Scene) -> None:
    order = build.an_order(scene.noor, scene.cycle, {scene.carrots: 1})
    assert "You can change or cancel it until" in next(order_mails(order)).body
    order.cycle = start_completing_at_the_deadline(scene)
    assert "You can still raise what helps to fill a pack until" in next(order_mails(order)).body


def start_completing_at_the_deadline(scene: Scene) -> OrderCycle:
    tick(scene.late)
    scene.cycle.refresh_from_db()
    return scene.cycle
