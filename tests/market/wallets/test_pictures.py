"""What the wallet draws."""

from datetime import timedelta

import pytest

from ledger import api as ledger
from market.wallets.pictures import HIGH, WIDE, balance_path, split_of
from tests.builders import NOW


def lines(*amounts: int) -> list[ledger.StatementLine]:
    """A statement of an account that began at zero, newest line first."""
    made, balance = [], 0
    for number, amount in enumerate(amounts):
        balance += amount
        at = NOW + timedelta(days=number)
        made.append(ledger.StatementLine(number, number, str(number), "payment", at, "", "", amount, balance, "other"))
    return made[::-1]


def test_a_balance_is_drawn_step_by_step_in_the_time_it_took() -> None:
    assert balance_path(lines(100, -50, 25)) == f"0,{HIGH} 0,0 300,0 300,60 {WIDE},60 {WIDE},30"


def test_a_balance_below_zero_stays_within_the_drawing() -> None:
    heights = [int(corner.split(",")[1]) for corner in balance_path(lines(50, -150, 10)).split()]
    assert min(heights) == 0
    assert max(heights) == HIGH


@pytest.mark.parametrize("amounts", [(), (100,)])
def test_fewer_than_two_movements_are_no_way_to_look_at(amounts: tuple[int, ...]) -> None:
    assert balance_path(lines(*amounts)) == ""


@pytest.mark.parametrize(("units", "euros", "width"), [(100, 300, 150), (1, 1, 300), (0, 5, 0), (5, 0, 0), (-5, 9, 0)])
def test_what_there_is_to_spend_is_split_as_it_is(units: int, euros: int, width: int) -> None:
    assert split_of(units, euros) == width
