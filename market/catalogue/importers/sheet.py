"""What all price lists share: decoding, columns, numbers, and faults by line and column."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

HIGHEST_PRICE = Decimal(100_000)
MOST_ITEMS = Decimal(1_000_000)


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: line as an editor counts it (the header is 1), column as the file names it."""

    line: int
    column: str
    found: str
    expected: str
    code: str


@dataclass(frozen=True)
class ProductRow:
    """A product as a price list describes it. Price and deposit are gross euros per item, to four decimals.

    `unit` is a UN/ECE Rec 20 code, `unit_amount` how much of it one item holds, `pack_size` how many items come
    together; `stock` None means without limit.
    """

    line: int
    name: str
    price: Decimal
    sku: str = ""
    description: str = ""
    category: str = ""
    unit: str = "H87"
    unit_amount: Decimal = Decimal(1)
    unit_text: str = ""
    pack_size: Decimal = Decimal(1)
    minimum_packs: int = 0
    vat_percent: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)
    origin: str = ""
    manufacturer: str = ""
    note: str = ""
    available: bool = True
    stock: Decimal | None = None


@dataclass(frozen=True)
class ParsedList:
    """The products of a price list and everything wrong with it."""

    rows: tuple[ProductRow, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return bool(self.rows) and not self.faults


class Unreadable(Exception):
    """Not a table at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.expected)
        self.fault = fault


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

    def text(self, column: str, *, longest: int = 200, required: bool = False) -> str:
        value = " ".join(self.cells.get(column, "").split())
        if required and not value:
            self.fault(column, _("Write something here: it cannot be empty."), "missing")
        if len(value) > longest:
            self.fault(column, _("At most %(longest)s characters, please.") % {"longest": longest}, "too_long")
            return value[:longest]
        return value

    def number(
        self,
        column: str,
        *,
        default: Decimal | None = None,
        decimals: int = 4,
        most: Decimal = HIGHEST_PRICE,
    ) -> Decimal:
        """Read a number of zero or more; without `default` the cell may not be empty."""
        text = self.cells.get(column, "").strip()
        if not text:
            if default is None:
                self.fault(column, _("Write a number, for example 2.50."), "missing")
            return default or Decimal(0)
        value = as_number(text)
        if value is None:
            self.fault(column, _("Write a number, for example 2.50."), "not_a_number")
        elif value < 0:
            self.fault(column, _("Write zero or more."), "negative")
        elif value > most:
            self.fault(column, _("At most %(most)s.") % {"most": most}, "too_large")
        elif value != round(value, decimals):
            self.fault(column, _("At most %(decimals)s decimals.") % {"decimals": decimals}, "too_precise")
        else:
            return value
        return Decimal(0)


def as_number(text: str) -> Decimal | None:
    """Read a number with a point or a comma, with or without a euro sign; None if it is none."""
    text = re.sub(r"[\s\u00a0€]|EUR", "", text)
    if not re.fullmatch(r"[+-]?[0-9][0-9.,']*", text):
        return None
    text = text.replace("'", "")
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        text = re.sub("[.,]", "", text[:last]) + "." + text[last + 1 :]
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def gross(net: Decimal, vat_percent: Decimal) -> Decimal:
    """Add VAT, to four decimals, halves up."""
    return (net * (1 + vat_percent / 100)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Sheet:
    """A decoded table: column names as in the file, and its records with their lines."""

    columns: dict[str, str]
    records: tuple[Record, ...]

    def parse(self, read_row: Callable[[Record], ProductRow]) -> ParsedList:
        """Turn every record into a product, collecting what is wrong; a number used twice is a fault too."""
        rows: list[ProductRow] = []
        faults: list[Fault] = []
        first_line: dict[str, int] = {}
        for record in self.records:
            row = read_row(record)
            if row.sku and row.sku in first_line:
                record.fault(
                    "sku" if "sku" in self.columns else "order number",
                    _("Each product needs its own number; this one stands in line %(line)s already.")
                    % {"line": first_line[row.sku]},
                    "repeated",
                )
            first_line.setdefault(row.sku, row.line)
            faults += record.faults
            if not record.faults:
                rows.append(row)
        if not self.records:
            faults.append(Fault(2, "", "", _("There is no product in this file."), "empty"))
        return ParsedList(tuple(rows), tuple(faults))


def read_sheet(content: bytes, *, required: Iterable[str]) -> Sheet:
    """Decode a CSV file (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab) and find its columns.

    Raises Unreadable if it is no text, has no header, or lacks a column.
    """
    text = _decode(content)
    header = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter, strict=False)
    columns: dict[str, str] = {}
    names: list[str] = []
    records: list[Record] = []
    try:
        line = 1
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [" ".join(cell.lower().split()) for cell in cells]
                columns = dict(zip(names, (cell.strip() for cell in cells), strict=True))
                continue
            records.append(Record(start, dict(zip(names, cells, strict=False)), columns))
    except csv.Error:
        raise Unreadable(
            Fault(line, "", "", _("This line cannot be read: look for a quotation mark without its partner."), "quotes")
        ) from None
    if missing := [name for name in required if name not in columns]:
        expected = _("The first line must name the columns; missing: %(columns)s.") % {"columns": ", ".join(missing)}
        raise Unreadable(Fault(1, missing[0], header[:80], expected, "no_column"))
    return Sheet(columns, tuple(records))


def _decode(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content or content[:4] in {b"PK\x03\x04", b"%PDF"}:
        raise Unreadable(
            Fault(
                1, "", "", _("This is not a text file. In your spreadsheet, choose “Save as” and then CSV."), "binary"
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
