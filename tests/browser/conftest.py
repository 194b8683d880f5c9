"""Chromium for the journeys: Debian's, or whatever CHROMIUM names; pictures of every step are kept in .var/journeys."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page

from cms.models import OrganisationIndexPage
from market.cycles.models import OrderCycle, PickupPoint
from market.cycles.services import open_cycle
from tests import builders as build
from tests.cms.kinds import build_kinds

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / ".var" / "journeys"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_the_browser() -> Iterator[None]:
    """Playwright runs an event loop in this thread, which Django takes for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _pictures_the_server_can_find(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The live server looks for pictures where it found them first."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("The browser journeys need Chromium. Run .ci/system-packages, or name it in CHROMIUM.")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}


@pytest.fixture
def open_square(settings: Any, tmp_path: Path, live_server: Any, index: OrganisationIndexPage) -> OrderCycle:
    """One page of every kind, and a stall open to everybody."""
    settings.VAR_DIR, settings.SITE_URL = tmp_path, live_server.url
    build.a_currency()
    farm, now = build.a_producer(), timezone.now()
    build_kinds(index, farm, build.a_group())
    bread = build.a_product(farm, "Bread", "4.80", unit="KGM", unit_text="1 kg", allergens=["gluten"])
    gate = PickupPoint.objects.create(organisation=farm, name="The farm gate", address="Camí del Riu 1")
    times = {"opens_at": now, "closes_at": now + timedelta(days=2), "distribution_at": now + timedelta(days=3)}
    draft = build.a_draft(farm, [bread], name="Farm shop", audience="public", pickup_point=gate, **times)
    return open_cycle(cycle=draft, actor=None, at=now)


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    width = request.param
    return {**browser_context_args, "viewport": {"width": width, "height": 780}, "locale": "en-GB"}


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice on a page as it stands."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: run .ci/page-checkers")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {runOnly: " + str(RULES) + "})")
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture
def show(page: Page) -> Callable[[str], None]:
    """Look at a page: no barrier, no sideways scrolling, no error in the console, no other host; keep its picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda sent: complaints.append(sent.url) if "localhost" not in sent.url else None)

    def look(name: str) -> None:
        page.wait_for_load_state("load")
        page.locator("h1").first.wait_for()
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width} px"
        assert page.locator("h1").count() == 1, name
        assert barriers(page) == [], f"{name} at {width} px"
        page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        assert complaints == [], name

    return look
