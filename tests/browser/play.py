"""One browser that goes from hand to hand, and keeps what it is given."""

import re
import shutil
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from market.people.models import User
from tests.browser.conftest import ROOT
from tests.fortnight import Fortnight

KEPT = ROOT / ".var" / "fortnight"
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}


class Play:
    """The browser in the hands of one person after the other."""

    def __init__(
        self, page: Page, server: Any, show: Callable[[str], None], scene: Fortnight, *, looks_at_all: bool
    ) -> None:
        self.page, self.server, self.look, self.scene = page, server, show, scene
        self.looks_at_all = looks_at_all
        shutil.rmtree(KEPT, ignore_errors=True)  # what an earlier play left would be taken for this one's

    def show(self, name: str, *, always: bool = False) -> None:
        """Look at a screen: at all of them in the whole form, in the short one at those no other journey passes."""
        if always or self.looks_at_all:
            self.look(name)

    def hand_to(self, name: str, size: dict[str, int]) -> None:
        """Sign somebody in, as the mailed code would."""
        client = Client()
        client.force_login(User.objects.get(email=f"{name.lower()}@cabas.example"))
        self.page.context.clear_cookies()
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.server.url}])
        self.page.set_viewport_size(size)  # type: ignore[arg-type]

    def go(self, name: str, *args: object) -> None:
        self.page.goto(self.server.url + reverse(f"market:{name}", args=args))

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).first.click()

    def unfold(self) -> None:
        """Open every part of a form that is folded."""
        while self.page.locator("details.card:not([open]) > summary").count():
            self.page.locator("details.card:not([open]) > summary").first.click()

    def fill_moment(self, name: str, day: str, time: str) -> None:
        self.page.fill(f"[name={name}_0]", day)
        self.page.fill(f"[name={name}_1]", time)

    def download(self, path: str, name: str) -> bytes:
        """Fetch a file with the cookies of whoever holds the browser, and keep it."""
        answer = self.page.request.get(self.server.url + path)
        assert answer.ok, path
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / name).write_bytes(answer.body())
        return answer.body()

    def read_mails(self) -> None:
        """Keep every mail; each has two parts, speaks one language with its address, and fits on a phone."""
        KEPT.mkdir(parents=True, exist_ok=True)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self.page.goto("about:blank")  # on a page of the site its policy would take the mails' styles away
        subjects = set()
        for number, message in enumerate(mail.outbox):
            words = message.body
            html = next((part.content for part in message.alternatives if part.mimetype == "text/html"), "")
            language = re.search(r'<html lang="(\w+)"', html)
            address = re.search(r"https?://[^/\s]+/(\w+)/", words)
            assert language, message.subject
            assert address, message.subject
            assert address[1] == language[1], message.subject
            assert "{" not in words + message.subject, message.subject
            if (kind := (message.subject[:9], language[1])) not in subjects:  # one of each kind is looked at
                subjects.add(kind)
                self.page.set_content(html)
                assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], message.subject
                self.page.screenshot(path=KEPT / f"mail-{number:03}.png", full_page=True)
            (KEPT / f"mail-{number:03}.txt").write_text(f"{message.subject}\n{message.to}\n\n{words}")
            (KEPT / f"mail-{number:03}.html").write_text(html)
