"""Tables on paper: A4 pages of set text, quick enough for a distribution morning.

A PDF engine needs milliseconds for every table cell, and the sheets of one pick-up day have thousands. So rows are set
here, in a typeface whose letters are all as wide, and a page is one piece of text. In lists nothing is cut off: what
does not fit into its column goes on in the next line; only a matrix shortens its names.
"""

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from weasyprint import HTML

from market.tables import Group, Table

# Letters in a line and lines on a page, as templates/market/print/pages.html sets them.
WIDTH, LINES = 95, 52
GAP = 2


class Line(NamedTuple):
    words: str
    style: str = ""  # "", "title", "head", "total", "quiet"


def print_pages(pages: Sequence[SafeString], *, title: str, stamp: str) -> bytes:
    """Make one PDF of pages; `stamp` stands at the foot of every page, beside its number and how many there are."""
    context = {"pages": pages, "title": title, "stamp": stamp, "language": get_language()}
    return HTML(string=render_to_string("market/print/pages.html", context)).write_pdf()


def table_pages(table: Table) -> Iterator[SafeString]:
    """Set a table: its title and the headings stand at the top of every page, groups stay together if they can."""
    widths = _widths(table)
    head = [Line(line, "title") for line in _wrap(table.title, 70)]
    head += [Line(line, "quiet") for line in _wrap(table.note, WIDTH)] if table.note else []
    head += _row([column.heading for column in table.columns], widths, table, "head")
    head.append(Line("─" * WIDTH))
    room = LINES - len(head)
    page: list[Line] = []
    for group in table.groups:
        block = _block(group, widths, table)
        if page and (table.page_each or (len(page) + len(block) > room and len(block) <= room)):
            yield _page([*head, *page])
            page = []
        while len(page) + len(block) > room:
            taken = room - len(page)
            yield _page([*head, *page, *block[:taken]])
            again = [Line(f"{group.title} ({_('continued')})", "head")] if group.title else []
            page, block = [], [*again, *block[taken:]]
        page += block
    if page or not table.groups:
        yield _page([*head, *page])


def _block(group: Group, widths: list[int], table: Table) -> list[Line]:
    lines = [Line("")] if group.title else []
    lines += [Line(line, "head") for line in _wrap(group.title, WIDTH)] if group.title else []
    lines += [Line(line, "quiet") for line in _wrap(group.note, WIDTH)] if group.note else []
    cells = Table(table.name, "", table.columns, [group]).shown[0]
    for row in cells[1]:
        lines += _row(row, widths, table, "")
        lines += [Line("")] * (table.room - 1)
    if cells[2]:
        lines += _row(cells[2], widths, table, "total")
    return lines


def _widths(table: Table) -> list[int]:
    """Give every column what it needs; where that is too much, the widest columns of words share what is left."""
    needed = [
        14 if column.kind == "blank" else max(len(word) for word in column.heading.split() or [""])
        for column in table.columns
    ]
    for _group, rows, total in table.shown:
        for row in [*rows, total] if total else rows:
            needed = [max(most, len(cell)) for most, cell in zip(needed, row, strict=True)]
    spare = WIDTH - GAP * (len(needed) - 1) - sum(needed)
    while spare < 0:
        widest = max(range(len(needed)), key=lambda n: 0 if table.columns[n].is_number else needed[n])
        needed[widest] -= 1
        spare += 1
    return needed


def _row(cells: Sequence[str], widths: list[int], table: Table, style: str) -> list[Line]:
    parts = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(len(part) for part in parts)):
        pieces = [part[number] if number < len(part) else "" for part in parts]
        lines.append(
            (" " * GAP).join(
                piece.rjust(width) if column.is_number else piece.ljust(width)
                for piece, width, column in zip(pieces, widths, table.columns, strict=True)
            )
        )
    return [Line(line.rstrip(), style) for line in lines]


def _wrap(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, width) if len(words) > width else [words]


def _page(lines: list[Line]) -> SafeString:
    rows = [
        format_html('<b class="{}">{}</b>', line.style, line.words) if line.style else conditional_escape(line.words)
        for line in lines
    ]
    return format_html('<pre class="page">{}</pre>', mark_safe("\n".join(rows)))  # noqa: S308 (escaped line by line)


# --- A matrix, and labels --------------------------------------------------------------------------------------------

# Across the wide page: letters for the name of a row and for a column, columns and rows on one page.
NAME, CELL, ACROSS, DOWN = 38, 5, 25, 32
# Names of columns in one block: a block that is longer than the page is high would be torn in two.
UPRIGHT = 13


def matrix_pages(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str], str]]
) -> Iterator[SafeString]:
    """Set a matrix on wide pages: names of columns upright, every row with its cells and its sum."""
    for top in range(0, max(1, len(rows)), DOWN):
        for left in range(0, max(1, len(columns)), ACROSS):
            names = [name[:17] for name in [*columns[left : left + ACROSS], _("Sum")]]
            lines = [
                _name(name)
                + "".join((cell or "·").rjust(CELL) for cell in cells[left : left + ACROSS])
                + total.rjust(8)
                for name, cells, total in rows[top : top + DOWN]
            ]
            yield format_html(
                '<section class="wide"><b class="title">{}</b>'
                '<pre class="names">{}</pre><pre class="names more">{}</pre><pre class="grid">{}</pre></section>',
                title,
                "\n".join(names[:UPRIGHT]),
                "\n".join(names[UPRIGHT:]),
                "\n".join(lines),
            )


def _name(words: str) -> str:
    return words.ljust(NAME) if len(words) <= NAME else f"{words[: NAME - 1]}…"


LABELS = 24


def label_pages(labels: Sequence[Sequence[str]]) -> Iterator[SafeString]:
    """Set labels for crates, three times eight on a page: the first line large, the second larger, the rest small."""
    for start in range(0, len(labels), LABELS):
        pieces = [
            format_html(
                '<pre class="label" style="left: {}mm; top: {}mm">'
                '<b class="title">{}</b>\n<b class="code">{}</b>\n{}</pre>',
                number % 3 * 61,
                number // 3 * 33,
                name[:24],
                code,
                "\n".join(rest),
            )
            for number, (name, code, *rest) in enumerate(labels[start : start + LABELS])
        ]
        yield format_html('<section class="labels">{}</section>', mark_safe("".join(pieces)))  # noqa: S308 (escaped)
