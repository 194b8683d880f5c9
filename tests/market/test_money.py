"""Rounding and splitting: halves go away from zero, parts add up to the whole, floats are refused."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from market.money import from_minor, round_minor, split_community_part, split_exactly, to_minor

weights = st.dictionaries(st.integers(0, 30), st.decimals(0, 1000, places=3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.125", 13), ("-0.025", -3), ("2.675", 268), ("9.333", 933), ("0", 0), ("1e3", 100_000)]
)
def test_halves_are_rounded_away_from_zero(amount: str, cents: int) -> None:
    assert to_minor(Decimal(amount)) == cents
    assert to_minor(Money(amount, "EUR")) == cents


def test_a_long_decimal_is_rounded_once() -> None:
    """Rounded to 28 digits first it would become 12.5 cents, and then 13."""
    assert to_minor(Decimal("0.12499999999999999999999999999999")) == 12


@given(minor=st.integers(-(10**40), 10**40), decimals=st.integers(0, 6))
def test_minor_units_come_back_as_they_went(minor: int, decimals: int) -> None:
    assert to_minor(from_minor(minor, decimals=decimals), decimals=decimals) == minor


def test_an_amount_beyond_all_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        to_minor(Decimal("1E+5000"))


def test_other_currencies_have_other_decimals() -> None:
    assert to_minor(Decimal("1.2345"), decimals=3) == 1235
    assert from_minor(1235, decimals=3) == Decimal("1.235")
    assert from_minor(-5) == Decimal("-0.05")


@pytest.mark.parametrize("wrong", [1.5, "1.50", None])
def test_money_is_never_a_float_or_a_text(wrong: Any) -> None:
    with pytest.raises(TypeError):
        to_minor(wrong)
    with pytest.raises(TypeError):
        round_minor(wrong)


@pytest.mark.parametrize("wrong", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        to_minor(Decimal(wrong))


def test_ten_euros_among_three_give_the_extra_cent_to_the_first() -> None:
    assert split_exactly(1000, dict.fromkeys("abc", Decimal(1))) == {"a": 334, "b": 333, "c": 333}
    assert split_exactly(1310, {"a": Decimal(4), "b": Decimal(2)}) == {"a": 873, "b": 437}
    assert split_exactly(-1000, dict.fromkeys("abc", Decimal(1))) == {"a": -334, "b": -333, "c": -333}


def test_long_weights_count_to_the_last_digit() -> None:
    weights_ = {"a": Decimal("1.0000000000000000000000000000000001"), "b": Decimal(1)}
    split = split_exactly(10**35, weights_)
    assert split["a"] > split["b"]
    assert sum(split.values()) == 10**35


def test_a_line_takes_a_share_between_nothing_and_all() -> None:
    with pytest.raises(ValueError, match="percentage"):
        split_community_part(lines={"bread": (500, Decimal(101))}, wanted_minor=1)
    with pytest.raises(ValueError, match="percentage"):
        split_community_part(lines={"bread": (500, Decimal("NaN"))}, wanted_minor=1)
    with pytest.raises(ValueError, match="cannot cost"):
        split_community_part(lines={"bread": (-500, Decimal(50))}, wanted_minor=1)


def test_there_must_be_somebody_to_split_among() -> None:
    assert split_exactly(0, {"a": Decimal(0)}) == {"a": 0}
    with pytest.raises(ValueError, match="every weight is zero"):
        split_exactly(1, {"a": Decimal(0)})
    with pytest.raises(ValueError, match="zero or more"):
        split_exactly(1, {"a": Decimal(-1)})


@given(total=st.integers(-(10**12), 10**12), parts=weights)
def test_parts_always_add_up_to_the_whole(total: int, parts: dict[int, Decimal]) -> None:
    if not any(parts.values()):
        total = 0
    split = split_exactly(total, parts)
    assert sum(split.values()) == total
    weight_sum = sum(parts.values())
    for key, part in split.items():
        if weight_sum:
            assert abs(part - total * parts[key] / weight_sum) < 1


@given(
    lines=st.dictionaries(st.integers(), st.tuples(st.integers(0, 10**6), st.decimals(0, 100, places=2)), max_size=8),
    wanted=st.integers(-5, 10**7),
)
def test_community_currency_never_exceeds_the_share_of_a_line(lines: Any, wanted: int) -> None:
    parts = split_community_part(lines=lines, wanted_minor=wanted)
    limits = {key: int(total * percent / 100) for key, (total, percent) in lines.items()}
    assert all(0 <= parts[key] <= limits[key] for key in lines)
    assert sum(parts.values()) == max(0, min(wanted, sum(limits.values())))


VECTORS = Path(os.environ.get("CABAS_VECTORS", Path(__file__).parents[3] / "shared/vectors/purchasing.json"))


def test_shared_cases_of_exact_shares() -> None:
    if not VECTORS.exists():
        pytest.skip(f"no shared cases at {VECTORS.name}")
    for case in json.loads(VECTORS.read_text())["exact_shares"]["cases"]:
        items = {member: Decimal(count) for member, count in case["input"]["results"].items()}
        figures, expected = case["input"], case["expected"]
        net, deposit, vat, markup, size = (
            Decimal(figures[name])
            for name in ("net_pack_price", "deposit", "vat_percent", "markup_percent", "pack_size")
        )
        gross = from_minor(to_minor((net + deposit) * (1 + vat / 100)))
        pack = from_minor(to_minor(gross * (1 + markup / 100)))
        assert (gross, pack) == (Decimal(expected["gross_pack_price"]), Decimal(expected["member_pack_price"]))
        total = to_minor(pack * sum(items.values()) / size)
        assert from_minor(total) == Decimal(expected["exact_total"])
        split = split_exactly(total, items)
        wanted = expected["recommended_member_amounts"]
        assert {member: from_minor(part) for member, part in split.items()} == {
            member: Decimal(amount) for member, amount in wanted.items()
        }, case["id"]
