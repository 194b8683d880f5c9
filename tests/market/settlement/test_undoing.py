"""A settlement can be taken back: by entries the other way round, and settled again as if it had never been."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.payments.services import create_payout
from market.settlement.models import SettledOrder
from market.settlement.services import settle_cycle
from market.settlement.undoing import undo_settlement
from tests import builders as build

pytestmark = pytest.mark.django_db


class Settled:
    """Two households bought for 20.00 € each; Lise paid a part in Eco, Noor had not enough for what came."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.farm = build.a_producer()
        eco = build.a_currency()
        self.jars = build.a_product(self.farm, "Jars", "2.00", community_share=50)
        self.lise = build.a_household("Lise", group=self.group)
        self.noor = build.a_household("Noor", group=self.group, euros="20.00")
        build.give_units(self.lise, eco, "10")
        self.cycle = build.an_open_cycle(self.group, [self.jars], community_currency=eco)
        build.an_order(self.lise, self.cycle, {self.jars: 10}, community="5")
        build.an_order(self.noor, self.cycle, {self.jars: 10})
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        build.receive(self.cycle, {self.jars: 19})
        self.before = self.balances()
        build.settle(self.cycle)

    def balances(self) -> dict[str, int]:
        return {line.code: line.balance for line in ledger.trial_balance() if line.balance}

    def undo(self, reason: str = "wrong count") -> None:
        undo_settlement(cycle=self.cycle, reason=reason, actor=build.a_person("Teo"), at=build.NOW)


def test_an_undone_settlement_leaves_every_account_but_the_holds_as_it_was() -> None:
    settled = Settled()
    settled.undo()
    settled.cycle.refresh_from_db()
    assert settled.cycle.state == OrderCycle.State.RECEIVED
    after = settled.balances()
    held, noor = bookkeeping.held(settled.cycle.pk), bookkeeping.household(settled.noor.pk)
    # What the orders cost is set aside again; what had been released stays with its household.
    assert after.pop(held) + after.pop(noor) == settled.before.pop(held) + settled.before.pop(noor, 0)
    assert after == settled.before
    assert ledger.check() == []


def test_it_is_settled_again_with_what_really_came() -> None:
    settled = Settled()
    settled.undo()
    build.receive(settled.cycle, {settled.jars: 20})
    settle_cycle(cycle=settled.cycle, actor=build.a_person("Teo"), at=build.NOW)
    assert {row.order.household.name: row.euro_minor for row in SettledOrder.objects.all()} == {
        "Lise": 1500,
        "Noor": 2000,
    }
    assert ledger.balance(bookkeeping.organisation(settled.farm.pk)) == 3500
    assert ledger.balance(bookkeeping.organisation(settled.farm.pk, "ECO")) == 500
    assert ledger.check() == []


def test_it_needs_a_reason_and_the_money_still_there() -> None:
    settled = Settled()
    with pytest.raises(ValidationError) as refused:
        settled.undo(" ")
    assert refused.value.code == "reason_missing"
    create_payout(
        producer=settled.farm, amount_minor=3000, method="transfer", reference="", key=uuid4(),
        actor=build.a_person("Teo"), at=build.NOW,
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        settled.undo()
    assert refused.value.code == "paid_out"
    assert SettledOrder.objects.count() == 2
