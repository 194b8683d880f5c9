"""The demand log as packs read it (pure): who wanted how much when, and what is left of that.

The log holds each member's NEW TOTALS after every edit. It is read as *rows*: an increase makes a row with its own
time, a decrease eats the member's rows from the newest backwards, firm quantity and tolerance independently. The time
of a row is its rank.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

ZERO = Decimal(0)
Row = tuple[Hashable, Decimal]  # a member and what is left of one of its rows; the place in a list of rows is the rank


class Change(NamedTuple):
    """A member's new totals for one product after one edit; `at` is anything that can be put in order."""

    member: Hashable
    at: Any
    quantity: Decimal
    tolerance: Decimal


@dataclass(frozen=True)
class Demand:
    """The rows of the log by rank, and every remaining member's totals (firm, tolerance)."""

    firm: Sequence[Row]
    tolerance: Sequence[Row]
    totals: Mapping[Hashable, tuple[Decimal, Decimal]]

    @property
    def quantity(self) -> Decimal:
        return sum((quantity for quantity, _ in self.totals.values()), ZERO)

    @property
    def tolerated(self) -> Decimal:
        return sum((tolerance for _, tolerance in self.totals.values()), ZERO)


def read(changes: Iterable[Change]) -> Demand:
    """Replay the log in order of time; equal times in the order given.

    One member after the other, so that what is known of a member stays at hand: a change's place in the log is its
    rank, and every row is made and eaten at most once.
    """
    log = sorted(changes, key=attrgetter("at"))
    ranks: dict[Hashable, list[int]] = defaultdict(list)
    check_none_negative("quantity", [change.quantity for change in log])
    check_none_negative("tolerance", [change.tolerance for change in log])
    for rank, change in enumerate(log):
        ranks[change.member].append(rank)
    firm, tolerance = [ZERO] * len(log), [ZERO] * len(log)
    totals: dict[Hashable, tuple[Decimal, Decimal]] = {}
    for member, own in ranks.items():
        last = log[own[-1]]
        if len(own) == 1:  # as most do: nothing was eaten
            firm[own[0]], tolerance[own[0]] = last.quantity, last.tolerance
        else:
            _replay(firm, own, [log[rank].quantity for rank in own])
            _replay(tolerance, own, [log[rank].tolerance for rank in own])
        if last.quantity or last.tolerance:
            totals[member] = (last.quantity, last.tolerance)
    members = [change.member for change in log]
    return Demand(_rows(members, firm), _rows(members, tolerance), totals)


def _replay(rows: list[Decimal], ranks: Sequence[int], totals: Sequence[Decimal]) -> None:
    """Write what is left of one member's rows into `rows` at their ranks."""
    left: list[int] = []  # ranks of the rows not eaten, newest last
    before = ZERO
    for rank, total in zip(ranks, totals, strict=True):
        difference = total - before
        before = total
        if difference > 0:
            rows[rank] = difference
            left.append(rank)
        while difference < 0:
            difference += rows[left[-1]]
            rows[left[-1]] = max(ZERO, difference)
            if difference <= 0:
                left.pop()


def _rows(members: Sequence[Hashable], items: Sequence[Decimal]) -> list[Row]:
    return [row for row in zip(members, items, strict=True) if row[1]]


def without(demand: Demand, members: Mapping[Hashable, Decimal]) -> Demand:
    return Demand(
        [row for row in demand.firm if row[0] not in members],
        [row for row in demand.tolerance if row[0] not in members],
        {member: totals for member, totals in demand.totals.items() if member not in members},
    )


def _check_decimal(name: str, value: Decimal) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"{name} must be a Decimal, not {type(value).__name__}")


def check_not_negative(name: str, value: Decimal) -> None:
    if isinstance(value, Decimal) and value.is_finite() and value >= 0:
        return
    _check_decimal(name, value)
    raise ValueError(f"{name} must be zero or more, not {value}")


def check_none_negative(name: str, values: Collection[Decimal]) -> None:
    """Check each figure there is once: the same few are asked for again and again."""
    if set(map(type, values)) <= {Decimal}:  # 1 and Decimal(1) would be one in a set
        values = set(values)
    for value in values:
        check_not_negative(name, value)


def check_positive(name: str, value: Decimal) -> None:
    _check_decimal(name, value)
    if not value.is_finite() or value <= 0:
        raise ValueError(f"{name} must be more than zero, not {value}")
