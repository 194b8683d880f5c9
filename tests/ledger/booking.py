"""Booking an entry in a line, being refused by the database, and putting its laws aside, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ledger import api as ledger
from ledger import laws
from ledger.api import Leg, NewEntry

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def book(key: str, *legs: Leg, kind: str = "test") -> ledger.EntryReceipt:
    return ledger.post(NewEntry(key=key, kind=kind, happened_at=AT, legs=legs))


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


@contextmanager
def laws_aside() -> Iterator[None]:
    """Do what only somebody with the database's highest rights can do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
    else:
        laws.drop()
        yield
        laws.install()
