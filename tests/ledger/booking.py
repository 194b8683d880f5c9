"""Booking an entry in a line, for tests."""

from datetime import UTC, datetime

from ledger import api as ledger
from ledger.api import Leg, NewEntry

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def book(key: str, *legs: Leg, kind: str = "test") -> ledger.EntryReceipt:
    return ledger.post(NewEntry(key=key, kind=kind, happened_at=AT, legs=legs))
