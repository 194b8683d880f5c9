"""The fast reading of the demand log against a slow and plain one, and rules worked out by hand."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.ordering.packs import Change, fill_packs, may_change, share_delivery

ZERO = Decimal(0)


def log(*edits: tuple[str, int, str | int, str | int]) -> list[Change]:
    """A demand log from (member, time, new firm quantity, new tolerance)."""
    return [Change(member, at, Decimal(quantity), Decimal(tolerance)) for member, at, quantity, tolerance in edits]


# --- A plain reading: every step of the rule as it is told, however slow ----------------------------------------------


def plain_rows(changes: Sequence[Change], figure: str) -> list[list[Any]]:
    """Rows [member, items] in order of rank; a decrease looks through all rows from the newest backwards."""
    rows: list[list[Any]] = []
    for change in sorted(changes, key=lambda change: change.at):
        difference = getattr(change, figure) - sum(row[1] for row in rows if row[0] == change.member)
        if difference > 0:
            rows.append([change.member, difference])
        for row in reversed(rows):
            if row[0] == change.member and difference < 0:
                taken = min(row[1], -difference)
                row[1] -= taken
                difference += taken
    return [row for row in rows if row[1]]


def plain_turns(rows: list[list[Any]], items: Decimal, step: Decimal, strategy: str) -> dict[Any, Decimal]:
    wanted: dict[Any, Decimal] = {}
    for member, row in rows:
        wanted[member] = wanted.get(member, ZERO) + row
    got = dict.fromkeys(wanted, ZERO)
    if strategy == "first_come":
        for member, row in rows:
            got[member] += min(row, items)
            items -= min(row, items)
    elif strategy == "equal_share":
        while items and (open_ := [member for member in wanted if got[member] < wanted[member]]):
            poorest = min(open_, key=lambda member: got[member])  # min() takes the first: the earliest row
            piece = min(step, items, wanted[poorest] - got[poorest])
            got[poorest] += piece
            items -= piece
    elif items >= sum(wanted.values()):
        return wanted
    else:
        total = sum(wanted.values(), ZERO)
        exact = {member: Fraction(want) * Fraction(items) / Fraction(total) for member, want in wanted.items()}
        got = {member: int(share / Fraction(step)) * step for member, share in exact.items()}
        items -= sum(got.values(), ZERO)
        for member in sorted(wanted, key=lambda member: Fraction(got[member]) - exact[member]):
            piece = min(step, items, wanted[member] - got[member])
            got[member] += piece
            items -= piece
    return got


def plain_fill(changes: Sequence[Change], size: Decimal, step: Decimal, strategy: str) -> dict[Any, tuple[Any, Any]]:
    firm_rows, tolerance_rows = plain_rows(changes, "quantity"), plain_rows(changes, "tolerance")
    quantity, tolerance = (sum((row[1] for row in rows), ZERO) for rows in (firm_rows, tolerance_rows))
    packs = 0
    while (packs + 1) * size <= quantity:
        packs += 1
    if packs * size < quantity and (packs + 1) * size <= quantity + tolerance:
        packs += 1
    available = packs * size
    firm = plain_turns(
        firm_rows, min(available, quantity), step, "first_come" if strategy == "equal_share" else strategy
    )
    extra = plain_turns(tolerance_rows, max(ZERO, available - quantity), step, strategy)
    members = {row[0] for row in [*firm_rows, *tolerance_rows]}
    return {member: (firm.get(member, ZERO), extra.get(member, ZERO)) for member in members}


quantities = st.integers(0, 40).map(lambda tenths: Decimal(tenths) / 4)
edits = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), quantities, quantities), max_size=18)
sizes = st.sampled_from([Decimal("0.75"), Decimal(1), Decimal("2.5"), Decimal(6), Decimal(10)])
steps = st.sampled_from([Decimal("0.25"), Decimal("0.7"), Decimal(1), Decimal(3)])


@pytest.mark.parametrize("strategy", ["first_come", "equal_share", "proportional"])
@settings(max_examples=60)
@given(rows=edits, size=sizes, step=steps)
def test_the_fast_reading_agrees_with_the_plain_one(strategy: str, rows: Any, size: Decimal, step: Decimal) -> None:
    """Times repeat in these logs: at equal times the change saved first has the better rank."""
    changes = [Change(*row) for row in rows]
    shares = fill_packs(pack_size=size, changes=changes, strategy=strategy, step=step).shares
    assert {member: (share.firm, share.from_tolerance) for member, share in shares.items()} == plain_fill(
        changes, size, step, strategy
    )


@settings(max_examples=60)
@given(
    rows=edits, size=sizes, minimum=st.integers(0, 5), member=st.integers(0, 4), more=st.tuples(quantities, quantities)
)
def test_more_demand_never_lowers_the_packs_whatever_the_minimum(
    rows: Any, size: Decimal, minimum: int, member: int, more: Any
) -> None:
    changes = sorted((Change(*row) for row in rows), key=lambda change: change.at)
    had = {change.member: change for change in changes}.get(member, Change(member, 0, ZERO, ZERO))
    wanted = Change(member, 99, had.quantity + more[0], had.tolerance + more[1])
    before = fill_packs(pack_size=size, changes=changes, minimum_packs=minimum).packs
    assert fill_packs(pack_size=size, changes=[*changes, wanted], minimum_packs=minimum).packs >= before
    assert before == 0 or before >= minimum


@pytest.mark.parametrize("strategy", ["first_come", "equal_share", "proportional", "lot"])
@settings(max_examples=40)
@given(
    rows=edits,
    received=quantities.map(lambda items: items * 5),
    locked=st.dictionaries(st.integers(0, 5), quantities, max_size=3),
)
def test_shares_set_by_hand_stay_and_the_rest_adds_up(strategy: str, rows: Any, received: Decimal, locked: Any) -> None:
    changes = [Change(*row) for row in rows]
    shared = share_delivery(changes=changes, received=received, strategy=strategy, locked=locked, seed="s")
    assert {member: shared.shares[member] for member in locked} == locked
    left = shared.surplus["stock"] + shared.surplus["leftover"]
    assert sum(shared.shares.values(), ZERO) + left == max(received, sum(locked.values(), ZERO))


# --- Worked examples --------------------------------------------------------------------------------------------------


def test_by_hand_everybody_is_promised_the_firm_quantity_if_any_pack_comes() -> None:
    """Amina wants 4 and Lise 5; one pack of 6 fills. Both are promised what they asked for, 9 of 6."""
    changes = log(("Amina", 1, 4, 2), ("Lise", 2, 5, 0))
    filled = fill_packs(pack_size=Decimal(6), changes=changes, strategy="no_automatic")
    assert {member: share.result for member, share in filled.shares.items()} == {"Amina": 4, "Lise": 5}
    assert (filled.packs, filled.available) == (1, 6)
    nothing = fill_packs(pack_size=Decimal(12), changes=changes, strategy="no_automatic")
    assert {share.result for share in nothing.shares.values()} == {0}


def test_by_hand_extras_go_in_turn() -> None:
    changes = log(("Amina", 1, 3, 2), ("Lise", 2, 2, 2))
    filled = fill_packs(pack_size=Decimal(4), changes=changes, strategy="no_automatic")
    assert {member: share.from_tolerance for member, share in filled.shares.items()} == {"Amina": 2, "Lise": 1}


def test_equal_remainders_go_to_the_earliest_in_shares_by_proportion() -> None:
    """Wishes 4, 1 and 1, two items: 1⅓, ⅓ and ⅓. All three remainders are a third, so Amina, the earliest, gets it."""
    changes = log(("Amina", 1, 4, 0), ("Lise", 2, 1, 0), ("Noor", 3, 1, 0))
    shared = share_delivery(changes=changes, received=Decimal(2), strategy="proportional")
    assert shared.shares == {"Amina": 2, "Lise": 0, "Noor": 0}


def test_equal_remainders_are_equal_however_long_the_figures() -> None:
    """The same wishes in proportion, with products of more than the 28 digits that Decimals keep by default."""
    wish = Decimal("12345678901234.567")
    changes = [Change("Noor", 2, wish, ZERO), Change("Amina", 1, 4 * wish, ZERO), Change("Lise", 3, wish, ZERO)]
    shared = share_delivery(changes=changes, received=Decimal(20_000_000_000_006), strategy="proportional")
    assert shared.shares == {"Amina": 13_333_333_333_338, "Noor": 3_333_333_333_334, "Lise": 3_333_333_333_334}


def test_a_large_tolerance_costs_no_more_than_a_small_one() -> None:
    """Dealt step by step, a billion items in thousandths would never be done."""
    changes = log(("Amina", 1, 1, 1), ("Lise", 2, 0, 10**9))
    filled = fill_packs(pack_size=Decimal(10**9), changes=changes, strategy="equal_share", step=Decimal("0.001"))
    assert {member: share.result for member, share in filled.shares.items()} == {"Amina": 2, "Lise": 10**9 - 2}


def test_firm_items_do_not_count_when_extras_are_shared_equally() -> None:
    """Amina already has 8 firm items; of the 4 extras she still gets as many as Lise."""
    changes = log(("Amina", 1, 8, 4), ("Lise", 2, 0, 4))
    filled = fill_packs(pack_size=Decimal(12), changes=changes, strategy="equal_share")
    assert {member: share.from_tolerance for member, share in filled.shares.items()} == {"Amina": 2, "Lise": 2}


def test_the_last_piece_of_an_extra_may_be_smaller_than_a_step() -> None:
    changes = log(("Amina", 1, 1, 2), ("Lise", 2, 0, "0.25"), ("Noor", 3, 0, 2))
    filled = fill_packs(pack_size=Decimal("2.5"), changes=changes, strategy="equal_share", step=Decimal("0.5"))
    assert {member: share.from_tolerance for member, share in filled.shares.items()} == {
        "Amina": Decimal("0.75"),
        "Lise": Decimal("0.25"),
        "Noor": Decimal("0.5"),
    }


def test_the_draw_of_a_lot_never_changes_between_machines_and_versions() -> None:
    """By `printf 2026-11:Amina | sha256sum` and so on, Noor's ticket is the lowest, then Lise's, then Amina's."""
    changes = log(("Amina", 1, 1, 0), ("Lise", 2, 1, 0), ("Noor", 3, 1, 0))
    shared = share_delivery(changes=changes, received=Decimal(2), strategy="lot", seed="2026-11")
    assert shared.shares == {"Amina": 0, "Lise": 1, "Noor": 1}


