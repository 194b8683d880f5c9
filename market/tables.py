"""A table once, shown three ways: on the screen, as a file for a spreadsheet, and on paper (market/printing.py)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from market.money import from_minor
from market.spreadsheet import MARK, csv_row
from market.templatetags import market as written

# What stands in a column: words, a quantity, cents, percent, a moment, a day, a box to tick, or room to write in.
KINDS = ("text", "quantity", "money", "percent", "moment", "day", "tick", "blank")
TICK, BLANK = "☐", "_" * 14
ON_PAPER = frozenset({"tick", "blank"})
RIGHT = frozenset({"quantity", "money", "percent"})


@dataclass(frozen=True)
class Column:
    heading: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        return self.kind in RIGHT


class Cell(NamedTuple):
    """A cell on a page; `is_name` says what its row is about."""

    words: str
    heading: str
    is_number: bool
    is_name: bool


@dataclass(frozen=True)
class Group:
    """Rows that belong together, as the sheet of one household; `key` names this piece of paper from print to print."""

    rows: Sequence[Sequence[Any]]
    title: str = ""
    note: str = ""
    key: str = "all"
    total: Sequence[Any] | None = None

    @property
    def fingerprint(self) -> str:
        """Change whenever anything on this piece of paper changes."""
        content = [self.title, self.note, [list(row) for row in self.rows], list(self.total or [])]
        return hashlib.sha256(json.dumps(content, default=str, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Table:
    """Columns and groups of rows under a title; `grouped_by` heads the groups' titles in a file."""

    name: str
    title: str
    columns: Sequence[Column]
    groups: Sequence[Group] = field(default_factory=list)
    grouped_by: str = ""
    note: str = ""
    page_each: bool = False  # every group begins a page of its own
    room: int = 1  # lines on paper for one row: 2 leaves room to write

    @property
    def shown(self) -> list[tuple[Group, list[list[str]], list[str]]]:
        """Every group with its cells as people read them, and its totals."""
        return [
            (group, [self._cells(row) for row in group.rows], self._cells(group.total) if group.total else [])
            for group in self.groups
        ]

    @property
    def is_wide(self) -> bool:
        """Whether the table scrolls sideways on a phone, instead of standing its cells below each other."""
        return len(self.columns) > 9

    @property
    def on_screen(self) -> list[tuple[Group, list[list["Cell"]], list["Cell"]]]:
        """The same for a page, without what is only for a pencil."""
        return [(group, [self._shown(row) for row in rows], self._shown(total)) for group, rows, total in self.shown]

    def _shown(self, cells: Sequence[str]) -> list["Cell"]:
        # What a row is about stands in its first column of words that says anything.
        names = [n for n, column in enumerate(self.columns) if column.kind in ("text", "day") and cells and cells[n]]
        return [
            Cell(cell, column.heading, column.is_number, number == names[0] if names else False)
            for number, (cell, column) in enumerate(zip(cells, self.columns, strict=False))
            if column.kind not in ON_PAPER
        ]

    @property
    def headed(self) -> list[tuple[str, bool]]:
        """Headings, and whether figures stand below them."""
        return [(column.heading, column.is_number) for column in self.columns if column.kind not in ON_PAPER]

    @property
    def is_empty(self) -> bool:
        return not any(group.rows for group in self.groups)

    def only(self, keys: Iterable[str]) -> "Table":
        """Keep the groups with these keys."""
        wanted = set(keys)
        return replace(self, groups=[group for group in self.groups if group.key in wanted])

    def csv(self) -> str:
        """Write the table for a spreadsheet: figures bare, with a point, in columns of their own."""
        columns = [column for column in self.columns if column.kind not in ON_PAPER]
        lead = [self.grouped_by] if self.grouped_by else []
        lines = [csv_row([*lead, *(column.heading for column in columns)])]
        for group in self.groups:
            for row in [*group.rows, *([group.total] if group.total else [])]:
                cells = [bare(cell, column) for cell, column in zip(row, self.columns, strict=True)
                         if column.kind not in ON_PAPER]  # fmt: skip
                lines.append(csv_row([*([group.title] if lead else []), *cells]))
        return MARK + "".join(lines)

    def _cells(self, row: Sequence[Any]) -> list[str]:
        return [text(cell, column) for cell, column in zip(row, self.columns, strict=True)]


def and_together(groups: Sequence[Group], title: str) -> list[Group]:
    """Add what the totals of several groups come to, each column that all of them add up."""
    totals = [group.total for group in groups if group.total]
    if len(totals) < 2:
        return list(groups)
    columns = list(zip(*totals, strict=True))
    sums = [sum(cells) if all(isinstance(cell, int | Decimal) for cell in cells) else cells[0] for cells in columns]
    return [*groups, Group([], title, key="together", total=sums)]


def text(cell: Any, column: Column) -> str:
    """Write a cell as people read it, in their language."""
    if column.kind == "tick":
        return TICK
    if column.kind == "blank":
        return BLANK
    if cell is None or cell == "":
        return ""
    match column.kind, cell:
        case "money", int():
            return written.euros(cell).replace("\u00a0", " ")
        case "quantity", int() | Decimal():
            return written.quantity(Decimal(cell))
        case "percent", int() | Decimal():
            return f"{written.quantity(Decimal(cell))} %"
        case "moment", datetime():
            return written.when(cell)
        case "day", date():
            return written.day(cell)
    return str(cell)


def bare(cell: Any, column: Column) -> Any:
    """Write a cell for a spreadsheet: digits and a point, dates from the year on."""
    if cell is None:
        return ""
    match column.kind, cell:
        case "money", int():
            return f"{from_minor(cell):f}"
        case (("quantity" | "percent"), int() | Decimal()):
            return f"{Decimal(cell).normalize():f}"
        case _, datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case _, date():
            return cell.isoformat()
    return str(cell)
