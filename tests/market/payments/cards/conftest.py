"""The stand-in for Stripe, and the shop that is paid through it."""

from pathlib import Path
from typing import Any

import pytest

from market.payments.stripe_fake import FakeStripe
from tests.market.payments.cards.shop import Shop


@pytest.fixture(autouse=True)
def fake(settings: Any, tmp_path: Path) -> FakeStripe:
    settings.VAR_DIR = tmp_path
    return FakeStripe.here()


@pytest.fixture
def shop() -> Shop:
    return Shop()
