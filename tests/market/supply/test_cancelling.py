"""A cycle is called off: money is free, everybody who ordered is told why, and nothing else happens."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.people.models import User
from market.supply.cancelling import cancel_cycle
from market.supply.models import SupplierOrder
from market.supply.services import prepare_supplier_orders
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


class Week:
    """Lise and Omar ordered bread; Noor belongs to the group and did not."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.eco = build.a_currency()
        self.bread = build.a_product(build.a_producer(), "Bread", "4.00", community_share=50)
        self.lise, self.omar, self.noor = (build.a_household(n, group=self.group) for n in ("Lise", "Omar", "Noor"))
        build.give_units(self.lise, self.eco, "30")
        self.cycle = build.an_open_cycle(self.group, [self.bread], community_currency=self.eco)
        build.an_order(self.lise, self.cycle, {self.bread: 2}, community="3")
        self.order = build.an_order(self.omar, self.cycle, {self.bread: 1})
        User.objects.filter(name="Omar").update(language="ca")

    def cancel(self, reason: str = "The van broke down.") -> OrderCycle:
        return cancel_cycle(cycle=self.cycle, reason=reason, actor=build.a_person("Amina"), at=build.NOW)


@pytest.mark.parametrize("closed", [False, True])
def test_everybody_has_their_money_back_and_a_letter_with_the_reason(closed: bool) -> None:
    week = Week()
    if closed:
        build.close(week.cycle)
        prepare_supplier_orders(cycle=week.cycle)
    mail.outbox.clear()
    week.cancel()
    week.cancel()  # twice does no harm
    assert OrderCycle.objects.get().state == "cancelled"
    assert not SupplierOrder.objects.exists()
    assert ledger.balance(bookkeeping.household(week.lise.pk)) == 10000
    assert ledger.balance(bookkeeping.household(week.lise.pk, "ECO")) == 3000
    assert ledger.balance(bookkeeping.held(week.cycle.pk, "EUR")) == 0
    assert ledger.check() == []
    assert sorted(letter.to[0].split("@")[0] for letter in mail.outbox) == ["lise", "omar"]
    letters = {letter.to[0].split("@")[0]: letter for letter in mail.outbox}
    assert letters["lise"].subject == "First week of March is cancelled"
    assert {"The van broke down.", "is free again"} <= {
        words for words in ("The van broke down.", "is free again") if words in letters["lise"].body
    }
    assert "cancel·lat" in letters["omar"].body
    page = client_of("Omar").get(reverse("market:ordering:order", args=[week.order.reference]))
    assert "This cycle was cancelled" in page.content.decode() or "cancel·lat" in page.content.decode()


def test_a_reason_is_asked_for_and_no_producer_is_left_with_an_order() -> None:
    week = Week()
    with pytest.raises(ValidationError) as refused:
        week.cancel(" ")
    assert refused.value.code == "reason_missing"
    build.close(week.cycle)
    build.order_from_producers(week.cycle)
    with pytest.raises(ValidationError) as refused:
        week.cancel()
    assert refused.value.code == "already_sent"


def test_a_coordinator_cancels_on_the_board_and_the_board_says_so() -> None:
    week = Week()
    board = reverse("market:desk:board", args=[week.cycle.pk])
    client = client_of("Amina")
    assert reverse("market:desk:cancel", args=[week.cycle.pk]) in client.get(board).content.decode()
    client.post(reverse("market:desk:cancel", args=[week.cycle.pk]), {"reason": "Snow"})
    page = client.get(board).content.decode()
    assert "Snow" in page
    assert "this cycle was cancelled" in page
    assert reverse("market:desk:cancel", args=[week.cycle.pk]) not in page
