"""Every kind of page of the public square, at a phone and at a desk."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from market.cycles.models import OrderCycle
from tests.cms.kinds import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_kind_of_page_is_open_to_everybody(
    page: Page, live_server: Any, open_square: OrderCycle, show: Callable[[str], None]
) -> None:
    for name, path in PAGES.items():
        if name == "not-here":
            continue  # the console complains of it, as it should
        page.goto(f"{live_server.url}/en/{path}")
        show(f"public-{name}")
