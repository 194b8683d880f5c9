"""A wallet's balance as a picture: points and widths of drawings that are 600 units wide."""

from collections.abc import Sequence

from ledger import api as ledger

WIDE, HIGH = 600, 120


def balance_path(lines: Sequence[ledger.StatementLine]) -> str:
    """Give the steps of a balance over the lines of a statement (newest first) as points of a polyline.

    Empty for fewer than two lines, which are no way to look at.
    """
    if len(lines) < 2:
        return ""
    moved = list(reversed(lines))
    first, last = moved[0].happened_at, moved[-1].happened_at
    seconds = (last - first).total_seconds() or 1
    levels = [moved[0].balance_after - moved[0].amount, *(line.balance_after for line in moved)]
    low, high = min(0, *levels), max(1, *levels)
    height = [round(HIGH - HIGH * (level - low) / (high - low)) for level in levels]
    corners = []
    for number, line in enumerate(moved):
        x = round(WIDE * (line.happened_at - first).total_seconds() / seconds)
        corners += [f"{x},{height[number]}", f"{x},{height[number + 1]}"]
    return " ".join(corners)


def split_of(units: int, euros: int) -> int:
    """Give how wide the part of the community currency is in a bar of all there is to spend; 0 without both."""
    if units <= 0 or euros <= 0:
        return 0
    return round(WIDE * units / (units + euros))
