"""The small books that the tests of the door begin with."""

import pytest

from ledger import api as ledger
from ledger import sealing
from ledger.api import Leg, NewEntry
from ledger.models import Account, Entry, Seal
from tests.ledger.booking import AT, book


@pytest.fixture
def books() -> None:
    """Euros: a bank, Amina with 50.00 and Lise with nothing; units of another money with an account of Teo's."""
    ledger.create_currency("EUR", name="Euro", decimals=2)
    ledger.create_currency("ECO", name="Eco", decimals=2)
    ledger.open_account("bank", currency="EUR", kind="asset")
    for name in ("amina", "lise"):
        ledger.open_account(name, currency="EUR", kind="liability", floor=0)
    ledger.open_account("held", currency="EUR", kind="liability", floor=0)
    ledger.open_account("teo", currency="ECO", kind="liability", floor=0)
    book("opening", Leg("bank", "amina", 5000))


@pytest.fixture
def sealed_books() -> None:
    """Books with one of everything: an entry, a hold drawn on, a closed account, a closed period and a seal."""
    ledger.create_currency("EUR", name="Euro", decimals=2)
    ledger.create_currency("ECO", name="Eco", decimals=2)
    for code, currency in (("bank", "EUR"), ("amina", "EUR"), ("held", "EUR"), ("teo", "ECO")):
        ledger.open_account(code, currency=currency, kind="liability")
    ledger.post(NewEntry(key="first", kind="test", happened_at=AT, legs=[Leg("bank", "amina", 5000)]))
    ledger.open_account("shut", currency="EUR", kind="liability")
    ledger.close_account("shut")
    ledger.close_period(AT)
    hold = ledger.hold(key="hold", kind="test", source="amina", holding="held", amount=100, happened_at=AT).id
    ledger.capture(hold, key="draw", kind="test", legs=[("bank", 1)], happened_at=AT)
    if not ledger.seal():
        # PostgreSQL seals no entry of a transaction that still runs, as this test's does: seal the first by hand.
        entry = Entry.objects.get(key="first")
        codes = dict(Account.objects.values_list("pk", "code"))
        Seal.objects.create(
            entry=entry, digest=sealing.digest_of(sealing.START, entry, list(entry.postings.all()), codes)
        )
