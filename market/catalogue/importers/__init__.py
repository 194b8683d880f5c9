"""Price lists from elsewhere: one module per file format, bytes in, products and faults out, no database."""

from decimal import Decimal

from market.catalogue.importers import foodsoft, ofn
from market.catalogue.importers.sheet import Fault, ParsedList, ProductRow, Unreadable, read_sheet

FORMATS = {"ofn": ofn, "foodsoft": foodsoft}

__all__ = ["FORMATS", "Fault", "ParsedList", "ProductRow", "read_price_list"]


def read_price_list(content: bytes, *, format: str, default_vat: Decimal = Decimal(0)) -> ParsedList:  # noqa: A002
    """Read a price list.

    `format` is `ofn` (Open Food Network product list) or `foodsoft` (Foodsoft article upload). Faults name line and
    column; a list with a fault is meant to be applied not at all. Raises KeyError for another format.
    """
    module = FORMATS[format]
    try:
        sheet = read_sheet(content, required=module.REQUIRED)
    except Unreadable as unreadable:
        return ParsedList((), (unreadable.fault,))
    return sheet.parse(lambda record: module.read_row(record, default_vat))
