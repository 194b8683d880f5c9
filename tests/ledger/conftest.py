"""The small books that the tests of the door begin with."""

import pytest

from ledger import api as ledger
from ledger.api import Leg
from tests.ledger.booking import book


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
