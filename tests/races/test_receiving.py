"""Two receivers at one pair of scales, with real threads on PostgreSQL; the twin without its guard must go wrong."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import Q

from market.supply import receiving
from market.supply.models import DeliveredShare
from tests import builders as build
from tests.races.test_cycles import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WEIGHTS = ["0.38", "0.39", "0.41", "0.42", "0.43", "0.44"]


def a_share() -> DeliveredShare:
    group = build.a_group()
    cheese = build.a_product(build.a_producer(), "Cheese", "8.00", unit="KGM", unit_amount=Decimal("0.4"), weighed=True)
    lise = build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [cheese])
    build.an_order(lise, cycle, {cheese: 1})
    build.close(cycle)
    build.order_from_producers(cycle)
    build.receive(cycle)
    return DeliveredShare.objects.get()


def weighing(share: DeliveredShare) -> list[Callable[[], Any]]:
    """Every receiver saw an empty field and writes another weight."""
    people = [build.a_person(f"Receiver {number}") for number in range(len(WEIGHTS))]
    return [
        lambda weight=weight, person=person: receiving.weigh_share(
            share=DeliveredShare.objects.get(), weight=Decimal(weight), seen=None, actor=person, at=build.NOW
        )
        for weight, person in zip(WEIGHTS, people, strict=True)
    ]


def test_of_receivers_weighing_the_same_line_one_is_kept_and_all_others_are_told() -> None:
    share = a_share()
    ends = at_once(weighing(share))
    assert sorted(ends) == ["done"] + ["weighed_meanwhile"] * (len(WEIGHTS) - 1)
    share.refresh_from_db()
    kept = WEIGHTS.index(f"{share.weight:.2f}")
    assert str(share.weighed_by) == f"Receiver {kept}"  # weight and name are of the same receiver


def test_its_twin_without_the_condition_keeps_the_last_and_tells_nobody() -> None:
    share = a_share()
    with patch.object(receiving, "still", lambda seen: Q()):
        ends = at_once(weighing(share))
    assert ends == ["done"] * len(WEIGHTS)
