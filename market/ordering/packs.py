"""Who gets how much when goods come in packs: pure functions over the demand log.

All quantities are Decimals in items, the unit in which households order; a pack holds `pack_size` items. The log holds
each member's NEW TOTALS after every edit. It is read as *rows*: an increase makes a row with its own time, a decrease
eats the member's rows from the newest backwards, firm quantity and tolerance independently. The time of a row is its
rank. The rule is told in prose in docs/packs.md.
"""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate
from operator import attrgetter
from typing import Any, NamedTuple

ZERO = Decimal(0)
ONE = Decimal(1)

FIRST_COME = "first_come"
EQUAL_SHARE = "equal_share"
PROPORTIONAL = "proportional"
LOT = "lot"
NO_AUTOMATIC = "no_automatic"
STRATEGIES = (FIRST_COME, EQUAL_SHARE, PROPORTIONAL, LOT, NO_AUTOMATIC)
SURPLUS_TO = ("tolerance", "stock", "leftover")


class Change(NamedTuple):
    """A member's new totals for one product after one edit; `at` is anything that can be put in order."""

    member: Hashable
    at: Any
    quantity: Decimal
    tolerance: Decimal


class Share(NamedTuple):
    """What a member asked for and what it gets: `result = firm + from_tolerance`, `short = quantity - firm`."""

    quantity: Decimal
    tolerance: Decimal
    firm: Decimal
    from_tolerance: Decimal
    result: Decimal
    short: Decimal


@dataclass(frozen=True)
class Allocation:
    """The packs that fill, the items in them, the items missing for one more pack, and each member's share.

    Members who took everything back have no share.
    """

    packs: int
    available: Decimal
    missing: Decimal
    shares: Mapping[Hashable, Share]


@dataclass(frozen=True)
class Delivered:
    """Items each member takes home, and where the surplus went."""

    shares: Mapping[Hashable, Decimal]
    surplus: Mapping[str, Decimal]


Row = tuple[Hashable, Decimal]  # a member and what is left of one of its rows; the place in a list of rows is the rank


@dataclass(frozen=True)
class _Demand:
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


def fill_packs(
    *,
    pack_size: Decimal,
    changes: Iterable[Change],
    minimum_packs: int = 0,
    strategy: str = FIRST_COME,
    seed: str | int | None = None,
    step: Decimal = ONE,
) -> Allocation:
    """Fill packs from the demand log and share out their items.

    A pack is opened only if it holds a firm item, and at most one is completed from tolerance; with a minimum, exactly
    the minimum may be. `step` is the piece in which equal and proportional shares are dealt; the last may be smaller.
    `lot` needs its published `seed`. Raises ValueError for amounts or rules that make no sense.
    """
    _check_positive("pack_size", pack_size)
    _check_positive("step", step)
    if minimum_packs < 0:
        raise ValueError("minimum_packs cannot be negative")
    demand = _read(changes)
    quantity, tolerance = demand.quantity, demand.tolerated
    packs = full_packs(pack_size=pack_size, quantity=quantity, tolerance=tolerance, minimum_packs=minimum_packs)
    available = packs * pack_size
    return Allocation(
        packs=packs,
        available=available,
        missing=missing_items(pack_size=pack_size, quantity=quantity, tolerance=tolerance),
        shares=_share(demand, available, strategy, seed, step),
    )


def missing_items(*, pack_size: Decimal, quantity: Decimal, tolerance: Decimal) -> Decimal:
    """Give the items missing to complete the open pack: zero if no pack is open or tolerance completes it."""
    rest = quantity % pack_size
    return max(ZERO, pack_size - rest - tolerance) if rest else ZERO


