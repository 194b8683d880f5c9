"""The next cycle made from the last one, what became of its products since, and cycles for some households only."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from djmoney.money import Money

from market.catalogue.models import Product
from market.cycles.copying import changes_since, copy_cycle, later
from market.cycles.models import Fee, Offer, OrderCycle, PickupPoint, PickupSlot, SupplierTerms
from market.cycles.services import open_cycle, set_fees, set_offers
from market.people.models import Enrolment, HouseholdTag
from tests import builders as build

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def copy(cycle: OrderCycle) -> OrderCycle:
    return copy_cycle(
        cycle=cycle,
        name="Next week",
        opens_at=cycle.opens_at + WEEK,
        closes_at=cycle.closes_at + WEEK,
        distribution_at=cycle.distribution_at + WEEK,
        actor=None,
        at=build.NOW,
    )


def test_a_copy_has_the_same_products_fees_terms_slots_and_tags() -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots, leeks = build.a_product(farm, "Carrots"), build.a_product(farm, "Leeks")
    point = PickupPoint.objects.create(organisation=group, name="Hall", address="x")
    cycle = build.a_draft(group, [carrots, leeks], strategy="lot", note="Bring bags", pickup_point=point)
    set_fees(cycle=cycle, fees=[Fee(name="Hall", calculator="per_order", amount=1, payee=group)])
    cycle.tags.add(HouseholdTag.objects.create(group=group, name="North"))
    Offer.objects.filter(product=leeks).update(strategy="proportional")
    SupplierTerms.objects.create(
        cycle=cycle, producer=farm, minimum=50, below="prolong", closes_at=cycle.closes_at - timedelta(days=1)
    )
    out = cycle.distribution_at
    PickupSlot.objects.create(
        cycle=cycle, point=point, starts_at=out, ends_at=out + timedelta(hours=1), capacity=4, taken=3
    )
    cycle = open_cycle(cycle=cycle, actor=None, at=build.NOW)
    leeks.price = Money("3.50", "EUR")
    leeks.save()
    draft = copy(cycle)
    assert (draft.state, draft.strategy, draft.note, draft.seed) == ("draft", "lot", "Bring bags", "")
    offers = {offer.name: (offer.price.amount, offer.strategy) for offer in draft.offers.all()}
    assert offers == {"Carrots": (2, ""), "Leeks": (Decimal("3.5"), "proportional")}
    assert draft.fees.get().amount == 1
    assert [tag.name for tag in draft.tags.all()] == ["North"]
    terms, slot = draft.supplier_terms.get(), draft.slots.get()
    assert (terms.minimum, terms.closes_at) == (50, draft.closes_at - timedelta(days=1))
    assert (slot.starts_at, slot.capacity, slot.taken) == (out + WEEK, 4, 0)
    assert cycle.offers.count() == 2


def test_a_copy_says_what_became_of_the_products_since() -> None:
    group, farm = build.a_group(), build.a_producer()
    carrots, leeks, honey = (build.a_product(farm, name) for name in ("Carrots", "Leeks", "Honey"))
    cycle = build.a_draft(group, [carrots, leeks, honey])
    assert not changes_since(cycle)
    Product.objects.filter(pk=leeks.pk).update(available=False)
    Product.objects.filter(pk=honey.pk).update(price=Decimal("7.25"))
    build.a_product(farm, "Chard")
    build.a_product(build.a_producer("Elsewhere"), "Tea")
    changes = changes_since(cycle)
    assert [product.name for product in changes.new] == ["Chard"]
    assert [offer.name for offer in changes.gone] == ["Leeks"]
    assert [(offer.price.amount, product.price.amount) for offer, product in changes.changed] == [(2, Decimal("7.25"))]
    assert [offer.name for offer in copy(cycle).offers.order_by("name")] == ["Carrots", "Honey"]


def test_copying_and_choosing_many_products_takes_no_more_queries() -> None:
    group, farm = build.a_group(), build.a_producer()

    def statements(captured: CaptureQueriesContext) -> int:
        # SQLite writes some fifty rows with one statement, PostgreSQL all of them.
        return sum(not row["sql"].startswith(("SAVEPOINT", "RELEASE", "INSERT")) for row in captured)

    def queries(count: int) -> tuple[int, int, int]:
        Product.objects.bulk_create(
            Product(producer=farm, name=f"P{n}", price=Money("1", "EUR")) for n in range(count - farm.products.count())
        )
        cycle = build.a_draft(group, list(farm.products.all()))
        figures = []
        for step in (lambda: copy(cycle), lambda: changes_since(cycle)):
            with CaptureQueriesContext(connection) as captured:
                step()
            figures.append(statements(captured))
        with CaptureQueriesContext(connection) as captured:
            set_offers(cycle=cycle, products=list(farm.products.select_related("category")))
        return (*figures, statements(captured))

    assert queries(2) == queries(200)


def test_a_deadline_keeps_its_hour_when_summer_time_begins() -> None:
    saturday = timezone.make_aware(timezone.datetime(2026, 3, 28, 22))
    moved = timezone.localtime(later(saturday, timedelta(days=1)))
    assert (moved.strftime("%a %H:%M"), moved.utcoffset()) == ("Sun 22:00", timedelta(hours=2))


def test_a_cycle_with_a_tag_is_seen_and_used_only_by_households_that_carry_it() -> None:
    group = build.a_group()
    carrots = build.a_product(build.a_producer(), "Carrots")
    lise, omar = (build.a_household(name, group=group) for name in ("Lise", "Omar"))
    cycle = build.an_open_cycle(group, [carrots])
    north, south = (HouseholdTag.objects.create(group=group, name=name) for name in ("North", "South"))
    Enrolment.objects.get(household=lise).tags.add(north, south)
    cycle.tags.add(north, south)

    def seen(person: str) -> int:
        return OrderCycle.objects.visible_to(build.a_person(person)).count()

    assert [seen(name) for name in ("Lise", "Omar", "Amina")] == [1, 0, 1]
    build.an_order(lise, cycle, {carrots: 1})
    with pytest.raises(ValidationError) as refused:
        build.an_order(omar, cycle, {carrots: 1})
    assert refused.value.code == "not_tagged"
    cycle.tags.clear()
    assert seen("Omar") == 1
