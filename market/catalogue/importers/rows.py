"""What a price list says once it is read: products, and what is wrong with it."""

from dataclasses import dataclass
from decimal import Decimal


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
    """The products of a price list and everything wrong with it. Rows without a fault are kept for the preview."""

    rows: tuple[ProductRow, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return bool(self.rows) and not self.faults
