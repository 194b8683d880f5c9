"""Tables on paper: lists, a matrix, and labels to cut out, set on pages (market/paper.py).

In lists nothing is cut off: what does not fit into its column goes on in the next line. Only a matrix shortens names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from market.paper import BOLD, HEIGHT, PLAIN, RULE, SHADE, WIDTH, Box, Page, Rule, Words, shorten, width_of, wrap
from market.tables import BLANK, ON_PAPER, TICK, Column, Group, Table

LEFT, TOP, FOOT = 13.0, 17.0, 15.0
ACROSS, BOTTOM = WIDTH - 2 * LEFT, HEIGHT - FOOT
SIZE, LINE, PAD, GAP = 8.5, 4.1, 1.5, 2.5
BETWEEN = 9.0  # two columns of a page
PENCIL = 26.0  # room to write by hand
NARROW = 20.0  # no heading asks for more, and no column of words gives up more while others can


class Row(NamedTuple):
    """What stands in one row: the lines of every cell (none where there is a pencil's work), and how high it is."""

    cells: list[list[str]]
    height: float
    face: str = PLAIN


class Block(NamedTuple):
    """A group on paper: the lines of its title and note, its rows, and its sum."""

    title: str
    heading: list[str]
    note: list[str]
    rows: list[Row]

    @property
    def above(self) -> float:
        return (3 + len(self.heading) * 5 if self.heading else 0) + (len(self.note) * LINE + PAD if self.note else 0)

    @property
    def height(self) -> float:
        return self.above + sum(row.height for row in self.rows)


@dataclass
class List:
    """A table being set: where its columns stand, the page in hand, and how far down that is full."""

    table: Table
    frames: int = 1
    widths: list[float] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    frame: int = 0
    y: float = BOTTOM
    head: float = TOP  # below the title, where the headings stand
    top: float = TOP  # below the headings

    @property
    def across(self) -> float:
        return (ACROSS - BETWEEN * (self.frames - 1)) / self.frames

    @property
    def x(self) -> float:
        return LEFT + self.frame * (self.across + BETWEEN)

    @property
    def is_fresh(self) -> bool:
        return self.y == self.top

    def next_frame(self) -> None:
        """Go on in the next column, or on a new page; the title and the headings stand there again."""
        if self.pages and self.frame + 1 < self.frames:
            self.frame += 1
            self.y = self.head
        else:
            self.pages.append(Page())
            self.frame, self.y = 0, TOP
            for line in wrap(self.table.title, ACROSS, 11.5, BOLD):
                self.write(LEFT, line, 11.5, BOLD, down=5.5)
            for line in wrap(self.table.note, ACROSS, 8) if self.table.note else []:
                self.write(LEFT, line, 8, down=LINE)
            self.head = self.y
        self.y += 1.5
        self.set_row(self.headings, line=False)
        self.rule(self.y - LINE + 1.2, 0.0, 0.8)
        self.y += 1.2
        self.top = self.y

    @property
    def headings(self) -> Row:
        return row_of([column.heading for column in self.table.columns], self.widths, self.table, BOLD, size=7.5)

    def write(self, x: float, words: str, size: float, face: str = PLAIN, down: float = LINE) -> None:
        self.pages[-1].marks.append(Words(x, self.y, words, size, face))
        self.y += down

    def rule(self, y: float, tone: float = RULE, points: float = 0.3) -> None:
        self.pages[-1].marks.append(Rule(self.x, y, self.x + self.across, y, tone, points))

    def set_row(self, row: Row, *, line: bool = True) -> None:
        x = self.x
        size = 7.5 if not line else SIZE
        for lines, width, column in zip(row.cells, self.widths, self.table.columns, strict=True):
            self._set_cell(lines, x, width, column, size, row.face)
            x += width + GAP
        self.y += row.height
        if line:
            self.rule(self.y - LINE + 0.9)

    def _set_cell(self, lines: list[str], x: float, width: float, column: Column, size: float, face: str) -> None:
        marks = self.pages[-1].marks
        if not lines and column.kind == "tick":
            marks.append(Box(x, self.y - 2.7, 2.9, 2.9))
        elif not lines:
            marks.append(Rule(x, self.y + 0.6, x + width, self.y + 0.6))
        for number, words in enumerate(lines):
            at, align = (x + width, "right") if column.is_number else (x, "left")
            marks.append(Words(at, self.y + number * LINE, words, size, face, align))

    def set_block(self, block: Block, then: float = 0) -> None:
        """Set a group whole if a column can hold it and what must stand with it, `then` high, and else in parts.

        The parts say what they go on with.
        """
        height = block.height + then
        if not self.pages or (self.y + height > BOTTOM and not self.is_fresh and height <= BOTTOM - self.top):
            self.next_frame()
        if self.y + block.above + (block.rows[0].height if block.rows else 0) > BOTTOM:
            self.next_frame()
        self._set_heading(block.heading, block.note)
        for row in block.rows:
            if self.y + row.height + (then if row is block.rows[-1] else 0) > BOTTOM:
                self.next_frame()
                if block.title:
                    self._set_heading(wrap(f"{block.title} ({_('continued')})", self.across, 9.5, BOLD), [])
            self.set_row(row)

    def _set_heading(self, heading: list[str], note: list[str]) -> None:
        if heading:
            self.y += 0 if self.is_fresh else 3
        for line in heading:
            self.write(self.x, line, 9.5, BOLD, down=5)
        for line in note:
            self.write(self.x, line, SIZE)
        self.y += PAD if note else 0


def table_pages(table: Table) -> Iterator[Page]:
    """Set a table: its title and the headings stand at the top of every page, groups stay together if they can.

    A narrow table stands in two columns.
    """
    sheet = List(table)
    needed = _needed(table)
    if sum(needed) + GAP * (len(needed) - 1) <= (ACROSS - BETWEEN) / 2 and not table.page_each:
        sheet.frames = 2
    sheet.widths = _fitted(needed, table, sheet.across)
    blocks = [_block(group, sheet) for group in table.groups]
    for number, block in enumerate(blocks):
        if table.page_each and number:
            sheet.frame, sheet.y = sheet.frames, BOTTOM
            sheet.next_frame()
        # The sum of all groups does not stand on a page of its own: the last group goes over with it.
        alone = number + 2 == len(blocks) and not table.groups[-1].rows and table.groups[-1].total
        sheet.set_block(block, blocks[-1].height if alone else 0)
    if not table.groups:
        sheet.next_frame()
        sheet.write(sheet.x, _("There is nothing here yet."), SIZE)
    return iter(sheet.pages)


def _block(group: Group, sheet: List) -> Block:
    table = sheet.table
    _group, shown, total = Table(table.name, "", table.columns, [group]).shown[0]
    rows = [row_of(cells, sheet.widths, table, room=table.room) for cells in shown]
    rows += [row_of(total, sheet.widths, table, BOLD)] if total else []
    heading = wrap(group.title, sheet.across, 9.5, BOLD) if group.title else []
    return Block(group.title, heading, wrap(group.note, sheet.across, SIZE) if group.note else [], rows)


def row_of(
    cells: Sequence[str], widths: Sequence[float], table: Table, face: str = PLAIN, *, room: int = 1, size: float = SIZE
) -> Row:
    """Break the cells of a row into lines; what is to be written by hand has no words."""
    lines = [
        [] if column.kind in ON_PAPER and face == PLAIN
        else [""] if cell in (TICK, BLANK)
        else wrap(cell, width, size, face)
        for cell, width, column in zip(cells, widths, table.columns, strict=True)
    ]  # fmt: skip
    return Row(lines, max(len(cell) for cell in lines) * LINE * room + PAD, face)


def _needed(table: Table) -> list[float]:
    """How wide every column would like to be: as its widest cell, or the longest word of its heading."""
    needed = [
        PENCIL if column.kind == "blank"
        else 3.0 if column.kind == "tick"
        else min(NARROW, max(width_of(word, 7.5, BOLD) for word in column.heading.split() or [""]))
        for column in table.columns
    ]  # fmt: skip
    for _group, rows, total in table.shown:
        for face, row in [*((PLAIN, row) for row in rows), *([(BOLD, total)] if total else [])]:
            needed = [
                most if column.kind in ("blank", "tick") else max(most, width_of(cell, SIZE, face) + 0.1)
                for most, cell, column in zip(needed, row, table.columns, strict=True)
            ]
    return needed


def _fitted(needed: list[float], table: Table, across: float) -> list[float]:
    """Give every column what it needs; where that is too much, the widest columns of words share what is left.

    What remains is room to write by hand, or goes to the last column of words, so that figures stand at the right edge.
    """
    widths = list(needed)
    spare = across - GAP * (len(widths) - 1) - sum(widths)
    words = [n for n, column in enumerate(table.columns) if column.kind == "text"] or list(range(len(widths)))
    while spare < 0:
        pool = words if max(widths[n] for n in words) > NARROW else range(len(widths))
        widest = max(pool, key=lambda n: widths[n])
        widths[widest] -= 0.5
        spare += 0.5
    pencils = [n for n, column in enumerate(table.columns) if column.kind == "blank"]
    last = words[-1:] if len(words) < len(widths) else words  # figures alone stand evenly
    for n in pencils or last:
        widths[n] += max(spare, 0.0) / len(pencils or last)
    return widths


# --- A matrix, and labels --------------------------------------------------------------------------------------------

WIDE, DEEP = HEIGHT, WIDTH  # a page on its side
CELL, CELLS, SUM, STEP, UPRIGHT = 4.9, 7.0, 13.0, 4.4, 36.0


def matrix_pages(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str], str]]) -> Iterator[Page]:
    """Set a matrix on wide pages: names of columns upright, every row with its cells and its sum.

    Forty columns of whole numbers go on one page; where there are more, the pages share them evenly.
    """
    across = WIDE - 2 * LEFT
    name = min(68.0, max([width_of(row[0], CELLS) for row in rows], default=0.0) + 2)
    cell = max([CELL, *(width_of(words, CELLS) + 1 for _name, cells, _total in rows for words in cells)])
    fitting = max(1, int((across - name - SUM) / cell))
    parts = max(1, -(-len(columns) // fitting))
    each = max(1, -(-len(columns) // parts))
    down = int((DEEP - TOP - UPRIGHT - FOOT) / STEP)
    for top in range(0, max(1, len(rows)), down):
        for left in range(0, max(1, len(columns)), each):
            page = Page(wide=True)
            page.marks.append(Words(LEFT, TOP - 2, shorten(title, across, 11.5, BOLD), 11.5, BOLD))
            some = [(words, cells[left : left + each], total) for words, cells, total in rows[top : top + down]]
            _set_matrix(page, columns[left : left + each], some, name, cell)
            yield page


def _set_matrix(
    page: Page, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str], str]], name: float, cell: float
) -> None:
    head = TOP + UPRIGHT
    edge = LEFT + name + len(columns) * cell + SUM
    for number, words in enumerate([*columns, _("Sum")]):
        x = LEFT + name + (number + 1) * cell - 1 if number < len(columns) else edge - 1
        page.marks.append(Words(x, head - 1, shorten(words, UPRIGHT - 2, CELLS), CELLS, upright=True))
    page.marks += [Box(LEFT, head + n * STEP, edge - LEFT, STEP, SHADE, filled=True) for n in range(1, len(rows), 2)]
    for number in range(0, len(columns) + 1, 5):
        x = LEFT + name + number * cell + 0.3
        page.marks.append(Rule(x, head - UPRIGHT + 3, x, head + len(rows) * STEP, RULE, 0.25))
    page.marks.append(Rule(LEFT, head, edge, head, 0.0, 0.8))
    for number, (words, cells, total) in enumerate(rows):
        y = head + (number + 1) * STEP
        page.marks.append(Words(LEFT, y - 1.2, shorten(words, name - 2, CELLS), CELLS))
        page.marks += [
            Words(LEFT + name + (n + 1) * cell - 0.6, y - 1.2, shown, CELLS, align="right")
            for n, shown in enumerate(cells)
            if shown
        ]
        page.marks.append(Words(edge, y - 1.2, total, CELLS, BOLD, "right"))


LABELS, LABEL_WIDTH, LABEL_HEIGHT = 24, 61.0, 33.0


def label_pages(labels: Sequence[Sequence[str]]) -> Iterator[Page]:
    """Set labels for crates, three times eight on a page: a name, a code to be read from afar, and small lines."""
    for start in range(0, len(labels), LABELS):
        page = Page()
        for number, (name, code, *rest) in enumerate(labels[start : start + LABELS]):
            x, y = LEFT + number % 3 * LABEL_WIDTH, 13 + number // 3 * LABEL_HEIGHT
            page.marks.append(Box(x, y, LABEL_WIDTH - 2, LABEL_HEIGHT - 2, RULE, dashed=True))
            page.marks.append(_large(name, x + 2.5, y + 6.5, (10.5, 9, 8)))
            page.marks.append(_large(code, x + 2.5, y + 16, (20, 13, 9)))
            page.marks += [Words(x + 2.5, y + 22 + 4.2 * n, words, 8) for n, words in enumerate(rest)]
        yield page


def _large(words: str, x: float, y: float, sizes: Sequence[float]) -> Words:
    """Write words in the first size in which they fit on a label, and cut them only in the last."""
    room = LABEL_WIDTH - 7
    size = next((size for size in sizes if width_of(words, size, BOLD) <= room), sizes[-1])
    return Words(x, y, shorten(words, room, size, BOLD), size, BOLD)
