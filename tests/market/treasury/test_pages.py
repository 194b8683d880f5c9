"""The treasurer's pages over HTTP."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger import api as ledger
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_code
from market.people.models import Household, Organisation
from market.treasury.models import TreasuryOperation
from tests import builders as build
from tests.market.treasury.test_treasury import issue

pytestmark = pytest.mark.django_db

OVERVIEW, TRIAL = "market:treasury:overview", "market:treasury:trial_balance"
OPERATIONS = "market:treasury:operations"


@pytest.fixture
def eco() -> CommunityCurrency:
    return build.a_currency()


@pytest.fixture
def lise(eco: CommunityCurrency) -> Household:
    return build.a_household("Lise", euros="40.00")


@pytest.fixture
def farm(eco: CommunityCurrency) -> Organisation:
    return build.a_producer()


@pytest.fixture
def teo(client: Client, eco: CommunityCurrency) -> Client:
    client.force_login(build.a_person("Teo"))
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def issue_form(lise: Household, **changed: str) -> dict[str, str]:
    fields = {"owner": f"household:{lise.pk}", "amount": "20", "means": "cash", "reference": "", "key": str(uuid4())}
    return {"form": "issue", **fields, **changed}


def addresses(operation: TreasuryOperation) -> list[str]:
    return [
        reverse(OVERVIEW),
        reverse(OPERATIONS),
        reverse(TRIAL),
        reverse("market:treasury:account", args=["market:bank:EUR"]),
        reverse("market:treasury:account_csv", args=["market:bank:EUR"]),
        reverse("market:treasury:entry", args=[f"issue:{operation.key}"]),
    ]


def test_the_treasurer_alone_sees_the_books(client: Client, lise: Household, eco: CommunityCurrency) -> None:
    pages = addresses(issue(lise, eco, 1000))
    for page in pages:
        assert client.get(page).status_code == 302
    for name, code in (("Lise", 404), ("Noor", 404), ("Teo", 200)):
        client.force_login(build.a_person(name))
        assert [client.get(page).status_code for page in pages] == [code] * len(pages)


def test_a_member_cannot_issue_units(client: Client, lise: Household, eco: CommunityCurrency) -> None:
    client.force_login(build.a_person("Lise"))
    assert client.post(reverse(OVERVIEW), issue_form(lise)).status_code == 404
    assert not TreasuryOperation.objects.exists()


def test_the_treasurer_issues_and_sees_the_proof(teo: Client, lise: Household, eco: CommunityCurrency) -> None:
    response = teo.post(reverse(OVERVIEW), issue_form(lise), follow=True)
    page = text(response)
    assert response.redirect_chain == [(reverse(OVERVIEW), 302)]
    assert "The units are issued." in page
    assert "20.00 ECO" in page
    assert "proven" in page
    assert "covers the circulation" in page
    assert "<polyline" in page
    assert ledger.balance(wallet_code(lise, eco)) == 2000


def test_a_second_click_issues_nothing_more(teo: Client, lise: Household, eco: CommunityCurrency) -> None:
    form = issue_form(lise)
    teo.post(reverse(OVERVIEW), form)
    assert teo.post(reverse(OVERVIEW), form).status_code == 302
    assert ledger.balance(wallet_code(lise, eco)) == 2000


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"amount": "-1"}, "less than nothing"),
        ({"amount": "0,001"}, "At most 2 decimals"),
        ({"amount": "NaN"}, "number in digits"),
        ({"owner": ""}, "required"),
        ({"owner": "household:0"}, "not one of the available choices"),
    ],
)
def test_a_wrong_issue_gets_a_sentence_and_keeps_the_form(
    teo: Client, lise: Household, changed: dict[str, str], sentence: str
) -> None:
    response = teo.post(reverse(OVERVIEW), issue_form(lise, reference="E00058", **changed))
    assert response.status_code == 400
    assert sentence in text(response)
    assert 'value="E00058"' in text(response)
    assert not TreasuryOperation.objects.exists()


def test_redeeming_more_than_the_wallet_holds_keeps_the_form(
    teo: Client, farm: Organisation, eco: CommunityCurrency
) -> None:
    issue(farm, eco, 1000)
    form = {"form": "redeem", "organisation": str(farm.pk), "means": "transfer", "reference": "week 10"}
    response = teo.post(reverse(OVERVIEW), {**form, "amount": "10.01", "key": str(uuid4())})
    assert response.status_code == 400
    assert "does not hold that many" in text(response)
    assert 'value="week 10"' in text(response)
    assert teo.post(reverse(OVERVIEW), {**form, "amount": "10.00", "key": str(uuid4())}).status_code == 302
    assert ledger.balance(wallet_code(farm, eco)) == 0


def test_households_cannot_be_chosen_for_a_redemption(teo: Client, lise: Household) -> None:
    choices = teo.get(reverse(OVERVIEW)).context["redeem_form"].fields["organisation"].queryset
    assert list(choices) == list(Organisation.objects.filter(is_market=False))


def test_a_reserve_below_the_circulation_shows_a_red_light(
    teo: Client, farm: Organisation, eco: CommunityCurrency
) -> None:
    issue(farm, eco, 1000)
    leg = ledger.Leg("market:bank:EUR", "market:reserve:EUR", 1)
    ledger.post(ledger.NewEntry(key="slip", kind="test", happened_at=build.NOW, legs=[leg]))
    page = text(teo.get(reverse(OVERVIEW)))
    assert "less than the circulation" in page
    assert "proven" in page


def test_a_market_without_a_currency_is_told_so(client: Client) -> None:
    build.the_market()
    client.force_login(build.a_person("Teo"))
    assert "no community currency yet" in text(client.get(reverse(OVERVIEW)))


def test_the_trial_balance_names_accounts_and_has_two_equal_sides(
    teo: Client, lise: Household, eco: CommunityCurrency
) -> None:
    issue(lise, eco, 1000)
    page = text(teo.get(reverse(TRIAL)))
    for words in ("Lise · prepaid euros", "Lise · wallet", "Bank account", "Reserve account", "ECO issued"):
        assert words in page
    assert "not in balance" not in page
    assert page.count("€50.00") == 2  # the foot of both sides


@pytest.mark.parametrize("day", ["2026-02-31", "x", "9999-12-31", "0001-01-01", "2100-01-01", ""])
def test_any_day_typed_shows_a_trial_balance(teo: Client, lise: Household, day: str) -> None:
    assert teo.get(reverse(TRIAL), {"day": day}).status_code == 200


def test_a_past_day_shows_only_what_was_booked_until_its_end(teo: Client, lise: Household) -> None:
    assert "€40.00" in text(teo.get(reverse(TRIAL), {"day": "2026-03-04"}))
    assert "€40.00" not in text(teo.get(reverse(TRIAL), {"day": "2026-03-03"}))


def test_an_entry_shows_both_sides(teo: Client, lise: Household, eco: CommunityCurrency) -> None:
    operation = issue(lise, eco, 1000)
    page = text(teo.get(reverse("market:treasury:entry", args=[f"issue:{operation.key}"])))
    assert "Euros owed to the holders of ECO" in page
    assert "€10.00" in page
    assert "10.00 ECO" in page


def test_accounts_and_entries_that_are_not_there_are_not_found(teo: Client) -> None:
    for name, argument in (("account", "market:gold:EUR"), ("account_csv", "x"), ("entry", "x"), ("entry", "issue:x")):
        assert teo.get(reverse(f"market:treasury:{name}", args=[argument])).status_code == 404


def test_operations_come_in_pages(teo: Client, farm: Organisation, eco: CommunityCurrency) -> None:
    for _ in range(51):
        issue(farm, eco, 100)
    assert len(teo.get(reverse(OVERVIEW)).context["operations"]) == 10
    assert len(teo.get(reverse(OPERATIONS)).context["page"].object_list) == 50
    assert len(teo.get(reverse(OPERATIONS), {"page": 2}).context["page"].object_list) == 1


@pytest.mark.parametrize(("name", "most"), [(OVERVIEW, 14), (OPERATIONS, 6), (TRIAL, 7)])
def test_pages_ask_as_often_for_thirty_rows_as_for_one(
    teo: Client, eco: CommunityCurrency, name: str, most: int
) -> None:
    def fill(names: range) -> None:
        for number in names:
            issue(build.a_household(f"Household {number}"), eco, 100)
            issue(build.a_producer(f"Farm {number}"), eco, 100)

    fill(range(1))
    teo.get(reverse(name))  # also warms what is kept for all pages
    with CaptureQueriesContext(connection) as one:
        teo.get(reverse(name))
    fill(range(1, 30))
    with CaptureQueriesContext(connection) as thirty:
        teo.get(reverse(name))
    assert len(one) == len(thirty) <= most
