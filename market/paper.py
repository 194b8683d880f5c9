"""Paper: A4 pages of words, rules and boxes set at their places, in millimetres from the upper left corner.

Sheets are drawn, not laid out by a browser's rules: the sheets of a pick-up day hold some ten thousand words, and have
to be there in a second on a distribution morning. market/printing.py says what goes where.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
HEIGHT, WIDTH = A4[1] / mm, A4[0] / mm
POINT = 1 / mm
BLACK, RULE, SHADE = 0.0, 0.6, 0.92


class Words(NamedTuple):
    """Words on their base line; `align` is "left", "right" or "centre", `upright` turns them to be read from below."""

    x: float
    y: float
    words: str
    size: float = 8.5
    face: str = PLAIN
    align: str = "left"
    upright: bool = False


class Box(NamedTuple):
    """A box: outlined in a tone from 0 (black) to 1, or filled with it."""

    x: float
    y: float
    width: float
    height: float
    tone: float = BLACK
    filled: bool = False
    dashed: bool = False


class Rule(NamedTuple):
    x: float
    y: float
    to_x: float
    to_y: float
    tone: float = BLACK
    points: float = 0.4


@dataclass
class Page:
    wide: bool = False
    marks: list[Words | Box | Rule] = field(default_factory=list)


def print_pages(pages: Sequence[Page], *, title: str, stamp: str) -> bytes:
    """Make one PDF of pages; `stamp` stands at the foot of every page, beside its number and how many there are."""
    register_faces()
    file = BytesIO()
    canvas = Canvas(file, lang=get_language())
    canvas.setTitle(title)
    for number, page in enumerate(pages, 1):
        size = landscape(A4) if page.wide else A4
        canvas.setPageSize(size)
        width, height = size[0] / mm, size[1] / mm
        for mark in page.marks:
            _draw(canvas, mark, height)
        _draw(canvas, Words(13, height - 8, stamp, 7.5), height)
        _draw(canvas, Words(width - 13, height - 8, f"{number} / {len(pages)}", 7.5, align="right"), height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, mark: Words | Box | Rule, height: float) -> None:
    match mark:
        case Words():
            _write(canvas, mark, height)
        case Box():
            canvas.setStrokeGray(mark.tone)
            canvas.setFillGray(mark.tone)
            canvas.setLineWidth(0.6)
            canvas.setDash([2, 2] if mark.dashed else [])
            place = (mark.x * mm, (height - mark.y - mark.height) * mm, mark.width * mm, mark.height * mm)
            canvas.rect(*place, stroke=not mark.filled, fill=mark.filled)
            canvas.setFillGray(BLACK)
        case Rule():
            canvas.setStrokeGray(mark.tone)
            canvas.setDash([])
            canvas.setLineWidth(mark.points)
            canvas.line(mark.x * mm, (height - mark.y) * mm, mark.to_x * mm, (height - mark.to_y) * mm)


def _write(canvas: Canvas, mark: Words, height: float) -> None:
    words = legible(mark.words, mark.face)
    canvas.setFont(mark.face, mark.size)
    if mark.upright:
        canvas.saveState()
        canvas.translate(mark.x * mm, (height - mark.y) * mm)
        canvas.rotate(90)
        canvas.drawString(0, 0, words)
        canvas.restoreState()
    elif mark.align == "right":
        canvas.drawRightString(mark.x * mm, (height - mark.y) * mm, words)
    elif mark.align == "centre":
        canvas.drawCentredString(mark.x * mm, (height - mark.y) * mm, words)
    else:
        canvas.drawString(mark.x * mm, (height - mark.y) * mm, words)


# --- Letters ---------------------------------------------------------------------------------------------------------


@lru_cache
def register_faces() -> None:
    """Read the typefaces, once in every process."""
    for face in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(face, Path(settings.PRINT_FACES) / f"{face}.ttf"))


def legible(words: str, face: str) -> str:
    """Put a white square where the typeface has no letter."""
    known = pdfmetrics.getFont(face).face.charToGlyph
    return words if all(ord(letter) in known for letter in words) else "".join(
        letter if ord(letter) in known else "□" for letter in words
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def width_of(words: str, size: float, face: str = PLAIN) -> float:
    """How wide words stand, in millimetres."""
    register_faces()
    return pdfmetrics.stringWidth(words, face, size) * POINT


@lru_cache(maxsize=20_000)
def wrap(words: str, room: float, size: float, face: str = PLAIN) -> list[str]:
    """Break words into lines that fit; a word that is wider than a line is broken where the line ends."""
    if width_of(words, size, face) <= room:
        return [words]
    lines, line = [], ""
    for piece in re.findall(r"\S+\s*", words):
        if line and width_of(line + piece.rstrip(), size, face) > room:
            lines.append(line.rstrip())
            line = ""
        while width_of(piece.rstrip(), size, face) > room and len(piece) > 1:
            fitting = next(n for n in range(len(piece) - 1, 0, -1) if n == 1 or width_of(piece[:n], size, face) <= room)
            lines.append(piece[:fitting])
            piece = piece[fitting:]
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def shorten(words: str, room: float, size: float, face: str = PLAIN) -> str:
    """Cut words to what fits, with an ellipsis."""
    if width_of(words, size, face) <= room:
        return words
    kept = next((n for n in range(len(words), 0, -1) if width_of(f"{words[:n]}…", size, face) <= room), 0)
    return f"{words[:kept].rstrip()}…"
