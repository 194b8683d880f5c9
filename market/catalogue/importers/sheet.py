"""What all price lists share: decoding, columns, cells, and faults by line and column."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from market.catalogue.importers.numbers import as_number, readings
from market.catalogue.importers.rows import Fault, ParsedList, ProductRow

HIGHEST_PRICE = Decimal(100_000)
MOST_ITEMS = Decimal(1_000_000)
MOST_ROWS = 50_000
MOST_FAULTS = 200  # nobody corrects more than these before trying again
YES = {"1", "yes", "y", "true", "x", "sí", "si", "oui", "ja"}
NO = {"0", "no", "n", "false", "non", "nein", "nee"}


class Unreadable(Exception):
    """Not a table at all."""

    def __init__(self, line: int, expected: str, code: str, *, column: str = "", found: str = "") -> None:
        super().__init__(expected)
        self.fault = Fault(line, column, found[:80], expected, code)


class Record:
    """One line of a price list. Reading a cell that is wrong notes a fault and gives a harmless value."""

    def __init__(self, line: int, cells: dict[str, str], columns: dict[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.columns = columns
        self.faults: list[Fault] = []

    def fault(self, column: str, expected: str, code: str) -> None:
        found = self.cells.get(column, "")
        self.faults.append(Fault(self.line, self.columns.get(column, column), found[:80], expected, code))

    def is_wrong(self, column: str) -> bool:
        return any(fault.column == self.columns.get(column, column) for fault in self.faults)

    def is_blank(self, column: str) -> bool:
        return self.cells.get(column, "").strip() in {"", "-"}

    def text(self, column: str, *, longest: int = 200, required: bool = False) -> str:
        value = " ".join(self.cells.get(column, "").split())
        if required and not value:
            self.fault(column, _("Write something here: it cannot be empty."), "missing")
        if len(value) > longest:
            if not self.is_wrong(column):
                self.fault(column, _("At most %(longest)s characters, please.") % {"longest": longest}, "too_long")
            return value[:longest]
        return value

    def yes(self, column: str, *, blank: bool) -> bool:
        """Read yes or no, in the languages such lists are written in."""
        if self.is_blank(column):
            return blank
        word = self.text(column).lower()
        if word not in YES | NO:
            self.fault(column, _("Write yes or no."), "yes_or_no")
        return word in YES

    def number(
        self,
        column: str,
        *,
        default: Decimal | None = None,
        decimals: int = 4,
        most: Decimal = HIGHEST_PRICE,
        percent: bool = False,
    ) -> Decimal:
        """Read a number of zero or more; without `default` the cell may not be empty. `percent`: a % may follow."""
        text = self.cells.get(column, "").strip()
        if not text and default is not None:
            return default
        if percent:
            text = text.removesuffix("%").rstrip()
        value = as_number(text)
        if value is None:
            self.fault(column, _("Write a number, for example 2.50."), "not_a_number" if text else "missing")
        elif value < 0:
            self.fault(column, _("Write zero or more."), "negative")
        elif either := readings(text):
            meant = {"first": either[0], "second": either[1]}
            self.fault(column, _("This can be read in two ways: write %(first)s or %(second)s.") % meant, "ambiguous")
        elif value > most:
            self.fault(column, _("At most %(most)s.") % {"most": most}, "too_large")
        elif value != round(value, decimals):
            self.fault(column, _("At most %(decimals)s decimals.") % {"decimals": decimals}, "too_precise")
        else:
            return abs(value)  # “-0” is zero
        return Decimal(0)


@dataclass(frozen=True)
class Sheet:
    """A decoded table: column names as in the file, and its records with their lines."""

    columns: dict[str, str]
    records: tuple[Record, ...]

    def parse(self, read_row: Callable[[Record], ProductRow], *, number: str) -> ParsedList:
        """Turn every record into a product, collecting what is wrong.

        `number` is the column of the producer's number. Two lines for one product are a fault: the same number, or
        without a number the same name and item.
        """
        rows: list[ProductRow] = []
        faults: list[Fault] = []
        first_line: dict[tuple[str, ...], int] = {}
        for record in self.records:
            row = read_row(record)
            key = (row.sku,) if row.sku else (row.name.casefold(), row.unit_text.casefold())
            if any(key) and (first := first_line.setdefault(key, row.line)) != row.line:
                record.fault(
                    number,
                    _("Each product needs its own number; this one stands in line %(line)s already.") % {"line": first},
                    "repeated",
                )
            faults += record.faults
            if not record.faults:
                rows.append(row)
            if len(faults) >= MOST_FAULTS:
                expected = _("So many faults: the rest of the file was not read. Correct these first.")
                faults.append(Fault(record.line, "", "", expected, "more"))
                break
        if not self.records:
            faults.append(Fault(2, "", "", _("There is no product in this file."), "empty"))
        return ParsedList(tuple(rows), tuple(faults))


def read_sheet(content: bytes, *, required: Sequence[str], positions: Sequence[str] = ()) -> Sheet:
    """Decode a CSV file (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab) and find its columns.

    Where no required column goes by its name, `positions` names the columns in order. Raises Unreadable if the file
    is no text, has no header, lacks a column, or has more than `MOST_ROWS` products.
    """
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    header = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    columns: dict[str, str] = {}
    names: list[str] = []
    records: list[Record] = []
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [" ".join(cell.lower().split()) for cell in cells]
                if positions and not set(names) & set(required) and len(names) >= len(positions):
                    names[: len(positions)] = positions
                columns = dict(zip(names, (cell.strip() for cell in cells), strict=True))
                continue
            if len(records) == MOST_ROWS:
                expected = _("A price list holds at most %(most)s products. Split it into several files.")
                raise Unreadable(start, expected % {"most": MOST_ROWS}, "too_many_rows")
            record = Record(start, dict(zip(names, cells, strict=False)), columns)
            if any(cell.strip() for cell in cells[len(names) :]):
                record.faults.append(_more_cells(start, cells[len(names) :], delimiter))
            records.append(record)
    except csv.Error:
        expected = _("This line cannot be read: look for a quotation mark without its partner.")
        raise Unreadable(line, expected, "quotes") from None
    if missing := [name for name in required if name not in columns]:
        expected = _("The first line must name the columns; missing: %(columns)s.") % {"columns": ", ".join(missing)}
        raise Unreadable(1, expected, "no_column", column=missing[0], found=header)
    return Sheet(columns, tuple(records))


def _more_cells(line: int, cells: list[str], delimiter: str) -> Fault:
    expected = _("This line has more cells than the header has columns. Put text with “%(mark)s” in quotation marks.")
    return Fault(line, "", delimiter.join(cells)[:80], expected % {"mark": delimiter}, "too_many_cells")


def _decode(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text or content[:4] in {b"PK\x03\x04", b"%PDF"}:
        expected = _("This is not a text file. In your spreadsheet, choose “Save as” and then CSV.")
        raise Unreadable(1, expected, "binary")
    return text
