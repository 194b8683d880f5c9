"""Price lists from elsewhere: one module per file format, bytes in, products and faults out, no database."""

from decimal import Decimal

from market.catalogue.importers import foodsoft, ofn
from market.catalogue.importers.rows import Fault, ParsedList, ProductRow
from market.catalogue.importers.sheet import Unreadable, read_sheet

FORMATS = {"ofn": ofn, "foodsoft": foodsoft}

__all__ = ["FORMATS", "Fault", "ParsedList", "ProductRow", "read_price_list"]


def read_price_list(content: bytes, *, format: str, default_vat: Decimal = Decimal(0)) -> ParsedList:  # noqa: A002
    """Read a price list.

    `format` is `ofn` (Open Food Network product list) or `foodsoft` (Foodsoft article upload); `default_vat`, in
    percent, is for products whose list does not say it. Faults name line and column; a list with a fault is meant to be
    applied not at all. Raises ValueError for another format.
    """
    if format not in FORMATS:
        raise ValueError(f"no price list format {format!r}, only {', '.join(FORMATS)}")
    module = FORMATS[format]
    try:
        sheet = read_sheet(content, required=module.REQUIRED, positions=module.POSITIONS)
    except Unreadable as unreadable:
        return ParsedList((), (unreadable.fault,))
    return sheet.parse(lambda record: module.read_row(record, default_vat), number=module.NUMBER)
