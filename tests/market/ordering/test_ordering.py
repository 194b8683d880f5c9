"""Baskets, placing and closing: what is kept, what is refused, what is set aside."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.cycles.services import open_cycle
from market.ordering.baskets import set_line
from market.ordering.costs import Wish, order_cost
from market.ordering.models import BasketLine, DemandChange, Order, Placement
from market.ordering.services import place_order
from market.people.joining import enrol, pause
from market.supply.models import DeliveredShare, SupplierOrder
from market.supply.receiving import correct_share, receive_delivery
from market.supply.services import reopen_cycle, send_supplier_order
from tests import builders as build

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def group():
    return build.a_group()


@pytest.fixture
def farm():
    return build.a_producer()


def refusal_of(step) -> str:
    with pytest.raises(ValidationError) as refusal:
        step()
    assert refusal.value.messages[0]
    return refusal.value.code


def test_a_closed_cycle_refuses_new_lines(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    offer = build.offer_of(cycle, carrots)
    late = cycle.closes_at
    assert refusal_of(lambda: set_line(household=lise, offer=offer, quantity=Decimal(1), at=late)) == "closed"
    assert refusal_of(lambda: build.an_order(lise, cycle, {carrots: 1}, at=late)) == "closed"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-1", "negative"),
        ("1e9", "too_many"),
        ("1.5", "wrong_step"),
    ],
)
def test_amounts_nobody_can_order_are_refused(group, farm, quantity: str, code: str) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    offer = build.offer_of(build.an_open_cycle(group, [carrots]), carrots)
    assert refusal_of(lambda: set_line(household=lise, offer=offer, quantity=Decimal(quantity), at=build.NOW)) == code
    assert not BasketLine.objects.exists()


def test_only_households_with_a_place_order_in_a_group(group, farm) -> None:
    carrots = build.a_product(farm, "Carrots")
    cycle = build.an_open_cycle(group, [carrots])
    noor, lise = build.a_household("Noor"), build.a_household("Lise", group=group)
    assert refusal_of(lambda: build.an_order(noor, cycle, {carrots: 1})) == "not_in_group"
    pause(household=lise, group=group, at=build.NOW)
    assert refusal_of(lambda: build.an_order(lise, cycle, {carrots: 1})) == "paused"
    enrol(household=lise, group=group, at=build.NOW)
    assert build.an_order(lise, cycle, {carrots: 1})


def test_a_basket_is_not_demand_before_it_is_placed(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    set_line(household=lise, offer=build.offer_of(cycle, carrots), quantity=Decimal(2), at=build.NOW)
    assert not DemandChange.objects.exists()
    build.close(cycle)
    assert not Order.objects.exists()
    assert BasketLine.objects.count() == 1  # a basket is never emptied


def test_one_key_places_one_order(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    set_line(household=lise, offer=build.offer_of(cycle, carrots), quantity=Decimal(2), at=build.NOW)
    key = uuid4()
    place = {"household": lise, "cycle": cycle, "community_minor": 0, "key": key, "actor": None}
    first = place_order(**place, at=build.NOW)
    # The second press may even come after the closing: it shows the order that was placed.
    assert place_order(**place, at=cycle.closes_at + MINUTE) == first
    assert Placement.objects.count() == 1
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000 - 400


def test_placing_again_sets_the_difference_aside_and_keeps_the_rank(group, farm) -> None:
    eggs = build.a_product(farm, "Eggs", "1.00", pack_size=Decimal(4))
    lise, noor = build.a_household("Lise", group=group), build.a_household("Noor", group=group)
    cycle = build.an_open_cycle(group, [eggs])
    build.an_order(lise, cycle, {eggs: 2})
    build.an_order(noor, cycle, {eggs: 2}, at=build.NOW + MINUTE)
    order = build.an_order(lise, cycle, {eggs: 5}, at=build.NOW + 2 * MINUTE)
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000 - 500
    build.close(cycle)
    # One pack of four: Lise's first two, Noor's two; the three Lise added later have the last rank.
    share = order.lines.get().share
    assert (share.result, share.short) == (2, 3)
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000 - 200


def test_lines_taken_out_are_set_free(group, farm) -> None:
    carrots, eggs = build.a_product(farm, "Carrots"), build.a_product(farm, "Eggs", "3.00")
    lise = build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots, eggs])
    build.an_order(lise, cycle, {carrots: 1, eggs: 1})
    order = build.an_order(lise, cycle, {eggs: 0})
    assert [line.name for line in order.lines.all()] == ["Carrots"]
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000 - 200
    assert ledger.check() == []


def test_a_limited_offer_is_not_oversold(group, farm) -> None:
    honey = build.a_product(farm, "Honey", stock=Decimal(3))
    lise, noor = build.a_household("Lise", group=group), build.a_household("Noor", group=group)
    cycle = build.an_open_cycle(group, [honey])
    build.an_order(lise, cycle, {honey: 2})
    assert refusal_of(lambda: build.an_order(noor, cycle, {honey: 2})) == "sold_out"
    build.an_order(lise, cycle, {honey: 1})
    assert build.an_order(noor, cycle, {honey: 2})


def test_more_community_currency_than_the_products_take_is_refused(group, farm) -> None:
    eco = build.a_currency()
    jars = build.a_product(farm, "Jars", "5.00", community_share=Decimal(20))
    lise = build.a_household("Lise", group=group)
    build.give_units(lise, eco, "1.50")
    cycle = build.an_open_cycle(group, [jars], community_currency=eco)
    assert refusal_of(lambda: build.an_order(lise, cycle, {jars: 2}, community="2.01")) == "above_share"
    assert refusal_of(lambda: build.an_order(lise, cycle, {jars: 2}, community="2.00")) == "not_enough_units"
    order = build.an_order(lise, cycle, {jars: 2}, community="1.50")
    assert order.lines.get().community_minor == 150


def test_community_currency_is_split_exactly_per_line() -> None:
    prices = {"a": "1.01", "b": "2.03", "c": "3.07"}
    wishes = {name: Wish(Decimal(1), Decimal(price), Decimal(50)) for name, price in prices.items()}
    cost = order_cost(wishes, [], community_wanted=100)
    assert {key: line.community for key, line in cost.lines.items()} == {"a": 17, "b": 33, "c": 50}
    assert (cost.goods, cost.community, cost.euros, cost.community_limit) == (611, 100, 511, 50 + 101 + 153)


def test_closing_twice_closes_once(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 2})
    build.close(cycle)
    before = ledger.trial_balance()
    build.close(cycle)
    assert ledger.trial_balance() == before
    assert list(cycle.steps.values_list("state", flat=True)) == ["draft", "open", "closed"]


def test_a_closed_cycle_opens_again_until_a_producer_was_told(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots", pack_size=Decimal(4)), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 3})
    build.close(cycle)
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000
    later = cycle.closes_at + timedelta(days=1)
    cycle = reopen_cycle(cycle=cycle, closes_at=later, actor=None, at=cycle.closes_at)
    assert ledger.balance(f"household:{lise.pk}:EUR") == 10_000 - 600
    build.an_order(lise, cycle, {carrots: 4}, at=later - MINUTE)
    build.close(cycle, at=later)
    build.order_from_producers(cycle)
    again = {"cycle": cycle, "closes_at": later + MINUTE, "actor": None, "at": later}
    assert refusal_of(lambda: reopen_cycle(**again)) == "wrong_state"


def test_who_spent_the_money_between_closing_and_opening_again_keeps_the_order(group, farm) -> None:
    eco = build.a_currency()
    carrots = build.a_product(farm, "Carrots", pack_size=Decimal(4), community_share=Decimal(50))
    lise, noor = build.a_household("Lise", group=group, euros="6.00"), build.a_household("Noor", group=group)
    build.give_units(lise, eco, "3.00")
    cycle = build.an_open_cycle(group, [carrots], community_currency=eco)
    build.an_order(lise, cycle, {carrots: 3}, community="3.00")
    build.close(cycle)
    ledger.post(
        ledger.NewEntry(
            key="spent", kind="test", happened_at=build.NOW,
            legs=[ledger.Leg(f"household:{lise.pk}:ECO", "currency:ECO:issued", 300)],
        )
    )  # fmt: skip
    end = cycle.closes_at
    cycle = reopen_cycle(cycle=cycle, closes_at=end + MINUTE, actor=None, at=end)
    build.an_order(noor, cycle, {carrots: 1}, at=end)
    build.a_settled_cycle(cycle)
    assert ledger.balance(f"household:{lise.pk}:EUR") == 0
    assert not any(ledger.balances_like(f"cycle:{cycle.pk}:").values())


def test_a_supplier_order_is_mailed_once(group, farm, mailoutbox) -> None:
    farm.language = "fr"
    farm.save()
    carrots, lise = build.a_product(farm, "Carrots", sku="=V1"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 2})
    build.close(cycle)
    (order,) = build.order_from_producers(cycle)
    for _ in range(2):
        send_supplier_order(supplier_order=order, actor=None, at=build.NOW)
    (mail,) = mailoutbox
    names = [name for name, _content, _type in mail.attachments]
    assert names == [f"{cycle.pk}-riverside-farm.pdf", f"{cycle.pk}-riverside-farm.csv"]
    assert mail.attachments[0][1].startswith(b"%PDF")
    assert "'=V1" in mail.attachments[1][1]  # no spreadsheet takes it for a formula
    assert order.token in mail.body
    cycle.refresh_from_db()
    assert cycle.state == OrderCycle.State.ORDERED


def test_a_share_set_by_hand_stays_when_the_delivery_is_recorded_again(group, farm) -> None:
    carrots = build.a_product(farm, "Carrots", pack_size=Decimal(6))
    lise, noor = build.a_household("Lise", group=group), build.a_household("Noor", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 3})
    build.an_order(noor, cycle, {carrots: 3}, at=build.NOW + MINUTE)
    build.close(cycle)
    build.order_from_producers(cycle)
    build.receive(cycle, {carrots: 4})
    share = DeliveredShare.objects.get(line__order__household=lise)
    assert share.quantity == 3
    correct_share(share=share, quantity=Decimal(1), actor=None, at=build.NOW)
    assert DeliveredShare.objects.get(line__order__household=noor).quantity == 3
    build.receive(cycle, {carrots: 3})
    assert {s.line.order.household: s.quantity for s in DeliveredShare.objects.all()} == {lise: 1, noor: 2}
    share.refresh_from_db()
    code = refusal_of(lambda: correct_share(share=share, quantity=Decimal(4), actor=None, at=build.NOW))
    assert code == "more_than_came"


def test_goods_are_received_only_after_they_were_ordered(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    build.an_order(lise, cycle, {carrots: 1})
    build.a_settled_cycle(cycle)
    order = SupplierOrder.objects.get()
    receive = {"supplier_order": order, "received": {}, "actor": None, "at": build.NOW}
    assert refusal_of(lambda: receive_delivery(**receive)) == "wrong_state"


def test_an_opened_cycle_keeps_the_prices_it_opened_with(group, farm) -> None:
    carrots, lise = build.a_product(farm, "Carrots", "2.00"), build.a_household("Lise", group=group)
    cycle = build.an_open_cycle(group, [carrots])
    carrots.price.amount = Decimal("9.00")
    carrots.save()
    order = build.an_order(lise, cycle, {carrots: 1})
    assert order.lines.get().price.amount == 2
    empty = build.a_draft(group, [], name="Empty")
    assert refusal_of(lambda: open_cycle(cycle=empty, actor=None, at=build.NOW)) == "no_offers"


# --- Over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture
def lises_browser(group):
    client = Client()
    client.force_login(build.a_person("Lise"))
    return client


def live_cycle(group, products):
    """A cycle that is open at the time of the computer's clock."""
    now = timezone.now()
    times = {"opens_at": now - MINUTE, "closes_at": now + timedelta(days=1), "distribution_at": now + timedelta(days=2)}
    return open_cycle(cycle=build.a_draft(group, products, **times), actor=None, at=now)


