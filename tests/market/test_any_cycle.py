"""Any cycle: households order, change their minds, spend, and whatever comes, the books balance after every step."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.ordering.closing import start_completing
from market.settlement.reports import prove_cleared
from market.supply.models import DeliveredShare, SupplierOrder
from market.supply.receiving import correct_share, receive_delivery
from market.supply.services import reopen_cycle
from market.treasury.reports import prove_reserve
from market.treasury.services import redeem_units
from market.wallets.services import pay
from tests import builders as build

State = OrderCycle.State
households = st.integers(0, 2)
products = st.integers(0, 2)


class CycleMachine(RuleBasedStateMachine):
    """Three households, a cycle with three products, steps in any order; refusals are fine, wrong books are not."""

    @initialize(strategy=st.sampled_from(["first_come", "equal_share", "proportional", "lot"]))
    def found(self, strategy: str) -> None:
        self.group, farm, self.eco = build.a_group(), build.a_producer(), build.a_currency()
        self.farm = farm
        self.products = [
            build.a_product(farm, "Carrots", "1.90", pack_size=Decimal(6), community_share=Decimal(30)),
            build.a_product(farm, "Nuts", "3.333", pack_size=Decimal(3)),
            build.a_product(farm, "Bread", "4.80", community_share=Decimal(50), stock=Decimal(7)),
        ]
        self.households = [build.a_household(name, group=self.group, euros="60") for name in ("Lise", "Noor", "Omar")]
        for household in self.households:
            build.give_units(household, self.eco, "12.50")
        self.cycle = build.an_open_cycle(self.group, self.products, strategy=strategy, community_currency=self.eco)
        self.at = build.NOW

    def attempt(self, step: Callable[[], Any]) -> None:
        self.at += build.timedelta(minutes=1)
        try:
            with transaction.atomic():
                step()
        except ValidationError as refusal:
            assert refusal.messages[0]
        self.cycle.refresh_from_db()

    @rule(
        who=households, what=products, quantity=st.integers(0, 9), tolerance=st.integers(0, 4), eco=st.integers(0, 900)
    )
    def order(self, who: int, what: int, quantity: int, tolerance: int, eco: int) -> None:
        wish = {self.products[what]: (quantity, tolerance)}
        units = f"{Decimal(eco) / 100}"
        self.attempt(lambda: build.an_order(self.households[who], self.cycle, wish, community=units, at=self.at))

    @rule()
    def close(self) -> None:
        self.attempt(lambda: build.close(self.cycle, at=self.at))

    @rule()
    def complete(self) -> None:
        until = self.at + build.timedelta(hours=1)
        self.attempt(lambda: start_completing(cycle=self.cycle, actor=None, at=self.at, until=until))

    @rule()
    def open_again(self) -> None:
        end = self.cycle.distribution_at
        self.attempt(lambda: reopen_cycle(cycle=self.cycle, closes_at=end, actor=None, at=self.at))

    @rule(payer=households, payee=households, amount=st.integers(1, 1500))
    def spend_units(self, payer: int, payee: int, amount: int) -> None:
        people = self.households
        self.attempt(
            lambda: pay(payer=people[payer], payee=people[payee], currency=self.eco, amount_minor=amount, memo="",
                        key=uuid4(), actor=None, at=self.at)
        )  # fmt: skip

    @rule(amount=st.integers(1, 1000))
    def redeem(self, amount: int) -> None:
        self.attempt(
            lambda: redeem_units(organisation=self.farm, currency=self.eco, amount_minor=amount, means="transfer",
                                 reference="", key=uuid4(), actor=None, at=self.at)
        )  # fmt: skip

    @rule()
    def send(self) -> None:
        self.attempt(lambda: build.order_from_producers(self.cycle))

    @rule(came=st.lists(st.integers(0, 20), min_size=3, max_size=3))
    def receive(self, came: list[int]) -> None:
        offers = list(self.cycle.offers.order_by("pk"))
        received = {offer.pk: Decimal(items) for offer, items in zip(offers, came, strict=True)}
        for supplier_order in SupplierOrder.objects.filter(cycle=self.cycle):
            self.attempt(
                lambda order=supplier_order: receive_delivery(
                    supplier_order=order, received=received, actor=None, at=self.at
                )
            )

    @rule(quantity=st.integers(0, 5))
    def correct(self, quantity: int) -> None:
        if share := DeliveredShare.objects.order_by("pk").first():
            self.attempt(lambda: correct_share(share=share, quantity=Decimal(quantity), actor=None, at=self.at))

    @precondition(lambda self: self.cycle.state == State.RECEIVED)
    @rule()
    def settle(self) -> None:
        self.attempt(lambda: build.settle(self.cycle))

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "cycle"):
            return
        assert ledger.check() == []
        assert prove_reserve()[1] == []
        assert prove_cleared()[1] == []
        bread = self.cycle.offers.get(name="Bread")
        assert bread.wanted + bread.tolerated <= 7
        for offer in self.cycle.offers.all():
            asked = [(line.quantity, line.tolerance) for line in offer.order_lines.all()]
            assert (offer.wanted, offer.tolerated) == tuple(sum(column) for column in zip((0, 0), *asked, strict=True))


class TestAnyCycle(TestCase):
    """Each run in a transaction of its own, rolled back at its end."""

    def test_the_books_balance_after_every_step_of_any_cycle(self) -> None:
        from hypothesis.stateful import run_state_machine_as_test

        class Isolated(CycleMachine):
            def __init__(self) -> None:
                self.atomic = transaction.atomic()
                self.atomic.__enter__()
                super().__init__()

            def teardown(self) -> None:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

        many = settings().max_examples > 100
        run_state_machine_as_test(Isolated, settings=settings(max_examples=80 if many else 12, stateful_step_count=30))
