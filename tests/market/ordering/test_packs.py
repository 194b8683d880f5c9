"""Who gets how much: worked examples, the shared cases, and laws that hold for any log."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.ordering.packs import Allocation, Change, fill_packs, may_change, share_delivery

ZERO = Decimal(0)
SHARING = ["first_come", "equal_share", "proportional", "lot"]


def log(*edits: tuple[str, int, str | int, str | int]) -> list[Change]:
    """A demand log from (member, time, new firm quantity, new tolerance)."""
    return [Change(member, at, Decimal(quantity), Decimal(tolerance)) for member, at, quantity, tolerance in edits]


def results(allocation: Allocation) -> dict[Any, Decimal]:
    return {member: share.result for member, share in allocation.shares.items()}


def test_tolerance_completes_the_open_pack_in_the_order_it_was_offered() -> None:
    filled = fill_packs(pack_size=Decimal(6), changes=log(("Amina", 1, 2, 0), ("Lise", 2, 3, 2), ("Amina", 3, 2, 4)))
    assert (filled.packs, filled.missing) == (1, ZERO)
    assert results(filled) == {"Amina": 2, "Lise": 4}


def test_a_pack_that_does_not_fill_is_not_ordered() -> None:
    filled = fill_packs(pack_size=Decimal(10), changes=log(("Amina", 1, 6, 0), ("Lise", 2, 3, 0)))
    assert (filled.packs, filled.missing) == (0, 1)
    assert {share.short for share in filled.shares.values()} == {6, 3}


def test_tolerance_alone_opens_no_pack() -> None:
    assert fill_packs(pack_size=Decimal(4), changes=log(("Noor", 1, 0, 9))).packs == 0


def test_lowering_eats_the_newest_rows_and_raising_again_starts_a_new_rank() -> None:
    changes = log(("Amina", 1, 4, 0), ("Lise", 2, 3, 0), ("Amina", 3, 2, 0), ("Amina", 4, 4, 0))
    assert results(fill_packs(pack_size=Decimal(5), changes=changes)) == {"Amina": 2, "Lise": 3}


def test_whoever_takes_everything_back_has_no_share_and_loses_the_rank() -> None:
    gone = log(("Amina", 1, 3, 0), ("Lise", 2, 4, 0), ("Amina", 3, 0, 0))
    assert set(fill_packs(pack_size=Decimal(2), changes=gone).shares) == {"Lise"}
    back = [*gone, *log(("Amina", 4, 3, 0))]
    assert results(fill_packs(pack_size=Decimal(5), changes=back)) == {"Lise": 4, "Amina": 1}


def test_equal_share_deals_extras_one_at_a_time_to_whoever_has_fewest() -> None:
    changes = log(("Amina", 1, 2, 5), ("Lise", 2, 2, 5), ("Noor", 3, 1, 1))
    filled = fill_packs(pack_size=Decimal(10), changes=changes, strategy="equal_share")
    assert {member: share.from_tolerance for member, share in filled.shares.items()} == {
        "Amina": 2,
        "Lise": 2,
        "Noor": 1,
    }


def test_proportional_shares_follow_the_orders() -> None:
    changes = log(("Amina", 1, 6, 0), ("Lise", 2, 3, 0))
    filled = fill_packs(pack_size=Decimal(6), changes=changes, strategy="proportional")
    assert results(filled) == {"Amina": 4, "Lise": 2}


def test_a_lot_is_the_same_for_everybody_who_knows_its_seed() -> None:
    changes = log(*((name, at, 1, 0) for at, name in enumerate("abcdefgh")))
    draws = {
        seed: results(fill_packs(pack_size=Decimal(5), changes=changes, strategy="lot", seed=seed)) for seed in "123"
    }
    assert draws["1"] == results(fill_packs(pack_size=Decimal(5), changes=changes, strategy="lot", seed="1"))
    assert len({tuple(sorted(member for member, got in draw.items() if got)) for draw in draws.values()}) > 1
    with pytest.raises(ValueError, match="seed"):
        fill_packs(pack_size=Decimal(5), changes=changes, strategy="lot")


def test_a_minimum_of_packs_may_be_reached_with_tolerance_or_not_at_all() -> None:
    def packs(quantity: int, tolerance: int) -> int:
        return fill_packs(pack_size=Decimal(5), minimum_packs=2, changes=log(("a", 1, quantity, tolerance))).packs

    assert [packs(4, 0), packs(5, 0), packs(6, 4), packs(12, 1), packs(0, 20)] == [0, 0, 2, 2, 0]


def test_a_short_delivery_is_shared_by_the_same_ranks() -> None:
    changes = log(("Amina", 1, 3, 2), ("Lise", 2, 1, 3), ("Noor", 3, 1, 0))
    assert share_delivery(changes=changes, received=Decimal(4)).shares == {"Amina": 3, "Lise": 1, "Noor": 0}


def test_surplus_goes_to_tolerance_then_stock_then_is_left_over() -> None:
    changes = log(("Amina", 1, 3, 2), ("Lise", 2, 1, 1))
    shared = share_delivery(changes=changes, received=Decimal(10))
    assert shared.surplus == {"tolerance": 3, "stock": 3, "leftover": 0}
    kept = share_delivery(changes=changes, received=Decimal(10), surplus_to=("leftover",))
    assert (kept.shares, kept.surplus) == ({"Amina": 3, "Lise": 1}, {"leftover": 6})


def test_a_share_set_by_hand_stays_and_the_others_share_the_rest() -> None:
    changes = log(("Amina", 1, 3, 0), ("Lise", 2, 3, 0))
    shared = share_delivery(changes=changes, received=Decimal(4), locked={"Amina": Decimal(1)})
    assert shared.shares == {"Amina": 1, "Lise": 3}


@pytest.mark.parametrize("wrong", [Decimal("NaN"), Decimal(-1), Decimal("Infinity")])
def test_amounts_that_make_no_sense_are_refused(wrong: Decimal) -> None:
    with pytest.raises(ValueError, match="must be"):
        fill_packs(pack_size=Decimal(6), changes=[Change("a", 1, wrong, ZERO)])
    with pytest.raises(ValueError, match="must be"):
        fill_packs(pack_size=wrong, changes=[])
    with pytest.raises(ValueError, match="must be"):
        share_delivery(changes=[], received=wrong)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown strategy"):
        fill_packs(pack_size=Decimal(6), changes=log(("a", 1, 6, 0)), strategy="loudest")


# --- Laws ------------------------------------------------------------------------------------------------------------

amounts = st.integers(0, 12).map(Decimal)
edits = st.lists(st.tuples(st.integers(0, 5), amounts, amounts), max_size=25)
sizes = st.sampled_from([Decimal(1), Decimal(3), Decimal(6), Decimal("2.5"), Decimal(10)])


def changes_of(rows: list[tuple[int, Decimal, Decimal]]) -> list[Change]:
    return [Change(member, at, quantity, tolerance) for at, (member, quantity, tolerance) in enumerate(rows)]


@pytest.mark.parametrize("strategy", SHARING)
@given(rows=edits, size=sizes)
def test_shares_add_up_and_nobody_gets_more_than_wanted(strategy: str, rows: Any, size: Decimal) -> None:
    filled = fill_packs(pack_size=size, changes=changes_of(rows), strategy=strategy, seed=7)
    shares = filled.shares.values()
    assert sum(share.result for share in shares) == filled.packs * size == filled.available
    for share in shares:
        assert 0 <= share.firm <= share.quantity
        assert 0 <= share.from_tolerance <= share.tolerance
        assert share.result == share.firm + share.from_tolerance
        assert share.short == share.quantity - share.firm
    if any(share.short for share in shares):
        assert not any(share.from_tolerance for share in shares)


@given(rows=edits, size=sizes, more=st.tuples(st.integers(0, 5), amounts, amounts))
def test_more_demand_never_lowers_the_packs(rows: Any, size: Decimal, more: Any) -> None:
    changes = changes_of(rows)
    totals = {change.member: change for change in changes}
    member, quantity, tolerance = more
    had = totals.get(member, Change(member, 0, ZERO, ZERO))
    wanted = Change(member, len(changes), had.quantity + quantity, had.tolerance + tolerance)
    before = fill_packs(pack_size=size, changes=changes).packs
    assert fill_packs(pack_size=size, changes=[*changes, wanted]).packs >= before


@pytest.mark.parametrize("strategy", SHARING)
@given(rows=edits, size=sizes, order=st.randoms(use_true_random=False))
def test_the_order_of_storage_does_not_matter(strategy: str, rows: Any, size: Decimal, order: Any) -> None:
    changes = changes_of(rows)
    shuffled = list(changes)
    order.shuffle(shuffled)
    one = fill_packs(pack_size=size, changes=changes, strategy=strategy, seed=1)
    other = fill_packs(pack_size=size, changes=shuffled, strategy=strategy, seed=1)
    assert one == other


@pytest.mark.parametrize("strategy", SHARING)
@given(rows=edits, received=st.integers(0, 60).map(Decimal))
def test_what_came_is_shared_out_to_the_last_item(strategy: str, rows: Any, received: Decimal) -> None:
    shared = share_delivery(changes=changes_of(rows), received=received, strategy=strategy, seed=3)
    left = shared.surplus["stock"] + shared.surplus["leftover"]
    assert sum(shared.shares.values(), ZERO) + left == received


@given(rows=edits)
def test_the_rows_of_the_log_agree_with_a_naive_reading(rows: Any) -> None:
    """First come with packs of one gives everybody the firm total: the rows always add up to the last totals."""
    last = {member: quantity for member, quantity, _tolerance in rows}
    shares = fill_packs(pack_size=Decimal(1), changes=changes_of(rows)).shares
    assert {member: share.result for member, share in shares.items() if share.result} == {
        member: quantity for member, quantity in last.items() if quantity
    }


# --- Shared cases ----------------------------------------------------------------------------------------------------

VECTORS = Path(os.environ.get("CABAS_VECTORS", Path(__file__).parents[4] / "shared/vectors/purchasing.json"))
RULES = {"first_order_first_serve": "first_come", "no_automatic_distribution": "no_automatic"}


def cases(part: str) -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no shared cases at {VECTORS.name}"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(VECTORS.read_text())[part]["cases"]]


def events(case: dict[str, Any]) -> list[Change]:
    return [
        Change(e["member"], e["at"], Decimal(e["set_quantity"]), Decimal(e["set_tolerance"]))
        for e in case["input"]["events"]
    ]


@pytest.mark.parametrize("case", cases("pack_filling"))
def test_shared_case_of_pack_filling(case: dict[str, Any]) -> None:
    filled = fill_packs(
        pack_size=Decimal(case["input"]["pack_size"]), changes=events(case), strategy=RULES[case["strategy"]]
    )
    expected = case["expected"]
    assert (filled.packs, filled.available) == (int(expected["packs"]), Decimal(expected["items_available"]))
    assert filled.missing == Decimal(expected["missing_for_next_pack"])
    for member, figures in expected["members"].items():
        for name, figure in figures.items():
            assert getattr(filled.shares[member], name) == Decimal(figure), (member, name)


@pytest.mark.parametrize("case", cases("minimum_order_quantity"))
def test_shared_case_of_a_minimum(case: dict[str, Any]) -> None:
    given_ = case["input"]
    one = Change("a", 1, Decimal(given_["total_quantity"]), Decimal(given_["total_tolerance"]))
    filled = fill_packs(
        pack_size=Decimal(given_["pack_size"]), minimum_packs=int(given_["minimum_packs"]), changes=[one]
    )
    assert filled.packs == int(case["expected"]["packs"])


@pytest.mark.parametrize("case", cases("redistribution_on_receipt"))
def test_shared_case_of_a_delivery(case: dict[str, Any]) -> None:
    shared = share_delivery(
        changes=events(case),
        received=Decimal(case["input"]["items_received"]),
        strategy=RULES[case["strategy"]],
        surplus_to=case["input"]["surplus_to"],
    )
    assert shared.shares == {member: Decimal(items) for member, items in case["expected"]["members"].items()}
    assert shared.surplus == {place: Decimal(items) for place, items in case["expected"]["surplus"].items()}


@pytest.mark.parametrize("case", cases("completion_phase"))
def test_shared_case_of_the_completion_phase(case: dict[str, Any]) -> None:
    totals = [
        (Decimal(case["input"][name]["quantity"]), Decimal(case["input"][name]["tolerance"]))
        for name in ("article_totals_before", "article_totals_after")
    ]
    accepted = may_change(
        pack_size=Decimal(case["input"]["pack_size"]),
        before=totals[0],
        after=totals[1],
        completing=case["input"]["completion_phase_active"],
    )
    assert accepted is case["expected"]["accepted"]
