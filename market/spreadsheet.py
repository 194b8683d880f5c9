"""Lines of files that are opened in a spreadsheet."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

from django.http import HttpResponse

# A program shows text in UTF-8 only if the file begins with this mark.
MARK = "\ufeff"
FIGURE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def csv_row(cells: Iterable[object]) -> str:
    """Write one line of a file; a text that a spreadsheet would take for a formula, but no plain figure, is marked as
    text."""
    line = StringIO()
    csv.writer(line).writerow([_as_text(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def as_file(content: str, name: str) -> HttpResponse:
    """Answer with a file that a spreadsheet opens."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_text(cell: str) -> str:
    if FIGURE.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
