"""A settled order is given back whole: every account returns what it got."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Fee
from market.cycles.services import open_cycle, set_fees
from market.ordering.models import Order
from market.payments.models import Refund
from market.payments.services import create_payout
from market.settlement.models import SettledOrder
from market.settlement.refunds import give_back_order
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(settings: Any, tmp_path: Path) -> Order:
    """Lise's settled order: ten carrots at 2.00, half of it in community currency, 3 % for the group."""
    settings.VAR_DIR = tmp_path
    group, farm, eco = build.a_group(), build.a_producer(), build.a_currency()
    carrots = build.a_product(farm, "Carrots", "2.00", community_share=Decimal(50))
    lise = build.a_household("Lise", group=group, euros="100.00")
    omar = build.a_household("Omar", group=group, euros="100.00")
    build.give_units(lise, eco, "50")
    draft = build.a_draft(group, [carrots], community_currency=eco)
    fee = Fee(name="Costs", calculator=Fee.Calculator.PERCENT_PER_LINE, amount=Decimal(3), payee=group)
    set_fees(cycle=draft, fees=[fee])
    cycle = open_cycle(cycle=draft, actor=None, at=build.NOW)
    order = build.an_order(lise, cycle, {carrots: 10}, community="10")
    build.an_order(omar, cycle, {carrots: 1})
    build.a_settled_cycle(cycle)
    return order


def give_back(order: Order) -> list[Refund]:
    settled = SettledOrder.objects.get(order=order)
    return give_back_order(settled=settled, reason="spoilt", key=uuid4(), actor=build.a_person("Teo"), at=build.NOW)


def test_everybody_has_again_what_they_had(order: Order) -> None:
    assert ledger.balance(bookkeeping.household(order.household_id)) == 10000 - 1000 - 60
    give_back(order)
    assert ledger.balance(bookkeeping.household(order.household_id)) == 10000
    assert ledger.balance(bookkeeping.household(order.household_id, "ECO")) == 5000
    farm, group = order.lines.get().offer.producer_id, order.cycle.organiser_id
    assert ledger.balance(bookkeeping.organisation(farm)) == 200
    assert ledger.balance(bookkeeping.organisation(farm, "ECO")) == 0
    assert ledger.balance(bookkeeping.organisation(group)) == 6
    call_command("check_ledger")


def test_giving_back_twice_gives_back_once(order: Order) -> None:
    give_back(order)
    give_back(order)
    assert ledger.balance(bookkeeping.household(order.household_id)) == 10000


def test_what_a_producer_was_paid_out_cannot_be_given_back(order: Order) -> None:
    farm = order.lines.get().offer.producer
    create_payout(
        producer=farm, amount_minor=1200, method="transfer", reference="", key=uuid4(), actor=None, at=build.NOW
    )
    with pytest.raises(ValidationError) as refusal:
        give_back(order)
    assert refusal.value.code == "paid_out"
    assert ledger.balance(bookkeeping.household(order.household_id)) == 10000 - 1060
