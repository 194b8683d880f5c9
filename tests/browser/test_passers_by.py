"""Who comes by the square, and in which state: without mouse or JavaScript, in longer words, dark, narrow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real
from playwright.sync_api import Page, expect

from market.cycles.models import OrderCycle
from tests.browser.conftest import SCREENS, barriers
from tests.cms.kinds import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
phone_alone = pytest.mark.parametrize("browser_context_args", [360], indirect=True, ids=["phone"])


@phone_alone
def test_no_state_of_a_page_shuts_anybody_out(page: Page, live_server: Any, open_square: OrderCycle) -> None:
    home, shop = f"{live_server.url}/en/", f"{live_server.url}/en/orders/shop/{open_square.pk}/"
    page.goto(home)
    page.locator("details.more summary").click()
    assert barriers(page) == [], "menu open"
    page.keyboard.press("Escape")
    expect(page.locator("details.more")).not_to_have_attribute("open", "")
    page.emulate_media(color_scheme="dark")
    for path in (home, f"{home}producers/riverside-farm/", shop, f"{home}search/?q=bread"):
        page.goto(path)
        assert barriers(page) == [], f"dark {path}"
    page.emulate_media(color_scheme="light")
    page.goto(f"{live_server.url}/en/orders/line/{open_square.offers.get().pk}/")
    page.get_by_label("I want").fill("-1")
    page.get_by_role("button", name="Keep in basket").click()
    page.wait_for_load_state()
    assert barriers(page) == [], "a form with errors"
    page.set_viewport_size({"width": 320, "height": 640})
    for path in (*PAGES.values(), f"orders/shop/{open_square.pk}/"):
        page.goto(f"{home}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{path} with letters twice as large"


@phone_alone
def test_longer_words_push_nothing_out_of_the_page(
    page: Page, live_server: Any, open_square: OrderCycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language whose texts are a third longer: every translated text grows, and no page scrolls sideways."""

    def longer(text: str) -> str:
        more = len(text) * 35 // 100 + 1
        return f"{text} {('llargàries ' * more)[:more]}" if text.strip() else text

    plain, plural = trans_real.gettext, trans_real.ngettext
    monkeypatch.setattr(translation._trans, "gettext", lambda text: longer(plain(text)))
    monkeypatch.setattr(translation._trans, "ngettext", lambda one, many, count: longer(plural(one, many, count)))
    market = ("people/groups/", "cycles/", "accounts/login/", "accounts/signup/", f"orders/shop/{open_square.pk}/")
    for path in (*PAGES.values(), *market, f"orders/line/{open_square.offers.get().pk}/"):
        page.goto(f"{live_server.url}/en/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert "llarg" in page.content()


@phone_alone
def test_somebody_without_a_mouse_reaches_the_basket(
    page: Page, live_server: Any, open_square: OrderCycle, show: Callable[[str], None]
) -> None:
    def tab_to(words: str) -> None:
        for _press in range(80):
            page.keyboard.press("Tab")
            if words in page.evaluate("document.activeElement.innerText + (document.activeElement.name || '')"):
                return
        raise AssertionError(f"{words} was never reached")

    page.goto(f"{live_server.url}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.screenshot(path=SCREENS / "keyboard-1-skip-360.png")
    tab_to("To the stall")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Farm shop").wait_for()
    tab_to("Choose")
    show("keyboard-2-shop")
    page.keyboard.press("Enter")
    page.get_by_label("I want").wait_for()
    tab_to("quantity")
    show("keyboard-3-offer")
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="To checkout").wait_for()
    show("keyboard-4-basket")


@pytest.mark.parametrize("browser_context_args", [360], indirect=True, ids=["phone"])
def test_without_javascript_and_in_french_the_way_is_the_same(
    browser: Any, live_server: Any, open_square: OrderCycle, browser_context_args: dict[str, Any]
) -> None:
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False, "locale": "fr-FR"})
    page = context.new_page()

    def keep(name: str) -> None:
        page.wait_for_load_state("load")
        assert page.locator("html").get_attribute("lang") == "fr", name
        page.screenshot(path=SCREENS / f"french-{name}-360.png", full_page=True)

    SCREENS.mkdir(parents=True, exist_ok=True)
    page.goto(f"{live_server.url}/")
    assert page.url.endswith("/fr/")
    keep("1-front")
    page.get_by_role("link", name="À l’étal").or_(
        page.locator("a.button.primary[href*='/fr/orders/shop/']")
    ).first.click()
    assert "/fr/orders/shop/" in page.url
    keep("2-shop")
    page.locator("a.button[href*='/fr/orders/line/']").first.click()
    page.locator("input[name$=quantity]").fill("2")
    keep("3-offer")
    page.locator("main form button").last.click()
    assert "4,80" in page.content()
    assert "/fr/orders/basket/" in page.url
    keep("4-basket")
    page.goto(f"{live_server.url}/fr/search/?q=bread")
    assert "Bread" in page.content()
    keep("5-found")
    context.close()
