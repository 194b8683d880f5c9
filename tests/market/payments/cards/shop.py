"""A shop where Noor pays by card, and the words by which Stripe tells of it."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from ledger import api as ledger
from market.cycles.services import open_cycle
from market.ordering.baskets import set_line
from market.payments.cards import start_order_payment
from market.payments.models import CardPayment
from market.payments.stripe_fake import FakeStripe, signed
from market.people.models import Household
from tests import builders as build


class Shop:
    """A public cycle with bread at 4.80 and jam, of which there are three glasses, and Noor who has nothing paid in."""

    def __init__(self) -> None:
        self.now = timezone.now()
        farm = build.a_producer()
        self.bread = build.a_product(farm, "Bread", "4.80")
        self.jam = build.a_product(farm, "Jam", "3.00", stock=Decimal(3))
        times = {"opens_at": self.now, "closes_at": self.now + timedelta(days=2)}
        draft = build.a_draft(
            farm, [self.bread, self.jam], audience="public", distribution_at=self.now + timedelta(days=3), **times
        )
        self.cycle = open_cycle(cycle=draft, actor=None, at=self.now)
        self.noor = build.a_household("Noor", euros="0")
        self.actor = build.a_person("Noor")

    def wants(self, items: int, product: str = "Bread", household: Household | None = None) -> None:
        set_line(
            household=household or self.noor,
            offer=self.cycle.offers.get(name=product),
            quantity=Decimal(items),
            at=self.now,
        )

    def starts(self, key: UUID | None = None) -> CardPayment:
        payment = start_order_payment(
            household=self.noor, cycle=self.cycle, community_minor=0, key=key or uuid4(), actor=self.actor, at=self.now
        )
        payment.refresh_from_db()
        return payment


def tell(event: dict[str, Any], *, timestamp: int | None = None) -> int:
    """Let Stripe's word arrive; give the status of our answer."""
    body = json.dumps(event)
    headers = {"Stripe-Signature": signed(body, timestamp=timestamp)}
    return Client().post("/stripe/webhook/", body, content_type="application/json", headers=headers).status_code


def tell_all(fake: FakeStripe) -> None:
    for event in fake.events():
        assert tell(event) == 200


def books() -> dict[str, int]:
    """Every balance that is not zero."""
    ledger.check()
    return {row.code: row.balance for row in ledger.trial_balance() if row.balance}