def test_one_wrong_line_loses_none_of_the_others(group, farm, lises_browser) -> None:
    carrots, eggs = build.a_product(farm, "Carrots"), build.a_product(farm, "Eggs", pack_size=Decimal(6))
    build.a_household("Lise", group=group)
    cycle = live_cycle(group, [carrots, eggs])
    names = [f"offer-{build.offer_of(cycle, product).pk}" for product in (carrots, eggs)]
    form = {f"{names[0]}-quantity": "two", f"{names[1]}-quantity": "1,5", f"{names[1]}-tolerance": "3"}
    answer = lises_browser.post(reverse("market:ordering:shop", args=[cycle.pk]), form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="two"' in page
    assert 'value="1,5"' in page  # eggs are ordered in steps of one: this line is refused too, and kept on the page
    form[f"{names[1]}-quantity"] = "2"
    lises_browser.post(reverse("market:ordering:shop", args=[cycle.pk]), form)
    assert [(row.quantity, row.tolerance) for row in BasketLine.objects.all()] == [(2, 3)]


def test_turning_the_page_of_a_long_shop_keeps_what_was_typed(group, farm, lises_browser) -> None:
    products = [build.a_product(farm, f"Jar {number:02}") for number in range(30)]
    build.a_household("Lise", group=group)
    cycle = live_cycle(group, products)
    shop = reverse("market:ordering:shop", args=[cycle.pk])
    first, last = build.offer_of(cycle, products[0]), build.offer_of(cycle, products[-1])
    page = lises_browser.get(shop, {"q": "Jar"}).content.decode()
    assert (first.name in page, last.name in page) == (True, False)
    answer = lises_browser.post(f"{shop}?q=Jar", {f"offer-{first.pk}-quantity": "2", "turn_to": "2"})
    assert BasketLine.objects.get().quantity == 2
    page = lises_browser.get(answer.url).content.decode()
    assert (first.name in page, last.name in page) == (False, True)
    answer = lises_browser.post(f"{shop}?q=Jar", {f"offer-{first.pk}-quantity": "many", "turn_to": "2"})
    assert answer.status_code == 400


def test_an_order_says_nothing_of_weights_before_goods_came(group, farm, lises_browser) -> None:
    bread = build.a_product(farm, "Bread", unit="KGM", unit_amount=Decimal(1))
    lise = build.a_household("Lise", group=group)
    cycle = live_cycle(group, [bread])
    set_line(household=lise, offer=build.offer_of(cycle, bread), quantity=Decimal(2), at=timezone.now())
    order = place_order(
        household=lise, cycle=cycle, community_minor=0, key=uuid4(), actor=None, at=timezone.now()
    )  # fmt: skip
    page = lises_browser.get(reverse("market:ordering:order", args=[order.reference])).content.decode()
    assert "Bread" in page
    assert "kg</span>" not in page


@pytest.mark.parametrize("community", ["NaN", "-1", "1.234", "lots", "99999999999"])
def test_a_checkout_with_bad_input_keeps_it_on_the_page(group, farm, lises_browser, community: str) -> None:
    carrots = build.a_product(farm, "Carrots", community_share=Decimal(50))
    lise, eco = build.a_household("Lise", group=group), build.a_currency()
    cycle = live_cycle(group, [carrots])
    OrderCycle.objects.update(community_currency=eco)
    set_line(household=lise, offer=build.offer_of(cycle, carrots), quantity=Decimal(2), at=cycle.opens_at + MINUTE)
    answer = lises_browser.post(
        reverse("market:payments:checkout", args=[cycle.pk]), {"key": str(uuid4()), "community": community}
    )
    assert answer.status_code == 400
    assert f'value="{community}"' in answer.content.decode()
    assert not Order.objects.exists()


def test_the_pack_status_is_sent_again_only_when_somebody_ordered(group, farm, lises_browser) -> None:
    eggs = build.a_product(farm, "Eggs", pack_size=Decimal(6))
    lise = build.a_household("Lise", group=group)
    cycle = live_cycle(group, [eggs])
    path = reverse("market:ordering:progress", args=[cycle.pk])
    first = lises_browser.get(path)
    assert lises_browser.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    build.an_order(lise, cycle, {eggs: 2}, at=cycle.opens_at + MINUTE)
    fresh = lises_browser.get(path, headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200
    assert "4 missing for the next one." in fresh.content.decode()
