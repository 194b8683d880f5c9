"""Who gets how much when goods come in packs: pure functions over the demand log.

All quantities are Decimals in items, the unit in which households order; a pack holds `pack_size` items. How the log is
read says `demand_log.py`; the rule is told in prose in docs/packs.md.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate
from typing import NamedTuple

from market.ordering.demand_log import ZERO, Demand, Row, check_not_negative, check_positive, read, without
from market.ordering.demand_log import Change as Change  # who calls packs brings changes

ONE = Decimal(1)

FIRST_COME = "first_come"
EQUAL_SHARE = "equal_share"
PROPORTIONAL = "proportional"
LOT = "lot"
NO_AUTOMATIC = "no_automatic"
STRATEGIES = (FIRST_COME, EQUAL_SHARE, PROPORTIONAL, LOT, NO_AUTOMATIC)
SURPLUS_TO = ("tolerance", "stock", "leftover")


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
    check_positive("pack_size", pack_size)
    check_positive("step", step)
    if minimum_packs < 0:
        raise ValueError("minimum_packs cannot be negative")
    demand = read(changes)
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
    check_not_negative("received", received)
    check_positive("step", step)
    if unknown := set(surplus_to) - set(SURPLUS_TO):
        raise ValueError(f"unknown places for surplus: {sorted(unknown)}")
    locked = locked or {}
    for items in locked.values():
        check_not_negative("a locked share", items)
    demand = read(changes)
    rest = max(ZERO, received - sum(locked.values(), ZERO))
    open_demand = without(demand, locked)
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
    check_positive("pack_size", pack_size)
    for quantity, tolerance in (before, after):
        check_not_negative("quantity", quantity)
        check_not_negative("tolerance", tolerance)
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


def _share(
    demand: Demand,
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
