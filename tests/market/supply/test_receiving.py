"""At the door: what came is shared by the rule, weighed, corrected by hand, and nobody overwrites anybody unseen."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.people.models import Household
from market.supply.models import DeliveredShare, DeliveryLine, SupplierOrder
from market.supply.receiving import correct_share, receive_all_as_ordered, receive_delivery, weigh_share
from market.supply.services import answer_supplier_order
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db
AMINA = "Amina"


class Door:
    """A delivery of cheese (by the piece of about 400 g, paid by weight, 20 €/kg) and of jars, for two households."""

    def __init__(self) -> None:
        self.group = build.a_group()
        farm = build.a_producer()
        self.cheese = build.a_product(
            farm, "Cheese", "8.00", unit="KGM", unit_amount=Decimal("0.4"), weighed=True, pack_size=Decimal(1)
        )
        self.jars = build.a_product(farm, "Jars", "3.00")
        self.lise = build.a_household("Lise", group=self.group)
        self.noor = build.a_household("Noor", group=self.group)
        self.cycle = build.an_open_cycle(self.group, [self.cheese, self.jars])
        build.an_order(self.lise, self.cycle, {self.cheese: 2, self.jars: (4, 2)})
        build.an_order(self.noor, self.cycle, {self.cheese: 1, self.jars: 4})
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        self.supplier_order = SupplierOrder.objects.get()

    def share(self, household: Household, product: object) -> DeliveredShare:
        return DeliveredShare.objects.get(line__order__household=household, line__offer__product=product)

    def record(self, cheese: str, jars: str, **fields: object) -> None:
        offers = {build.offer_of(self.cycle, self.cheese).pk: Decimal(cheese)}
        offers[build.offer_of(self.cycle, self.jars).pk] = Decimal(jars)
        receive_delivery(
            supplier_order=self.supplier_order, received=offers, actor=build.a_person(AMINA), at=build.NOW, **fields
        )  # type: ignore[arg-type]

    def weigh(self, household: Household, weight: str | None, seen: str | None = None) -> DeliveredShare:
        return weigh_share(
            share=self.share(household, self.cheese),
            weight=None if weight is None else Decimal(weight),
            seen=None if seen is None else Decimal(seen),
            actor=build.a_person(AMINA),
            at=build.NOW,
        )


def test_weighed_goods_are_paid_by_their_true_weight() -> None:
    door = Door()
    door.record("3", "8")
    door.weigh(door.lise, "0.835")  # two pieces, a little more than 0.8
    settlement = build.settle(door.cycle)
    bill = settlement.orders.get(order__household=door.lise)
    cheese = bill.lines.get(line__name="Cheese")
    assert (cheese.quantity, cheese.weight, cheese.amount_minor) == (2, Decimal("0.835"), 1670)
    # Nobody weighed Noor's piece: it is paid as one of 400 g.
    assert settlement.orders.get(order__household=door.noor).lines.get(line__name="Cheese").amount_minor == 800
    assert settlement.producers.get().euro_minor == 1670 + 800 + 8 * 300
    assert ledger.check() == []


def test_a_weight_that_cannot_be_right_is_refused() -> None:
    door = Door()
    door.record("3", "8")
    for slip in ("835", "0.01"):  # grams for kilograms, a forgotten digit
        with pytest.raises(ValidationError) as refused:
            door.weigh(door.lise, slip)
        assert refused.value.code == "unlikely_weight"
    with pytest.raises(ValidationError) as refused:
        weigh_share(share=door.share(door.lise, door.jars), weight=Decimal(1), seen=None, actor=None, at=build.NOW)
    assert refused.value.code == "not_weighed"


def test_the_first_of_two_weights_stands_and_the_second_receiver_is_told() -> None:
    door = Door()
    door.record("3", "8")
    door.weigh(door.lise, "0.835")
    door.weigh(door.lise, "0.835")  # pressed twice: the same weight is no quarrel
    with pytest.raises(ValidationError) as refused:
        door.weigh(door.lise, "0.850")
    assert refused.value.code == "weighed_meanwhile"
    assert "0.835" in refused.value.messages[0]
    assert door.weigh(door.lise, "0.850", seen="0.835").weight == Decimal("0.850")  # having seen it, it may be changed
    assert door.weigh(door.lise, None, seen="0.850").weight is None


def test_a_share_whose_count_changes_is_weighed_again() -> None:
    door = Door()
    door.record("3", "8")
    door.weigh(door.lise, "0.835")
    door.weigh(door.noor, "0.390")
    door.record("2", "8")  # one piece less: the last to order loses it
    assert door.share(door.noor, door.cheese).weight is None
    assert door.share(door.lise, door.cheese).weight == Decimal("0.835")


def test_shares_set_by_hand_stay_when_a_delivery_is_recorded_again() -> None:
    door = Door()
    door.record("3", "8")
    correct_share(share=door.share(door.noor, door.jars), quantity=Decimal(1), actor=None, at=build.NOW)
    assert door.share(door.lise, door.jars).quantity == 6  # the rest reaches her tolerance
    door.record("3", "5")
    assert (door.share(door.noor, door.jars).quantity, door.share(door.lise, door.jars).quantity) == (1, 4)


def test_a_count_recorded_meanwhile_is_not_overwritten_unseen() -> None:
    door = Door()
    cheese, jars = (build.offer_of(door.cycle, product).pk for product in (door.cheese, door.jars))
    door.record("3", "7", seen={cheese: None, jars: None})
    with pytest.raises(ValidationError) as refused:
        door.record("3", "8", seen={cheese: None, jars: None})
    assert refused.value.code == "recorded_meanwhile"
    assert DeliveryLine.objects.get(offer=jars).received == 7
    door.record("3", "8", seen={cheese: Decimal(3), jars: Decimal(7)})
    assert DeliveryLine.objects.get(offer=jars).received == 8


def test_everything_as_agreed_is_one_click() -> None:
    door = Door()
    line = door.supplier_order.lines.get(offer__product=door.jars)
    answer_supplier_order(
        supplier_order=door.supplier_order, quantities={line.pk: Decimal(6)}, remark="frost", at=build.NOW
    )
    client = client_of(AMINA)
    page = client.get(reverse("market:supply:orders", args=[door.cycle.pk]))
    assert b"Everything came as agreed" in page.content
    client.post(reverse("market:supply:orders", args=[door.cycle.pk]), {"all_came": "1"})
    door.cycle.refresh_from_db()
    assert door.cycle.state == OrderCycle.State.RECEIVED
    assert DeliveryLine.objects.get(offer__product=door.jars).received == 6  # what was confirmed, not what was ordered
    assert receive_all_as_ordered(cycle=door.cycle, actor=None, at=build.NOW) == []


def test_receivers_count_and_weigh_on_a_phone() -> None:
    door = Door()
    client = client_of(AMINA)
    receive = reverse("market:supply:receive", args=[door.supplier_order.pk])
    cheese, jars = (build.offer_of(door.cycle, product).pk for product in (door.cheese, door.jars))
    client.post(receive, {f"items-{cheese}": "3", f"items-{jars}": "8", "transport": "5,01"})
    door.supplier_order.refresh_from_db()
    assert door.supplier_order.transport_minor == 501
    weigh = reverse("market:supply:weigh", args=[door.supplier_order.pk])
    mine, other = door.share(door.lise, door.cheese), door.share(door.noor, door.cheese)
    door.weigh(door.noor, "0.41")  # somebody else was quicker here
    answer = client.post(weigh, {f"items-{mine.pk}": "0,835", f"items-{other.pk}": "0,5"})
    assert answer.status_code == 400
    assert "0.41" in answer.content.decode()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.weight, other.weight) == (Decimal("0.835"), Decimal("0.41"))  # the good one is kept all the same


def test_transport_is_shared_to_the_cent_by_the_value_of_the_goods() -> None:
    door = Door()
    door.record("3", "8", transport_minor=501)
    settlement = build.settle(door.cycle)
    shares = {row.order.household.name: row.transport_minor for row in settlement.orders.all()}
    assert shares == {"Lise": 292, "Noor": 209}  # of 28.00 € and 20.00 €
    assert settlement.producers.get().euro_minor == 4800 + 501
    assert ledger.check() == []


def test_nobody_pays_transport_when_nothing_came() -> None:
    door = Door()
    door.record("0", "0", transport_minor=501)
    assert sum(row.transport_minor for row in build.settle(door.cycle).orders.all()) == 0
