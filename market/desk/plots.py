"""Bar charts drawn on the server, for reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Bar(NamedTuple):
    """One bar in a field 600 wide and 160 high: its corner, its size, its middle, and what it says."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    value: str
    words: str


@dataclass(frozen=True)
class Bars:
    """A bar chart drawn on the server; the figures stand in a table beside it."""

    caption: str
    bars: list[Bar]


def bars(caption: str, values: Iterable[tuple[str, Decimal, str]], *, most: Decimal | None = None) -> Bars:
    """Draw values (name, figure, figure in words) as bars from the left, the highest as high as the field.

    Up to eight bars carry their figure; more would not leave it room.
    """
    values = list(values)
    highest = most or max((figure for _name, figure, _words in values), default=Decimal(0)) or Decimal(1)
    step = 600 // max(1, len(values))
    width = max(2, min(64, step * 8 // 10))
    drawn = []
    for number, (name, figure, words) in enumerate(values):
        height = int(150 * min(figure, highest) / highest)
        middle = number * step + step // 2
        value = words if len(values) <= 8 else ""
        drawn.append(Bar(middle - width // 2, 160 - height, width, height, middle, value, f"{name}: {words}"))
    return Bars(caption, drawn)
