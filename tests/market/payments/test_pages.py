"""The balance page and the treasurer's desk over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ledger import api as ledger
from market import bookkeeping
from market.ordering.baskets import set_line
from market.payments.models import Payment, Payout
from market.payments.services import create_payout, record_payment
from market.people.models import Household, Organisation
from tests import builders as build
from tests.market.payments.test_payments import earn, owe

pytestmark = pytest.mark.django_db

BALANCE, DESK, FILE = "market:payments:balance", "market:payments:desk", "market:payments:balance_csv"


@pytest.fixture
def group() -> Organisation:
    return build.a_group()


@pytest.fixture
def lise(group: Organisation) -> Household:
    return build.a_household("Lise", group=group, euros="40.00")


def login(client: Client, name: str) -> Client:
    client.force_login(build.a_person(name))
    return client


@contextmanager
def queries() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as captured:
        yield captured


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def payment_form(household: Household, **changed: str) -> dict[str, str]:
    fields = {"household": str(household.pk), "amount": "12,50", "method": "cash", "reference": "", "key": str(uuid4())}
    return {"form": "payment", **fields, **changed}


def test_a_visitor_is_led_to_the_login(client: Client) -> None:
    for name in (BALANCE, DESK, FILE):
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_a_member_sees_balance_debt_and_how_to_pay_in(client: Client, lise: Household) -> None:
    owe(lise, 150)
    page = text(login(client, "Lise").get(reverse(BALANCE)))
    assert "€40.00" in page
    assert "€1.50 still owed" in page
    assert f"HOUSEHOLD {lise.pk}" in page
    assert "+€40.00" in page


def test_somebody_without_a_household_is_told_where_to_find_a_group(client: Client, group: Organisation) -> None:
    page = text(login(client, "Noor").get(reverse(BALANCE)))
    assert reverse("market:people:groups") in page


def test_a_producer_sees_what_it_is_owed(client: Client) -> None:
    farm = build.a_producer(editor="Bruno")
    earn(farm, 3408)
    page = text(login(client, "Bruno").get(reverse(BALANCE)))
    assert "What the market owes Riverside Farm" in page
    assert "€34.08" in page


def test_nobody_sees_the_balance_of_others(client: Client, lise: Household, group: Organisation) -> None:
    build.a_household("Omar", group=group)
    login(client, "Omar")
    for name in (BALANCE, FILE):
        assert client.get(reverse(name), {"of": f"household:{lise.pk}"}).status_code == 404
        assert client.get(reverse(name), {"of": f"organisation:{group.pk}"}).status_code == 404
        assert client.get(reverse(name), {"of": "nonsense"}).status_code == 404


@pytest.mark.parametrize("before", ["9" * 40, "²", "-1", "x", "0", ""])
def test_a_nonsense_page_number_shows_a_page(client: Client, lise: Household, before: str) -> None:
    assert login(client, "Lise").get(reverse(BALANCE), {"before": before}).status_code == 200


def test_a_statement_turns_its_pages_both_ways(client: Client, lise: Household) -> None:
    for cents in range(1, 60):
        build.pay_in(lise, f"0.{cents:02}")
    login(client, "Lise")
    first = client.get(reverse(BALANCE)).context["statement"]
    second = client.get(reverse(BALANCE), {"before": first.older}).context["statement"]
    third = client.get(reverse(BALANCE), {"before": second.older}).context["statement"]
    amounts = [line.amount for page in (first, second, third) for line in page.lines]
    assert amounts == [*range(59, 0, -1), 4000]
    assert third.older is None
    back = client.get(reverse(BALANCE), {"before": third.newer}).context["statement"]
    assert back.lines == second.lines
    assert client.get(reverse(BALANCE), {"before": second.newer}).context["statement"].lines == first.lines


def test_the_file_holds_the_whole_statement_and_no_formulas(client: Client, lise: Household) -> None:
    record_payment(
        household=lise, amount_minor=150, method="cash", reference="=1+1", key=uuid4(), actor=None, at=build.NOW
    )
    response = login(client, "Lise").get(reverse(FILE))
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert lines[0] == "When,What,With,Memo,Amount,Balance,Entry"
    assert lines[1].startswith("2026-03-04 12:00,Paid in,the market's treasury,'=1+1,1.50,41.50,payment:")
    assert len(lines) == 3


def test_the_treasurer_records_a_payment_typed_with_a_comma(client: Client, lise: Household) -> None:
    response = login(client, "Teo").post(reverse(DESK), payment_form(lise), follow=True)
    assert response.redirect_chain == [(reverse(DESK), 302)]
    assert "The payment is booked." in text(response)
    assert ledger.balance(bookkeeping.household(lise.pk)) == 5250


def test_a_second_click_books_nothing_more(client: Client, lise: Household) -> None:
    form = payment_form(lise)
    login(client, "Teo")
    client.post(reverse(DESK), form)
    assert client.post(reverse(DESK), form).status_code == 302
    assert ledger.balance(bookkeeping.household(lise.pk)) == 5250


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "more than zero"),
        ("-5", "less than nothing"),
        ("1.005", "without a dot for thousands"),  # a thousand and five, or one and a half cents?
        ("1.0051", "At most 2 decimals"),
        ("NaN", "number in digits"),
        ("1e400", "number"),
        ("99999999999", "too large"),
        ("9999999", "too large for one payment"),
        ("twelve", "number in digits"),
        ("", "required"),
    ],
)
def test_a_wrong_amount_gets_a_sentence_and_keeps_the_form(
    client: Client, lise: Household, typed: str, sentence: str
) -> None:
    response = login(client, "Teo").post(reverse(DESK), payment_form(lise, amount=typed, reference="E00058"))
    page = text(response)
    assert response.status_code == 400
    assert sentence in page
    assert 'value="E00058"' in page
    assert f'value="{typed}"' in page or not typed
    assert ledger.balance(bookkeeping.household(lise.pk)) == 4000


def test_a_form_sent_again_with_other_figures_is_stopped_once(client: Client, lise: Household) -> None:
    form = payment_form(lise)
    login(client, "Teo")
    client.post(reverse(DESK), form)
    response = client.post(reverse(DESK), {**form, "amount": "20"})
    assert response.status_code == 400
    assert ledger.balance(bookkeeping.household(lise.pk)) == 5250
    new_key = str(response.context["payment_form"]["key"].value())
    assert new_key != form["key"]
    assert client.post(reverse(DESK), {**form, "amount": "20", "key": new_key}).status_code == 302
    assert ledger.balance(bookkeeping.household(lise.pk)) == 7250


def test_the_treasurer_pays_a_producer_no_more_than_it_earned(client: Client) -> None:
    farm = build.a_producer()
    earn(farm, 3408)
    form = {"form": "payout", "producer": str(farm.pk), "method": "transfer", "reference": "week 10"}
    login(client, "Teo")
    response = client.post(reverse(DESK), {**form, "amount": "34.09", "key": str(uuid4())})
    assert response.status_code == 400
    assert "more than the market owes" in text(response)
    assert 'value="week 10"' in text(response)
    assert client.post(reverse(DESK), {**form, "amount": "34.08", "key": str(uuid4())}).status_code == 302
    assert ledger.balance(bookkeeping.organisation(farm.pk)) == 0


def test_a_group_that_earned_fees_stands_among_those_to_pay(client: Client, group: Organisation) -> None:
    earn(group, 132)
    assert (group, 132) in login(client, "Teo").get(reverse(DESK)).context["producers"]


def test_debts_stand_first(client: Client, lise: Household, group: Organisation) -> None:
    zoe = build.a_household("Zoe", group=group)
    owe(zoe, 150)
    rows = login(client, "Teo").get(reverse(DESK)).context["households"]
    assert [(row.household, row.balance, row.owed) for row in rows] == [(zoe, 10000, 150), (lise, 4000, 0)]


@pytest.mark.parametrize("name", ["Lise", "Amina", "Noor", "Bruno"])
def test_only_the_markets_treasurer_has_a_desk(client: Client, lise: Household, name: str) -> None:
    build.a_producer()
    login(client, name)
    assert client.get(reverse(DESK)).status_code == 404
    assert client.post(reverse(DESK), payment_form(lise)).status_code == 404
    assert Payment.objects.count() == 1


def test_the_desk_asks_as_often_for_thirty_households_as_for_one(client: Client, group: Organisation) -> None:
    def fill(names: range) -> None:
        for number in names:
            household = build.a_household(f"Household {number}", group=group)
            owe(household, 1)
            farm = build.a_producer(f"Farm {number}")
            build.a_product(farm, "Leeks")
            earn(farm, 200)
            create_payout(
                producer=farm, amount_minor=1, method="cash", reference="", key=uuid4(), actor=None, at=build.NOW
            )

    login(client, "Teo")
    fill(range(1))
    client.get(reverse(DESK))  # also warms what is kept for all pages
    with queries() as one:
        client.get(reverse(DESK))
    fill(range(1, 30))
    with queries() as thirty:
        client.get(reverse(DESK))
    assert Payout.objects.count() == 30
    assert len(one) == len(thirty) <= 14


def test_the_balance_page_asks_as_often_for_thirty_lines_as_for_one(client: Client, lise: Household) -> None:
    login(client, "Lise").get(reverse(BALANCE))  # also warms what is kept for all pages
    with queries() as one:
        client.get(reverse(BALANCE))
    for _ in range(29):
        build.pay_in(lise, "1.00")
    with queries() as thirty:
        client.get(reverse(BALANCE))
    assert len(one) == len(thirty) <= 9


def test_more_community_currency_than_possible_is_cut_and_said(client: Client, group: Organisation) -> None:
    lise, eco = build.a_household("Lise", group=group), build.a_currency()
    build.give_units(lise, eco, "9.00")
    carrots = build.a_product(build.a_producer(), "Carrots", "10.00", community_share=50)
    cycle = build.an_open_cycle(
        group, [carrots], community_currency=eco, closes_at=timezone.now() + timedelta(days=1),
        distribution_at=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    offer = build.offer_of(cycle, carrots)
    lises, checkout = login(client, "Lise"), reverse("market:payments:checkout", args=[cycle.pk])

    def recalculate(quantity: int, community: str) -> str:
        set_line(household=lise, offer=offer, quantity=Decimal(quantity), tolerance=Decimal(0), at=timezone.now())
        answer = lises.post(checkout, {"key": str(uuid4()), "community": community, "recalculate": "1"})
        assert answer.status_code == 200
        return text(answer)

    for quantity, possible in ((1, "5.00"), (2, "9.00")):  # what the producer takes; what the wallet has
        page = recalculate(quantity, "9999")
        assert f"You wrote 9999, but at most {possible} ECO is possible here" in page
        assert f'value="{possible}"' in page
        assert f"Set aside from your wallet</dt><dd>{possible} ECO" in page
        assert "You wrote" not in recalculate(quantity, possible)