def full_packs(*, pack_size: Decimal, quantity: Decimal, tolerance: Decimal, minimum_packs: int = 0) -> int:
    """Count the packs that totals fill; `minimum_packs` or none where a producer sends no fewer."""
    packs = int(quantity // pack_size)
    rest = quantity - packs * pack_size
    if rest and rest + tolerance >= pack_size:
        packs += 1
    if packs >= minimum_packs:
        return packs
    if quantity > 0 and quantity + tolerance >= minimum_packs * pack_size:
        return minimum_packs
    return 0


def draw(seed: str | int | None, member: Hashable) -> bytes:
    """A member's ticket in the lot: the SHA-256 of seed and member, which anybody can compute again; lowest first."""
    return hashlib.sha256(f"{seed}:{member}".encode()).digest()


def share_delivery(
    *,
    changes: Iterable[Change],
    received: Decimal,
    strategy: str = FIRST_COME,
    surplus_to: Sequence[str] = SURPLUS_TO,
    locked: Mapping[Hashable, Decimal] | None = None,
    seed: str | int | None = None,
    step: Decimal = ONE,
) -> Delivered:
    """Share out what really came, by the rows and ranks of the closed order.

    What exceeds the firm quantities goes to tolerance, then to stock, then is left over, as far as `surplus_to` names
    them; what nobody named takes is left over all the same. Members in `locked` keep the figure set by hand, even if
    it is more than came; the others share the rest as if the locked ones had not ordered. Under `no_automatic`
    everybody is promised the firm quantity as soon as anything comes, so shares may exceed what came.
    """
    _check_not_negative("received", received)
    _check_positive("step", step)
    if unknown := set(surplus_to) - set(SURPLUS_TO):
        raise ValueError(f"unknown places for surplus: {sorted(unknown)}")
    locked = locked or {}
    for items in locked.values():
        _check_not_negative("a locked share", items)
    demand = _read(changes)
    rest = max(ZERO, received - sum(locked.values(), ZERO))
    open_demand = _without(demand, locked)
    wanted = open_demand.quantity
    most = wanted + open_demand.tolerated if "tolerance" in surplus_to else wanted
    shared = min(rest, most)
    shares = _share(open_demand, shared, strategy, seed, step)
    results = {member: share.result for member, share in shares.items()}
    surplus = dict.fromkeys(surplus_to, ZERO)
    if "tolerance" in surplus:
        surplus["tolerance"] = max(ZERO, shared - wanted)
    if rest > most:
        place = "stock" if "stock" in surplus else "leftover"
        surplus[place] = rest - most
    members = [
        *demand.totals,
        *(member for member in locked if member not in demand.totals),
    ]
    return Delivered(
        {member: locked.get(member, results.get(member, ZERO)) for member in members},
        surplus,
    )


def may_change(
    *,
    pack_size: Decimal,
    before: tuple[Decimal, Decimal],
    after: tuple[Decimal, Decimal],
    completing: bool,
) -> bool:
    """Tell whether a product's totals (firm, tolerance) may go from `before` to `after`.

    While packs are being completed a change is welcome if it keeps the firm total and does not lower tolerance, if it
    brings the open pack nearer to full and lowers neither packs nor tolerance, or if it turns tolerance into as much
    firm quantity. At any other time everything may change. Raises ValueError for amounts that make no sense.
    """
    _check_positive("pack_size", pack_size)
    for quantity, tolerance in (before, after):
        _check_not_negative("quantity", quantity)
        _check_not_negative("tolerance", tolerance)
    if not completing:
        return True
    (quantity0, tolerance0), (quantity1, tolerance1) = before, after
    if quantity1 == quantity0 and tolerance1 >= tolerance0:
        return True
    if quantity1 - quantity0 == tolerance0 - tolerance1 and quantity1 > quantity0:
        return True
    missing0 = missing_items(pack_size=pack_size, quantity=quantity0, tolerance=tolerance0)
    missing1 = missing_items(pack_size=pack_size, quantity=quantity1, tolerance=tolerance1)
    packs0 = full_packs(pack_size=pack_size, quantity=quantity0, tolerance=tolerance0)
    packs1 = full_packs(pack_size=pack_size, quantity=quantity1, tolerance=tolerance1)
    return missing1 < missing0 and packs1 >= packs0 and tolerance1 >= tolerance0


# --- The log ---------------------------------------------------------------------------------------------------------


def _read(changes: Iterable[Change]) -> _Demand:
    """Replay the log in order of time; equal times in the order given.

    One member after the other, so that what is known of a member stays at hand: a change's place in the log is its
    rank, and every row is made and eaten at most once.
    """
    log = sorted(changes, key=attrgetter("at"))
    ranks: dict[Hashable, list[int]] = defaultdict(list)
    for rank, change in enumerate(log):
        _check_not_negative("quantity", change.quantity)
        _check_not_negative("tolerance", change.tolerance)
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
    return _Demand(_rows(members, firm), _rows(members, tolerance), totals)


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


def _without(demand: _Demand, members: Mapping[Hashable, Decimal]) -> _Demand:
    return _Demand(
        [row for row in demand.firm if row[0] not in members],
        [row for row in demand.tolerance if row[0] not in members],
        {member: totals for member, totals in demand.totals.items() if member not in members},
    )


# --- Sharing ---------------------------------------------------------------------------------------------------------


def _share(
    demand: _Demand,
    available: Decimal,
    strategy: str,
    seed: str | int | None,
    step: Decimal,
) -> dict[Hashable, Share]:
    if strategy not in STRATEGIES:
        raise ValueError(f"unknown strategy {strategy!r}: choose one of {', '.join(STRATEGIES)}")
    if strategy == LOT and seed is None:
        raise ValueError("a lot needs its published seed")
    firm_rows, tolerance_rows = demand.firm, demand.tolerance
    deal_firm: Callable[[Sequence[Row], Decimal], dict[Hashable, Decimal]] = _in_turn
    deal_tolerance: Callable[[Sequence[Row], Decimal], dict[Hashable, Decimal]] = _in_turn
    if strategy == EQUAL_SHARE:
        deal_tolerance = lambda rows, items: _one_step_at_a_time(rows, items, step)  # noqa: E731
    elif strategy == PROPORTIONAL:
        deal_firm = deal_tolerance = lambda rows, items: _in_proportion(rows, items, step)
    elif strategy == LOT:
        drawn = {member: draw(seed, member) for member in demand.totals}
        firm_rows = sorted(firm_rows, key=lambda row: drawn[row[0]])
        tolerance_rows = sorted(tolerance_rows, key=lambda row: drawn[row[0]])
    if strategy == NO_AUTOMATIC and available > 0:
        firm = {member: quantity for member, (quantity, _) in demand.totals.items()}
    else:
        firm = deal_firm(firm_rows, available)
    left = available - sum(firm.values(), ZERO)
    extra = deal_tolerance(tolerance_rows, left) if left > 0 else {}
    shares = {}
    for member, (quantity, tolerance) in demand.totals.items():
        got, more = firm.get(member, ZERO), extra.get(member, ZERO)
        shares[member] = Share(quantity, tolerance, got, more, got + more, quantity - got)
    return shares


def _in_turn(rows: Sequence[Row], items: Decimal) -> dict[Hashable, Decimal]:
    """Serve rows one after the other until nothing is left."""
    got: dict[Hashable, Decimal] = {}
    for member, wanted in rows:
        if items <= 0:
            break
        served = min(wanted, items)
        got[member] = got.get(member, ZERO) + served
        items -= served
    return got


def _one_step_at_a_time(rows: Sequence[Row], items: Decimal, step: Decimal) -> dict[Hashable, Decimal]:
    """Deal one step at a time to whoever has the fewest so far; among equals to the earliest row.

    The whole rounds are counted, not dealt one by one: the cost does not depend on how many items there are.
    """
    limits = _totals(rows)
    if sum(limits.values(), ZERO) <= items:
        return limits
    ordered = sorted(limits.values())
    sums = [ZERO, *accumulate(ordered)]

    def dealt(rounds: int) -> Decimal:
        """Items given away when everybody who still takes some has had so many steps."""
        full = bisect_right(ordered, rounds * step)
        return sums[full] + (len(ordered) - full) * rounds * step

    low, high = 0, int(ordered[-1] / step) + 1  # dealt(low) <= items < dealt(high), which is everything wanted
    while high - low > 1:
        middle = (low + high) // 2
        if dealt(middle) <= items:
            low = middle
        else:
            high = middle
    got = {member: min(limit, low * step) for member, limit in limits.items()}
    left = items - dealt(low)
    for member, limit in limits.items():  # the round that is not complete, in order of rank
        piece = min(step, left, limit - got[member])
        got[member] += piece
        left -= piece
    return got


def _in_proportion(rows: Sequence[Row], items: Decimal, step: Decimal) -> dict[Hashable, Decimal]:
    """Deal in proportion to what each wants, in whole steps; what is left over goes step by step to the largest
    remainders, among equals to the earliest row."""
    limits = _totals(rows)
    total = sum(limits.values(), ZERO)
    if total <= items:
        return limits
    got, remainders = {}, {}
    with localcontext(prec=100):  # products and their remainders are exact: equal remainders are equal
        for member, limit in limits.items():
            steps, remainders[member] = divmod(limit * items, total * step)
            got[member] = steps * step
    left = items - sum(got.values(), ZERO)
    for member in sorted(limits, key=lambda member: -remainders[member]):  # sorted() is stable: ties to the earliest
        piece = min(step, left, limits[member] - got[member])
        got[member] += piece
        left -= piece
    return got


def _totals(rows: Sequence[Row]) -> dict[Hashable, Decimal]:
    """What each member wants, in the order of their earliest rows."""
    totals: dict[Hashable, Decimal] = {}
    for member, items in rows:
        totals[member] = totals.get(member, ZERO) + items
    return totals


# --- Refusals --------------------------------------------------------------------------------------------------------


def _check_decimal(name: str, value: Decimal) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"{name} must be a Decimal, not {type(value).__name__}")


def _check_not_negative(name: str, value: Decimal) -> None:
    if isinstance(value, Decimal) and value.is_finite() and value >= 0:
        return
    _check_decimal(name, value)
    raise ValueError(f"{name} must be zero or more, not {value}")


def _check_positive(name: str, value: Decimal) -> None:
    _check_decimal(name, value)
    if not value.is_finite() or value <= 0:
        raise ValueError(f"{name} must be more than zero, not {value}")