def completing(before: tuple[int, int], after: tuple[int, int]) -> bool:
    totals = [(Decimal(quantity), Decimal(tolerance)) for quantity, tolerance in (before, after)]
    return may_change(pack_size=Decimal(6), before=totals[0], after=totals[1], completing=True)


def test_while_packs_are_completed_only_what_helps_may_change() -> None:
    assert completing((4, 1), (4, 2))  # more tolerance
    assert completing((4, 0), (6, 0))  # the pack fills
    assert completing((7, 0), (6, 0))  # the open pack is given up, the full one stays
    assert completing((4, 2), (6, 0))  # tolerance becomes firm
    assert not completing((4, 0), (3, 0))  # further from full
    assert not completing((7, 0), (1, 0))  # destroys a full pack
    assert not completing((4, 2), (4, 1))  # less tolerance


@pytest.mark.parametrize("wrong", [Decimal(0), Decimal(-6), Decimal("NaN")])
def test_no_pack_is_empty_or_less(wrong: Decimal) -> None:
    with pytest.raises(ValueError, match="pack_size"):
        fill_packs(pack_size=wrong, changes=[])
    with pytest.raises(ValueError, match="pack_size"):
        may_change(pack_size=wrong, before=(ZERO, ZERO), after=(ZERO, ZERO), completing=True)


def test_quantities_are_never_floats() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        fill_packs(pack_size=Decimal(6), changes=[Change("Amina", 1, 1.5, ZERO)])  # type: ignore[arg-type]
