"""Build the market whose pages are measured, through services, and say in JSON what to ask for.

The demo community, a public cycle of 24 and one of 400 offers by four producers, and a household whose basket holds
twelve lines of all four.
"""

import json
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from cms.models import OrganisationIndexPage, OrganisationPage  # noqa: E402
from market.cycles.models import OrderCycle  # noqa: E402
from market.cycles.services import open_cycle  # noqa: E402
from market.ordering.models import BasketLine  # noqa: E402
from market.people.models import User  # noqa: E402
from tests import builders as build  # noqa: E402

PRODUCERS, LINES = 4, 12
BUYERS = 600  # more than a run of first orders asks for


def session_of(user: User) -> str:
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def public_cycle(name: str, offers: int) -> OrderCycle:
    now = timezone.now()
    makers = [build.a_producer(f"{name} {number}") for number in range(PRODUCERS)]
    products = [
        build.a_product(makers[number % PRODUCERS], f"{name} product {number:03}", pack_size=Decimal(6))
        for number in range(offers)
    ]
    times = {
        "opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=2),
        "distribution_at": now + timedelta(days=3), "audience": OrderCycle.Audience.PUBLIC,
    }  # fmt: skip
    return open_cycle(cycle=build.a_draft(makers[0], products, **times), actor=None, at=now)


def a_buyer(cycle: OrderCycle, name: str) -> str:
    """A household with money and a full basket; gives the session of its person."""
    household = build.a_household(name, euros="9000")
    basket = [
        BasketLine(household=household, offer=offer, quantity=Decimal(1), tolerance=Decimal(1))
        for offer in cycle.offers.order_by("pk")[:LINES]
    ]
    BasketLine.objects.bulk_create(basket)
    return session_of(build.a_person(name))


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("seed_demo", "--quiet-cast")
    small, large = public_cycle("Small", 24), public_cycle("Large", 400)
    session = a_buyer(small, "Bench")
    offer = small.offers.order_by("pk").first()
    assert offer
    with translation.override("en"):
        producer = OrganisationPage.objects.live().filter(locale__language_code="en").order_by("pk").first()
        index = OrganisationIndexPage.objects.live().filter(locale__language_code="en").first()
        assert producer
        assert index
        pages = {
            "home": "/en/",
            "index": index.get_url(),
            "producer": producer.get_url(),
            "shop of 24 offers": reverse("market:ordering:shop", args=[small.pk]),
            "shop of 400 offers": reverse("market:ordering:shop", args=[large.pk]),
            "product": reverse("market:ordering:line", args=[offer.pk]),
        }
        forms = {
            "add to basket": (
                reverse("market:ordering:line", args=[offer.pk]), f"offer-{offer.pk}-quantity", [session]
            ),
            "place order": (
                reverse("market:payments:checkout", args=[small.pk]), "key",
                [a_buyer(small, f"Buyer {number}") for number in range(BUYERS)],
            ),
            "place it again": (reverse("market:payments:checkout", args=[small.pk]), "key", [session]),
        }  # fmt: skip
    print("BENCH " + json.dumps({"pages": pages, "forms": forms, "session": session}))


if __name__ == "__main__":
    main()
