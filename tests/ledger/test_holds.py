"""Money put aside: captured, released, expired, and never more than there is."""

from decimal import Decimal

import pytest

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from tests.ledger.booking import AT

pytestmark = pytest.mark.django_db


def set_aside(amount: int = 3000) -> int:
    return ledger.hold(
        key="order", kind="order placed", source="amina", holding="held", amount=amount, happened_at=AT
    ).id


def test_a_hold_is_captured_in_parts_and_the_rest_released(books: None) -> None:
    hold_id = set_aside()
    assert ledger.balances(["amina", "held"]) == {"amina": 2000, "held": 3000}
    ledger.capture(hold_id, key="farm", kind="settled", legs=[("lise", 1200)], happened_at=AT)
    ledger.capture(hold_id, key="farm 2", kind="settled", legs=[("lise", 300)], happened_at=AT)
    ledger.release(hold_id, key="rest", happened_at=AT)
    assert ledger.balances(["amina", "held", "lise"]) == {"amina": 3500, "held": 0, "lise": 1500}
    assert ledger.holds([hold_id])[hold_id] == ledger.HoldState(amount=3000, captured=1500, released=1500)
    assert ledger.release(hold_id, key="nothing", happened_at=AT) is None
    assert ledger.check() == []


def test_no_more_than_the_rest_of_a_hold_is_captured_or_released(books: None) -> None:
    hold_id = set_aside()
    ledger.capture(hold_id, key="farm", kind="settled", legs=[("lise", 2000)], happened_at=AT)
    with pytest.raises(ledger.AlreadyCaptured):
        ledger.capture(hold_id, key="more", kind="settled", legs=[("lise", 1001)], happened_at=AT)
    with pytest.raises(ledger.AlreadyCaptured):
        ledger.release(hold_id, key="more back", happened_at=AT, amount=1001)
    assert ledger.balance("held") == 1000


def test_capturing_twice_with_one_key_captures_once(books: None) -> None:
    hold_id = set_aside()
    for _ in range(2):
        ledger.capture(hold_id, key="farm", kind="settled", legs=[("lise", 3000)], happened_at=AT)
    assert ledger.balances(["held", "lise"]) == {"held": 0, "lise": 3000}


def test_an_expired_hold_is_not_captured_but_released(books: None) -> None:
    hold_id = ledger.hold(
        key="order", kind="order placed", source="amina", holding="held", amount=100, happened_at=AT, expires_at=AT
    ).id
    with pytest.raises(ledger.HoldExpired):
        ledger.capture(hold_id, key="late", kind="settled", legs=[("lise", 100)], happened_at=AT)
    assert ledger.expire_holds(at=AT) == 1
    assert ledger.expire_holds(at=AT) == 0
    assert ledger.balance("amina") == 5000


def test_an_expired_hold_that_has_no_room_to_go_back_waits_and_keeps_no_other_from_going(books: None) -> None:
    for source in ("amina", "bank"):
        ledger.hold(
            key=source, kind="order placed", source=source, holding="held", amount=100, happened_at=AT, expires_at=AT
        )
    ledger.set_limits("amina", floor=0, ceiling=4900)
    assert ledger.expire_holds(at=AT) == 1
    assert ledger.balances(["held", "amina"]) == {"held": 100, "amina": 4900}
    ledger.set_limits("amina", floor=0, ceiling=None)
    assert ledger.expire_holds(at=AT) == 1
    assert ledger.balances(["held", "amina"]) == {"held": 0, "amina": 5000}


def test_an_entry_that_made_a_hold_is_not_reversed(books: None) -> None:
    set_aside()
    with pytest.raises(ledger.HoldsMoney):
        ledger.reverse("order", key="undo", happened_at=AT)


def test_another_key_never_stands_in_for_a_release_or_a_capture(books: None) -> None:
    first, second = (
        ledger.hold(key=f"order {n}", kind="t", source="amina", holding="held", amount=10, happened_at=AT).id
        for n in (1, 2)
    )
    with pytest.raises(ledger.KeyReused):
        ledger.release(first, key="opening", happened_at=AT)
    ledger.capture(first, key="farm", kind="settled", legs=[("lise", 10)], happened_at=AT)
    with pytest.raises(ledger.KeyReused):
        ledger.capture(second, key="farm", kind="settled", legs=[("lise", 10)], happened_at=AT)
    with pytest.raises(ledger.KeyReused):
        ledger.release(first, key="farm", happened_at=AT)
    ledger.post(NewEntry(key="plain", kind="t", happened_at=AT, legs=[Leg("amina", "held", 10)]))
    with pytest.raises(ledger.KeyReused):
        ledger.hold(key="plain", kind="t", source="amina", holding="held", amount=10, happened_at=AT)
    assert ledger.holds([second])[second].open == 10


def test_releasing_the_rest_twice_with_one_key_is_one_release(books: None) -> None:
    hold_id = set_aside()
    first = ledger.release(hold_id, key="rest", happened_at=AT)
    again = ledger.release(hold_id, key="rest", happened_at=AT)
    assert first is not None
    assert again is not None
    assert (again.id, again.replayed) == (first.id, True)


@pytest.mark.parametrize("part", [0, -1, 1.5, Decimal("NaN"), Decimal(1), True])
def test_only_whole_positive_amounts_leave_a_hold(books: None, part: object) -> None:
    hold_id = set_aside()
    with pytest.raises((ledger.NotPositive, ledger.TooPrecise)):
        ledger.capture(hold_id, key="x", kind="t", legs=[("lise", part)], happened_at=AT)  # type: ignore[list-item]
    with pytest.raises((ledger.NotPositive, ledger.TooPrecise)):
        ledger.release(hold_id, key="x", amount=part, happened_at=AT)  # type: ignore[arg-type]
    with pytest.raises(ledger.UnknownHold):
        ledger.release(10**9, key="x", happened_at=AT)


def test_an_entry_that_drew_on_a_hold_is_not_reversed(books: None) -> None:
    ledger.capture(set_aside(), key="farm", kind="settled", legs=[("lise", 10)], happened_at=AT)
    with pytest.raises(ledger.HoldsMoney):
        ledger.reverse("farm", key="undo", happened_at=AT)


def test_many_holds_are_drawn_in_one_step_all_or_none(books: None) -> None:
    first, second = (
        ledger.hold(key=f"of {n}", kind="t", source="amina", holding="held", amount=n, happened_at=AT).id
        for n in (500, 300)
    )
    draws = [
        ledger.NewDraw(hold_id=first, key="d1", kind="sold", payees=(("lise", 400),), happened_at=AT),
        ledger.NewDraw(hold_id=first, key="r1", released=100, happened_at=AT),
        ledger.NewDraw(hold_id=second, key="d2", kind="sold", payees=(("lise", 200), ("bank", 100)), happened_at=AT),
    ]
    with pytest.raises(ledger.AlreadyCaptured):
        ledger.draw([*draws, ledger.NewDraw(hold_id=second, key="more", released=1, happened_at=AT)])
    assert ledger.holds([first])[first].open == 500
    booked = ledger.draw(draws)
    again = ledger.draw(draws)
    assert [receipt.id for receipt in again] == [receipt.id for receipt in booked]
    assert all(receipt.replayed for receipt in again)
    states = ledger.holds([first, second])
    assert states == {first: ledger.HoldState(500, 400, 100), second: ledger.HoldState(300, 300, 0)}
    with pytest.raises(ledger.KeyReused):  # the entry of another hold
        ledger.draw([ledger.NewDraw(hold_id=second, key="r1", released=100, happened_at=AT)])
    assert ledger.check() == []
