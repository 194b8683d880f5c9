"""Who may do what: every address of the site, and what each kind of person gets there.

An address that is missing from the table fails the build. `200` shows the page, `302` leads to the login (or on, for
somebody signed in), `404` says nothing about what is there.

Columns: a visitor without an account, a stranger with one, a member of the group, its coordinator, its receiver, the
market's treasurer, the producer's editor.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.signing import dumps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from market.people.emails import QUIET
from tests import builders as build
from tests.square import PEOPLE, Square, client_of

pytestmark = pytest.mark.once

# address: (arguments, GET codes of the seven people)
ADDRESSES: dict[str, tuple[Callable[["Square"], list[Any]], tuple[int, ...]]] = {
    "desk:home": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    # Nothing for a visitor who has no session; the corner of the page for everybody else.
    "desk:who": (lambda s: [], (204, 200, 200, 200, 200, 200, 200)),
    # Whoever got the letter may ask for no more, signed in or not.
    "people:quiet": (lambda s: [dumps(s.lise.people.first().pk, salt=QUIET)], (200,) * 7),
    "people:profile": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    "desk:board": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 200, 200, 404)),
    "desk:close": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "desk:complete": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "desk:nudge": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "desk:cancel": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "desk:reopen": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "people:groups": (lambda s: [], (200, 200, 200, 200, 200, 200, 200)),
    "people:join": (lambda s: [s.group.slug], (302, 200, 200, 200, 200, 200, 200)),
    "people:members": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "people:place": (lambda s: [s.group.slug, s.enrolment.pk], (302, 405, 405, 405, 405, 405, 405)),
    "people:enrolment": (lambda s: [s.group.slug, s.enrolment.pk], (302, 404, 404, 200, 404, 200, 404)),
    "people:terms": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "people:household": (lambda s: [], (302, 302, 200, 302, 302, 302, 302)),
    # Whoever has the link may look where it leads, and come in once signed in.
    "people:invitation": (lambda s: [s.invitation.token], (302, 200, 200, 200, 200, 200, 200)),
    "catalogue:products": (lambda s: [s.farm.slug], (302, 404, 404, 404, 404, 404, 200)),
    "catalogue:new": (lambda s: [s.farm.slug], (302, 404, 404, 404, 404, 404, 200)),
    "catalogue:product": (lambda s: [s.farm.slug, s.carrots.pk], (302, 404, 404, 404, 404, 404, 200)),
    "catalogue:upload": (lambda s: [s.farm.slug], (302, 404, 404, 404, 404, 404, 200)),
    "catalogue:price_list": (lambda s: [s.farm.slug, s.price_list.pk], (302, 404, 404, 404, 404, 404, 200)),
    "cycles:list": (lambda s: [], (200, 200, 200, 200, 200, 200, 200)),
    "cycles:new": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:pickup_point": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:edit": (lambda s: [s.draft.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:copy": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:products": (lambda s: [s.draft.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:producer_products": (lambda s: [s.draft.pk, s.farm.slug], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:sharing": (lambda s: [s.draft.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:terms": (lambda s: [s.draft.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:slots": (lambda s: [s.draft.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:schedules": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:new_schedule": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:schedule": (lambda s: [s.group.slug, s.schedule.pk], (302, 404, 404, 200, 404, 404, 404)),
    "cycles:open": (lambda s: [s.draft.pk], (302, 405, 405, 405, 405, 405, 405)),
    "ordering:orders": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    "ordering:shop": (lambda s: [s.cycle.pk], (302, 404, 200, 200, 200, 404, 404)),
    "ordering:line": (lambda s: [s.offer.pk], (302, 404, 200, 200, 200, 404, 404)),
    "ordering:basket": (lambda s: [s.cycle.pk], (302, 404, 200, 200, 200, 404, 404)),
    "ordering:progress": (lambda s: [s.cycle.pk], (302, 404, 200, 200, 200, 404, 404)),
    "ordering:step": (lambda s: [s.offer.pk], (302, 405, 405, 405, 405, 405, 405)),
    "ordering:again": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "ordering:why": (lambda s: [s.order.lines.get().pk], (302, 404, 200, 404, 404, 404, 404)),
    "ordering:order": (lambda s: [s.order.reference], (302, 404, 200, 404, 404, 404, 404)),
    "supply:orders": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 404, 404, 404)),
    "supply:order_pdf": (lambda s: [s.supplier_order.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:order_csv": (lambda s: [s.supplier_order.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:weigh": (lambda s: [s.supplier_order.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:keep": (lambda s: [s.share.delivery_line_id], (302, 405, 405, 405, 405, 405, 405)),
    "supply:missing": (lambda s: [s.order.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:receive": (lambda s: [s.supplier_order.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:correct": (lambda s: [s.share.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:packing": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 200, 404, 404)),
    "supply:print": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "supply:pickup": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 200, 404, 404)),
    # Whoever holds the token may answer for the producer; it was mailed to nobody else.
    "supply:answer": (lambda s: [s.supplier_order.token], (200, 200, 200, 200, 200, 200, 200)),
    "payments:checkout": (lambda s: [s.cycle.pk], (302, 404, 200, 404, 404, 404, 404)),
    "payments:cancel": (lambda s: [s.order.reference], (302, 404, 200, 404, 404, 404, 404)),
    "payments:card": (lambda s: [s.card.key], (302, 404, 302, 404, 404, 404, 404)),
    "payments:top_up": (lambda s: [], (302, 404, 200, 404, 404, 404, 404)),
    "payments:top_up_units": (lambda s: ["ECO"], (302, 404, 200, 404, 404, 404, 404)),
    "payments:balance": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    "payments:desk": (lambda s: [], (302, 404, 404, 404, 404, 200, 404)),
    "supply:stock": (lambda s: [s.group.slug], (302, 404, 404, 200, 200, 404, 404)),
    "settlement:claims": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    "settlement:invoices": (lambda s: [s.cycle.pk], (302, 404, 404, 404, 404, 200, 404)),
    "settlement:undo": (lambda s: [s.cycle.pk], (302, 405, 405, 405, 405, 405, 405)),
    "desk:reports": (lambda s: [s.group.slug], (302, 404, 404, 200, 404, 200, 404)),
    "desk:report": (lambda s: [s.group.slug, "cycles"], (302, 404, 404, 200, 404, 200, 404)),
    "settlement:settle": (lambda s: [s.cycle.pk], (302, 404, 404, 200, 404, 200, 404)),
    "settlement:give_back": (lambda s: [s.settled.reference], (302, 404, 404, 404, 404, 200, 404)),
    "treasury:overview": (lambda s: [], (302, 404, 404, 404, 404, 200, 404)),
    "treasury:trial_balance": (lambda s: [], (302, 404, 404, 404, 404, 200, 404)),
    "treasury:account": (lambda s: ["market:bank:EUR"], (302, 404, 404, 404, 404, 200, 404)),
    "wallets:wallet": (lambda s: [], (302, 200, 200, 200, 200, 200, 200)),
    "payments:balance_csv": (lambda s: [], (302, 404, 200, 404, 404, 404, 200)),
    "treasury:operations": (lambda s: [], (302, 404, 404, 404, 404, 200, 404)),
    "treasury:account_csv": (lambda s: ["market:bank:EUR"], (302, 404, 404, 404, 404, 200, 404)),
    "treasury:entry": (lambda s: [s.entry_key], (302, 404, 404, 404, 404, 200, 404)),
    "wallets:wallet_csv": (lambda s: [], (302, 404, 200, 404, 404, 404, 200)),
    "wallets:receipt": (lambda s: [s.payment_key], (302, 404, 200, 404, 404, 200, 200)),
    "wallets:pay": (lambda s: [], (302, 404, 200, 404, 404, 404, 404)),
}

# What changes something: (address, arguments, form, who may; everybody else gets 404 and nothing changes).
CHANGES: list[tuple[str, Callable[["Square"], list[Any]], dict[str, str], set[str]]] = [
    ("desk:close", lambda s: [s.cycle.pk], {}, {"Amina"}),
    ("desk:complete", lambda s: [s.cycle.pk], {}, {"Amina"}),
    ("desk:nudge", lambda s: [s.cycle.pk], {}, {"Amina"}),
    ("desk:cancel", lambda s: [s.cycle.pk], {"reason": "x"}, {"Amina"}),
    ("desk:reopen", lambda s: [s.cycle.pk], {}, {"Amina"}),
    ("ordering:again", lambda s: [s.cycle.pk], {}, {"Lise"}),
    ("people:place", lambda s: [s.group.slug, s.enrolment.pk], {"step": "pause"}, {"Amina"}),
    ("people:members", lambda s: [s.group.slug], {"email": "x@cabas.example"}, {"Amina"}),
    ("people:enrolment", lambda s: [s.group.slug, s.enrolment.pk], {"tags": "North"}, {"Amina"}),
    ("people:terms", lambda s: [s.group.slug], {"joining_fee": "5", "joining_deposit": "0"}, {"Amina"}),
    ("cycles:products", lambda s: [s.draft.pk], {"producer": "0"}, set()),
    ("cycles:producer_products", lambda s: [s.draft.pk, s.farm.slug], {}, {"Amina"}),
    ("cycles:slots", lambda s: [s.draft.pk], {"drop": "0"}, set()),
    ("cycles:open", lambda s: [s.draft.pk], {}, {"Amina"}),
    ("supply:orders", lambda s: [s.cycle.pk], {}, {"Amina"}),
    ("supply:keep", lambda s: [s.share.delivery_line_id], {"keep": "0"}, {"Amina", "Omar"}),
    ("supply:pickup", lambda s: [s.cycle.pk], {"order": "0"}, set()),
    ("settlement:settle", lambda s: [s.cycle.pk], {}, {"Teo"}),
    ("settlement:undo", lambda s: [s.cycle.pk], {"reason": "x"}, {"Teo"}),
    ("settlement:invoices", lambda s: [s.cycle.pk], {}, {"Teo"}),
    ("settlement:claims", lambda s: [], {"claim": "0"}, set()),
    ("supply:stock", lambda s: [s.group.slug], {"product": "0"}, set()),
    ("settlement:give_back", lambda s: [s.settled.reference], {"reason": "spoilt", "key": str(uuid4())}, {"Teo"}),
    ("catalogue:price_list", lambda s: [s.farm.slug, s.price_list.pk], {}, {"Bruno"}),
]


@pytest.mark.parametrize("address", sorted(ADDRESSES))
def test_everybody_sees_only_what_is_theirs(square: Square, address: str) -> None:
    arguments, expected = ADDRESSES[address]
    path = reverse(f"market:{address}", args=arguments(square))
    codes = tuple(client_of(person).get(path).status_code for person in PEOPLE)
    assert dict(zip(PEOPLE, codes, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


@pytest.mark.parametrize("address", ["ordering:shop", "ordering:line", "ordering:basket", "ordering:progress"])
def test_a_public_cycle_is_open_to_everybody(square: Square, address: str) -> None:
    cycle = build.an_open_cycle(square.farm, [square.carrots], name="Farm shop", audience="public")
    pk = cycle.offers.get().pk if address == "ordering:line" else cycle.pk
    for person in PEOPLE:
        answer = client_of(person).get(reverse(f"market:{address}", args=[pk]))
        assert answer.status_code == 200, person


@pytest.mark.parametrize(("address", "arguments", "form", "allowed"), CHANGES, ids=[row[0] for row in CHANGES])
def test_only_those_who_may_change_something_change_it(
    square: Square, address: str, arguments: Callable[[Square], list[Any]], form: dict[str, str], allowed: set[str]
) -> None:
    path = reverse(f"market:{address}", args=arguments(square))
    assert client_of("visitor").post(path, form).headers["Location"].startswith("/en/accounts/login/")
    for person in PEOPLE[1:]:
        code = client_of(person).post(path, form).status_code
        # Whoever may is answered, if only with what is wrong with the form (400); to all others it is not there.
        assert code in ((302, 400) if person in allowed else (404,)), person


def market_addresses() -> Iterator[str]:
    def walk(patterns: list[Any], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}:{pattern.namespace}" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern) and namespace.startswith(":market:"):
                yield f"{namespace.removeprefix(':market:')}:{pattern.name}"

    yield from walk(get_resolver().url_patterns, "")


def test_no_address_is_missing_from_the_table() -> None:
    assert set(market_addresses()) == set(ADDRESSES)


# Addresses outside the market's own, each with its test of who may do what.
OTHERS = {
    "stripe_webhook": "tests/market/payments/cards/test_words.py",
    "stripe_stand_in": "here",
    "my_page": "tests/cms/test_pages.py",
    "wagtail_serve": "tests/cms/test_pages.py",
    "robots": "tests/cms/test_machines.py",
    "manifest": "tests/cms/test_machines.py",
    "news_feed": "tests/cms/test_machines.py",
    "events_calendar": "tests/cms/test_machines.py",
    "event_calendar": "tests/cms/test_machines.py",
    "search": "tests/cms/test_searching.py",
    "suggestions": "tests/cms/test_searching.py",
    None: "the icon of the site",
}


def test_no_other_address_of_ours_is_missing() -> None:
    """Beside the market: allauth's, Wagtail's and Django's own patterns, and what OTHERS names."""
    foreign = ("allauth.", "wagtail.", "django.")

    def ours(patterns: list[Any]) -> Iterator[str | None]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                module = getattr(pattern.urlconf_name, "__name__", str(pattern.urlconf_name))
                if pattern.namespace not in ("market", "admin") and not module.startswith(foreign):
                    yield from ours(pattern.url_patterns)
            elif not pattern.lookup_str.startswith(foreign) or pattern.name is None:
                yield pattern.name

    assert set(ours(get_resolver().url_patterns)) == set(OTHERS)


def test_the_stand_in_for_stripe_is_mounted_only_for_development() -> None:
    ask = "from config import settings; print(settings.STRIPE_FAKE)"
    for debug, mounted in (("1", "True"), ("", "False")):
        environment = {**os.environ, "DEBUG": debug, "STRIPE_FAKE": "1", "SECRET_KEY": "x"}
        said = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
        assert said.stdout.strip() == mounted


@pytest.mark.parametrize("path", ["/cms-admin/", "/django-admin/", "/cms-admin/pages/", "/django-admin/market/user/"])
def test_the_admins_are_for_operators(square: Square, path: str) -> None:
    for person in PEOPLE:
        answer = client_of(person).get(path)
        assert answer.status_code == 302, person
        assert "/accounts/login/" in answer.headers["Location"] or answer.headers["Location"].startswith("/")


@pytest.mark.parametrize("path", ["/cms-admin/login/", "/django-admin/login/"])
def test_there_is_one_login_only(client: Client, path: str, db: None) -> None:
    assert client.get(path).headers["Location"].startswith("/en/accounts/login/")
