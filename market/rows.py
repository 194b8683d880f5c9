"""Rows where Django's own way costs too much: many plain figures written at once, and the one row there can be."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from django.db import connection, models

Figure = int | Decimal | None
Row = TypeVar("Row", bound=models.Model)
BATCH = 5_000


def the_only(rows: models.QuerySet[Row]) -> Row | None:
    """Give the one row that a key allows, or None; `first()` sorts it, which takes Django longer than the look-up."""
    return next(iter(rows.order_by()), None)


def write_figures(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Figure]]) -> None:
    """Insert rows of whole numbers, Decimals and None, in the order of `fields`; the database checks them as ever.

    COPY on PostgreSQL, one prepared statement on SQLite.
    """
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    names = ", ".join(connection.ops.quote_name(str(columns[name])) for name in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608 - our names
            return
        left = iter(rows)
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            while piece := list(islice(left, BATCH)):
                copy.write("\n".join([_line(row) for row in piece]) + "\n")


def _line(row: Sequence[Figure]) -> str:
    """Write a row as COPY reads it; figures need no escaping."""
    return "\t".join([r"\N" if figure is None else str(figure) for figure in row])
