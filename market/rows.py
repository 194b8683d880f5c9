"""Rows where Django's own way costs too much: many plain figures written at once, and the one row there can be."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

Figure = int | Decimal | None
Row = TypeVar("Row", bound=models.Model)
BATCH = 5_000


@contextmanager
def collecting_later() -> Iterator[None]:
    """Let Python look for circles of references afterwards: it would go through all of some hundred thousand new rows,
    which have none, again and again (a third of closing a large cycle)."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def the_only(rows: models.QuerySet[Row]) -> Row | None:
    """Give the one row that a key allows, or None; `first()` sorts it, which takes Django longer than the look-up."""
    return next(iter(rows.order_by()), None)


def write_figures(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Figure]]) -> None:
    """Insert many rows of whole numbers, Decimals and None, in the order of `fields`: on PostgreSQL by COPY.

    The database checks them as ever.
    """
    if connection.vendor != "postgresql":
        write_rows(model, fields, list(rows))
        return
    table, columns, _lists = _names(model, fields)
    left = iter(rows)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        while piece := list(islice(left, BATCH)):
            copy.write("\n".join([_line(row) for row in piece]) + "\n")


def write_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]], *, key: Sequence[str] = ()
) -> None:
    """Insert some rows of plain values, in the order of `fields`; a row whose `key` is there already is changed.

    Django would ask each value of each row how it wants to be written.
    """
    table, columns, lists = _names(model, fields)
    sql = f"INSERT INTO {table} ({', '.join(columns)})"
    keys = _names(model, key)[1]
    changed = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in keys)
    conflict = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}" if key else ""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(columns))
            plain = [[_plain(value) for value in row] for row in rows]
            cursor.executemany(f"{sql} VALUES ({marks}){conflict}", plain)
            return
        cursor.execute(f"{sql} SELECT * FROM {lists}{conflict}", _by_column(rows))  # noqa: S608 - our names


def _plain(value: Any) -> Any:
    """Write a moment as SQLite keeps it; all else is plain already."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def update_figures(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Figure]]) -> None:
    """Set figures of rows by their keys, which come first in each; Django would write out a case for every figure."""
    table, columns, lists = _names(model, ("id", *fields))
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            figures = ", ".join(f"{column} = %s" for column in columns[1:])
            by_key = [(*figures_of, key) for key, *figures_of in rows]
            cursor.executemany(f"UPDATE {table} SET {figures} WHERE id = %s", by_key)  # noqa: S608 - our names
            return
        figures = ", ".join(f"{column} = new.{column}" for column in columns[1:])
        cursor.execute(
            f"UPDATE {table} old SET {figures} FROM {lists} new ({', '.join(columns)}) WHERE old.id = new.id",  # noqa: S608
            _by_column(rows),
        )


def _names(model: type[models.Model], fields: Sequence[str]) -> tuple[str, list[str], str]:
    """Name a table, its columns, and the lists PostgreSQL reads rows from, as `_by_column` gives them.

    How exact a column is says the table, not the list.
    """
    places = {field.name: field for field in model._meta.concrete_fields}
    columns = [connection.ops.quote_name(str(places[field].column)) for field in fields]
    kinds = [str(places[field].db_type(connection)).split("(")[0] for field in fields]
    lists = f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"
    return connection.ops.quote_name(model._meta.db_table), columns, lists


def _by_column(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _line(row: Sequence[Figure]) -> str:
    """Write a row as COPY reads it; figures need no escaping."""
    return "\t".join([r"\N" if figure is None else str(figure) for figure in row])
