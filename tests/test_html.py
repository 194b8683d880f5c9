"""Every page of the site is valid HTML: all that the access table knows, the public pages, sign-in, and errors."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import builders as build
from tests.cms.kinds import PAGES, build_kinds
from tests.square import PEOPLE, Square, client_of
from tests.test_access import ADDRESSES

CHECKER = Path(__file__).resolve().parents[1] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(not CHECKER.exists(), reason="the HTML checker is not there: run .ci/page-checkers"),
    pytest.mark.skipif(not shutil.which("java"), reason="the HTML checker needs Java: run .ci/system-packages"),
]


def pages_of_the_market(square: Square) -> Iterator[tuple[str, str]]:
    for address, (arguments, codes) in ADDRESSES.items():
        person = next((who for who, code in zip(PEOPLE, codes, strict=True) if code == 200), None)
        if person:
            answer = client_of(person).get(reverse(f"market:{address}", args=arguments(square)))
            # Files are no pages, and pieces stand inside a page that is checked itself.
            if answer.headers["Content-Type"].startswith("text/html") and b"<!doctype html>" in answer.content:
                yield address, answer.content.decode()


def public_pages(square: Square, index: Any) -> Iterator[tuple[str, str]]:
    build_kinds(index, square.farm, square.group)
    shop = build.an_open_cycle(square.farm, [square.carrots], name="Farm shop", audience="public")
    visitor, member = Client(), client_of("Lise")
    for path in (
        *(f"/en/{path}" for path in PAGES.values()),
        "/fr/",
        reverse("market:ordering:shop", args=[shop.pk]),
    ):
        yield path, visitor.get(path).content.decode()
    for name in ("login", "signup", "reset_password"):
        yield name, visitor.get(reverse(f"account_{name}")).content.decode()
    for name in ("email", "change_password", "logout"):
        yield name, member.get(reverse(f"account_{name}")).content.decode()
    wrong = {f"offer-{shop.offers.get().pk}-quantity": "two"}
    yield (
        "a form with errors",
        visitor.post(reverse("market:ordering:line", args=[shop.offers.get().pk]), wrong).content.decode(),
    )


def test_every_page_is_valid_html(square: Square, index: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    folder = tmp_path / "html"
    folder.mkdir()
    names = {}
    for number, (name, page) in enumerate([*pages_of_the_market(square), *public_pages(square, index)]):
        (folder / f"{number}.html").write_text(page)
        names[f"{number}.html"] = name
    assert len(names) > 40
    command = ["java", "-jar", str(CHECKER), "--errors-only", "--format", "json", str(folder)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)
    wrong = {
        f"{names[Path(message['url']).name]}: {message['message']} … {message.get('extract', '')!r}"
        for message in said["messages"]
    }
    assert wrong == set()
