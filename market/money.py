"""The one place where money is rounded or split. Amounts in minor units are ints; a float is refused everywhere."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TypeVar

from moneyed import Money

Key = TypeVar("Key", bound=Hashable)

# Wide enough for any amount, so that moving the point never rounds on its own.
WIDE = Context(prec=100)
# One minor unit, by the number of decimals.
SMALLEST = [Decimal(1).scaleb(-decimals) for decimals in range(20)]


def round_minor(amount: Decimal) -> int:
    """Round an amount of minor units to a whole one, halves away from zero."""
    return to_minor(amount, decimals=0)


def to_minor(amount: Decimal | Money, *, decimals: int = 2) -> int:
    """Turn an amount (euros) into whole minor units (cents), halves away from zero.

    Raises TypeError for a float or a text and ValueError for what is no number.
    """
    value = amount.amount if isinstance(amount, Money) else amount
    if isinstance(value, int):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise TypeError(f"money is counted in Decimals, not in {type(value).__name__}")
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    try:
        rounded = value.quantize(SMALLEST[decimals], ROUND_HALF_UP, WIDE)
    except InvalidOperation:
        raise ValueError(f"{value} is not an amount of money: it is too large") from None
    return int(rounded.scaleb(decimals, WIDE))


def from_minor(minor: int, *, decimals: int = 2) -> Decimal:
    """Turn whole minor units (cents) into an amount (euros) with that many decimals."""
    if not isinstance(minor, int):
        raise TypeError(f"minor units are whole numbers, not {type(minor).__name__}")
    return Decimal(minor).scaleb(-decimals, WIDE)


def vat_minor(amount_minor: int, percent: Decimal, *, added: bool = False) -> int:
    """VAT of an amount in cents: contained in it, or to be added to it; rounded once, halves away from zero."""
    if not isinstance(amount_minor, int):
        raise TypeError(f"minor units are whole numbers, not {type(amount_minor).__name__}")
    return round_minor(amount_minor * percent / (100 if added else 100 + percent))


def split_exactly(total_minor: int, weights: Mapping[Key, Decimal]) -> dict[Key, int]:
    """Split whole minor units in proportion to weights so that the parts add up to the whole.

    Each part is its exact share rounded down; the units left over go to the largest remainders, ties to the earlier
    key. A negative total is split as the positive one and negated. Raises ValueError for a negative or infinite
    weight, and if there is something to split but nobody to give it to.
    """
    if not isinstance(total_minor, int):
        raise TypeError(f"minor units are whole numbers, not {type(total_minor).__name__}")
    if total_minor < 0:
        return {key: -part for key, part in split_exactly(-total_minor, weights).items()}
    exact = _on_one_scale(weights)
    weight_sum = sum(exact.values())
    if weight_sum == 0:
        if total_minor:
            raise ValueError("there is something to split, but every weight is zero")
        return dict.fromkeys(weights, 0)
    parts, remainders = {}, {}
    for key, weight in exact.items():
        parts[key], remainders[key] = divmod(total_minor * weight, weight_sum)
    left = total_minor - sum(parts.values())
    for key in sorted(remainders, key=lambda key: -remainders[key])[:left]:  # sorted() is stable: ties to the earlier
        parts[key] += 1
    return parts


def split_community_part(*, lines: Mapping[Key, tuple[int, Decimal]], wanted_minor: int) -> dict[Key, int]:
    """Split community currency over order lines: (cents of the line, percent payable in it) by line.

    No line gets more than its percentage, rounded down; the parts add up to what is wanted, or to all the lines take
    if that is less. Raises ValueError for a line below zero or a percentage outside 0 to 100.
    """
    for total, percent in lines.values():
        if total < 0:
            raise ValueError(f"a line cannot cost {total}")
        if not Decimal(percent).is_finite() or not 0 <= percent <= 100:
            raise ValueError(f"a percentage lies between 0 and 100, not at {percent}")
    limits = {key: int(total * percent // 100) for key, (total, percent) in lines.items()}
    wanted = max(0, min(wanted_minor, sum(limits.values())))
    # In proportion to the limits, and wanted <= their sum: no part can exceed its limit.
    return split_exactly(wanted, {key: Decimal(limit) for key, limit in limits.items()})


def _on_one_scale(weights: Mapping[Key, Decimal]) -> dict[Key, int]:
    """Multiply weights by the power of ten that makes all of them whole, so that no division is ever inexact."""
    decimals = 0
    for weight in weights.values():
        if not isinstance(weight, Decimal | int):
            raise TypeError(f"weights are Decimals, not {type(weight).__name__}")
        if not Decimal(weight).is_finite() or weight < 0:
            raise ValueError(f"a weight must be zero or more, not {weight}")
        exponent = Decimal(weight).as_tuple().exponent
        decimals = max(decimals, -exponent if isinstance(exponent, int) else 0)
    return {key: int(Decimal(weight).scaleb(decimals, WIDE)) for key, weight in weights.items()}
