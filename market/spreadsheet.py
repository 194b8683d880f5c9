"""Lines of files that are opened in a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

# A program shows text in UTF-8 only if the file begins with this mark.
MARK = "\ufeff"


def csv_row(cells: Iterable[object]) -> str:
    """Write one line of a file; a text that a spreadsheet would take for a formula is marked as text."""
    line = StringIO()
    csv.writer(line).writerow([_as_text(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
