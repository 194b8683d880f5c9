"""A producer's catalogue changes by hand or by a price list that is looked at first and then applied whole."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from djmoney.money import Money

from market.catalogue.importers import FORMATS, ParsedList, ProductRow, read_price_list
from market.catalogue.models import Category, PriceList, Product
from market.people.models import Organisation, User

LARGEST_FILE = 5 * 1024 * 1024
COPIED = ("name", "description", "unit", "unit_amount", "unit_text", "pack_size", "minimum_packs", "vat_percent",
          "origin", "manufacturer", "note", "available", "stock")  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """What applying one line of a price list would do: `new`, `changed` or `same`; `changes` is (field, old, new)."""

    row: ProductRow
    kind: str
    changes: tuple[tuple[str, object, object], ...]


def keep_price_list(
    *,
    producer: Organisation,
    file_name: str,
    content: bytes,
    format: str,  # noqa: A002
    actor: User,
    at: datetime,
) -> PriceList:
    """Keep an uploaded file as it came, to be previewed. Raises ValidationError `unknown_format`, `too_large`."""
    if format not in FORMATS:
        raise ValidationError(_("Choose one of the formats."), "unknown_format")
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 5 MB. Leave out pictures and try again."), "too_large")
    return PriceList.objects.create(
        producer=producer,
        file_name=file_name[-200:],
        content=content,
        format=format,
        uploaded_by=actor,
        uploaded_at=at,
    )


def parse_price_list(price_list: PriceList) -> ParsedList:
    """Read a kept file."""
    return read_price_list(bytes(price_list.content), format=price_list.format)


def differences(producer: Organisation, rows: tuple[ProductRow, ...]) -> list[Difference]:
    """Compare rows with the catalogue as it stands, in one query."""
    catalogue = Product.objects.filter(producer=producer).select_related("category")
    by_key = {_key(product.sku, product.name, product.unit_text): product for product in catalogue}
    result = []
    for row in rows:
        product = by_key.get(_key(row.sku, row.name, row.unit_text))
        if product is None:
            result.append(Difference(row, "new", ()))
            continue
        now = {name: getattr(product, name) for name in COPIED} | {
            "price": product.price.amount,
            "deposit": product.deposit.amount,
            "category": product.category.name if product.category else "",
        }
        changes = tuple((name, old, getattr(row, name)) for name, old in now.items() if old != getattr(row, name))
        result.append(Difference(row, "changed" if changes else "same", changes))
    return result


def _key(sku: str, name: str, unit_text: str) -> tuple[str, ...]:
    """What makes a line the same product: the producer's number, else its name and what one item is."""
    return (sku,) if sku else ("", name.casefold(), unit_text.casefold())


@transaction.atomic
def apply_price_list(*, price_list: PriceList, at: datetime) -> list[Difference]:
    """Put a kept price list into the catalogue, whole or not at all; applying it twice does no harm.

    Products it does not name stay as they are. Raises ValidationError `faulty` if anything in the file is wrong.
    """
    price_list = PriceList.objects.select_for_update().get(pk=price_list.pk)
    parsed = parse_price_list(price_list)
    if not parsed.ok:
        raise ValidationError(_("Nothing was imported: the file has faults."), "faulty")
    changes = import_rows(producer=price_list.producer, rows=parsed.rows, at=at)
    price_list.applied_at = at
    price_list.save(update_fields=["applied_at"])
    return changes


@transaction.atomic
def import_rows(*, producer: Organisation, rows: tuple[ProductRow, ...], at: datetime) -> list[Difference]:
    """Create and update a producer's products from parsed rows; give what changed. A fixed number of queries."""
    Organisation.objects.select_for_update().get(pk=producer.pk)  # two editors at once take turns
    changes = differences(producer, rows)
    wanted = {row.category for row in rows if row.category}
    Category.objects.bulk_create([Category(name=name) for name in sorted(wanted)], ignore_conflicts=True)
    categories = {category.name: category for category in Category.objects.filter(name__in=wanted)}
    existing = {_key(p.sku, p.name, p.unit_text): p for p in Product.objects.filter(producer=producer)}
    new: list[Product] = []
    changed: list[Product] = []
    for change in changes:
        if change.kind == "same":
            continue
        row = change.row
        product = existing.get(_key(row.sku, row.name, row.unit_text)) or Product(producer=producer, sku=row.sku)
        for name in COPIED:
            setattr(product, name, getattr(row, name))
        product.price, product.deposit = Money(row.price, "EUR"), Money(row.deposit, "EUR")
        product.category = categories.get(row.category)
        product.updated_at = at
        (changed if product.pk else new).append(product)
    Product.objects.bulk_create(new, batch_size=500)
    # Both columns of a price are named: naming only the amount would keep another currency.
    columns = [*COPIED, "price", "price_currency", "deposit", "deposit_currency", "category", "updated_at"]
    Product.objects.bulk_update(changed, columns, batch_size=200)
    return changes
