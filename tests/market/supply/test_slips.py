"""Slips of the finger at the door: what cannot be meant is refused with a sentence, and nothing typed is lost."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from market.catalogue.models import Product
from market.ordering.models import Order
from market.settlement.claims import accept_claim
from market.supply.models import Claim, DeliveredShare, Delivery, SupplierOrder
from market.supply.pickup import claim_missing
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


class Door:
    """Lise ordered five carrots and two leeks; the farm has its order."""

    def __init__(self) -> None:
        self.group, farm = build.a_group(), build.a_producer()
        self.carrots, self.leeks = build.a_product(farm, "Carrots"), build.a_product(farm, "Leeks")
        self.cycle = build.an_open_cycle(self.group, [self.carrots, self.leeks])
        self.order = build.an_order(
            build.a_household("Lise", group=self.group), self.cycle, {self.carrots: 5, self.leeks: 2}
        )
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        self.asked = SupplierOrder.objects.get()
        self.browser = client_of("Amina")

    def post(self, name: str, *args: object, **fields: str) -> tuple[int, str]:
        answer = self.browser.post(reverse(f"market:{name}", args=args), fields)
        return answer.status_code, answer.content.decode()

    def typed(self, carrots: str, leeks: str, *, by_line: bool = False) -> dict[str, str]:
        lines = {line.offer.name: line for line in self.asked.lines.select_related("offer")}
        keys = {name: line.pk if by_line else line.offer_id for name, line in lines.items()}
        return {f"items-{keys['Carrots']}": carrots, f"items-{keys['Leeks']}": leeks}


@pytest.fixture
def door() -> Door:
    return Door()


WRONG = ["", " ", "-1", "five", "1e99", "99999999999999999999", "2.3456", "NaN", "½"]


@pytest.mark.parametrize("text", WRONG)
def test_a_slip_at_the_door_records_nothing_and_keeps_everything_typed(door: Door, text: str) -> None:
    code, page = door.post(
        "supply:receive", door.asked.pk, **door.typed(text, "2"), transport="3,10", note="Left at the gate"
    )
    assert code == 400
    assert not Delivery.objects.exists()
    assert 'class="errors"' in page
    for kept in ('value="3,10"', 'value="Left at the gate"', 'value="2"'):
        assert kept in page, kept


@pytest.mark.parametrize("text", WRONG)
def test_a_slip_of_a_producer_confirms_nothing_and_keeps_its_remark(door: Door, text: str) -> None:
    fields = {**door.typed(text, "2", by_line=True), "remark": "Hail on Tuesday"}
    answer = Client().post(reverse("market:supply:answer", args=[door.asked.token]), fields)
    assert answer.status_code == 400
    assert 'value="Hail on Tuesday"' in answer.content.decode()
    door.asked.refresh_from_db()
    assert door.asked.answered_at is None


def test_transport_is_read_as_the_amount_it_is_or_not_at_all(door: Door) -> None:
    code, page = door.post("supply:receive", door.asked.pk, **door.typed("5", "2"), transport="1.200")
    assert (code, "1200.00" in page) == (400, True)
    code, _page = door.post("supply:receive", door.asked.pk, **door.typed("5", "2"), transport="€ 6,50")
    door.asked.refresh_from_db()
    assert (code, door.asked.transport_minor) == (302, 650)


@pytest.mark.parametrize("text", ["", "-1", "two", "6"])
def test_a_share_is_not_set_by_hand_to_what_cannot_be(door: Door, text: str) -> None:
    build.receive(door.cycle)
    share = DeliveredShare.objects.get(line__name="Carrots")
    code, page = door.post("supply:correct", share.pk, quantity=text)
    share.refresh_from_db()
    assert (code, share.quantity, share.locked) == (400, 5, False)
    assert 'class="errors"' in page


@pytest.mark.parametrize("text", ["", "-1", "many"])
def test_a_count_of_the_shelf_that_cannot_be_read_changes_nothing_and_keeps_its_reason(door: Door, text: str) -> None:
    build.receive(door.cycle, {door.carrots: 8, door.leeks: 2})
    kept = Product.objects.get(producer=door.group)
    code, page = door.post("supply:stock", door.group.slug, product=str(kept.pk), counted=text, reason="Mice")
    kept.refresh_from_db()
    assert (code, kept.stock) == (400, 3)
    assert 'value="Mice"' in page


def test_a_row_that_no_form_names_is_not_there(door: Door) -> None:
    build.receive(door.cycle)
    for name, args, field in (
        ("supply:pickup", [door.cycle.pk], "order"),
        ("supply:stock", [door.group.slug], "product"),
        ("supply:orders", [door.cycle.pk], "supplier_order"),
    ):
        for text in ("abc", "²", "-1", "9" * 30):
            assert door.post(name, *args, **{field: text})[0] == 404, (name, text)


# --- Something is missing ---------------------------------------------------------------------------------------------


def missing(door: Door, **fields: str) -> tuple[int, str]:
    keys = {line.name.lower(): line.pk for line in door.order.lines.all()}
    typed = {f"items-{keys[name]}" if name in keys else name: text for name, text in fields.items()}
    return door.post("supply:missing", door.order.pk, **typed)


def test_a_decided_line_does_not_keep_others_from_being_noted(door: Door) -> None:
    build.receive(door.cycle)
    line = door.order.lines.get(name="Carrots")
    claim = claim_missing(line=line, quantity=Decimal(1), note="", actor=None, at=build.NOW)
    build.settle(door.cycle)
    accept_claim(claim=claim, bearer="group", answer="", actor=None, at=build.NOW)
    page = door.browser.get(reverse("market:supply:missing", args=[door.order.pk])).content.decode()
    assert "the treasurer has decided" in page
    assert f'name="items-{line.pk}"' not in page
    assert missing(door, carrots="1", leeks="2", note="Yellow")[0] == 302
    assert set(Claim.objects.values_list("line__name", "quantity", "state")) == {
        ("Carrots", 1, "accepted"), ("Leeks", 2, "proposed")}  # fmt: skip


def test_what_was_noted_by_mistake_is_taken_back_and_a_note_is_kept(door: Door) -> None:
    build.receive(door.cycle)
    assert missing(door, carrots="1", leeks="", note="Mouldy")[0] == 302
    page = door.browser.get(reverse("market:supply:missing", args=[door.order.pk])).content.decode()
    assert 'value="Mouldy"' in page
    assert missing(door, carrots="0", leeks="1", note="Mouldy")[0] == 302
    assert list(Claim.objects.values_list("line__name", "quantity", "note")) == [("Leeks", 1, "Mouldy")]
    assert missing(door, carrots="", leeks="", note="")[0] == 302
    assert not Claim.objects.exists()
    assert Order.objects.filter(pk=door.order.pk).exists()


@pytest.mark.parametrize("text", ["-1", "6", "all", "1e9"])
def test_more_than_was_given_is_never_missing(door: Door, text: str) -> None:
    build.receive(door.cycle)
    code, page = missing(door, carrots=text, leeks="1", note="Mouldy")
    assert (code, Claim.objects.count()) == (400, 0)
    assert 'value="Mouldy"' in page
