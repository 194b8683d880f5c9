"""Paying each other in the community currency: the service, and the pages over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger import api as ledger
from market.currencies.models import CommunityCurrency
from market.currencies.services import wallet_code
from market.people.access import Owner, party
from market.people.joining import pause
from market.people.models import Household, Organisation, Role
from market.people.services import appoint, ask_to_join
from market.wallets.services import entry_key, pay
from tests import builders as build

pytestmark = pytest.mark.django_db

WALLET, PAY, FILE = "market:wallets:wallet", "market:wallets:pay", "market:wallets:wallet_csv"


@pytest.fixture
def eco() -> CommunityCurrency:
    return build.a_currency()


@pytest.fixture
def group() -> Organisation:
    return build.a_group()


@pytest.fixture
def lise(group: Organisation, eco: CommunityCurrency) -> Household:
    household = build.a_household("Lise", group=group, euros="0")
    build.give_units(household, eco, "20.00")
    return household


@pytest.fixture
def omar(group: Organisation) -> Household:
    return build.a_household("Omar", group=group, euros="0")


@pytest.fixture
def farm(eco: CommunityCurrency) -> Organisation:
    return build.a_producer(editor="Bruno")


def transfer(payer: Owner, payee: Owner, currency: CommunityCurrency, units: int, **changed: Any) -> Any:
    terms: dict[str, Any] = {"memo": "", "key": uuid4(), "actor": None, "at": build.NOW}
    return pay(payer=payer, payee=payee, currency=currency, amount_minor=units, **{**terms, **changed})


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def held(owner: Owner, currency: CommunityCurrency) -> int:
    code = wallet_code(owner, currency)
    return ledger.balances([code]).get(code, 0)


def login(client: Client, name: str) -> Client:
    client.force_login(build.a_person(name))
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def form(payee: Owner, **changed: str) -> dict[str, str]:
    return {"payee": party(payee), "amount": "12,50", "memo": "Bicycle repair", "key": str(uuid4()), **changed}


def test_units_pass_from_wallet_to_wallet(eco: CommunityCurrency, lise: Household, omar: Household) -> None:
    transfer(lise, omar, eco, 1250)
    assert (held(lise, eco), held(omar, eco)) == (750, 1250)


def test_households_and_organisations_pay_each_other(
    eco: CommunityCurrency, lise: Household, farm: Organisation
) -> None:
    transfer(lise, farm, eco, 1250)
    transfer(farm, lise, eco, 250)
    assert (held(lise, eco), held(farm, eco)) == (1000, 1000)


def test_nobody_pays_themselves(eco: CommunityCurrency, lise: Household) -> None:
    assert refused(transfer, lise, lise, eco, 100) == "same_account"


def test_what_is_not_there_cannot_be_spent(eco: CommunityCurrency, lise: Household, omar: Household) -> None:
    assert refused(transfer, lise, omar, eco, 2001) == "not_enough"
    assert refused(transfer, omar, lise, eco, 1) == "not_enough"
    assert (held(lise, eco), held(omar, eco)) == (2000, 0)


@pytest.mark.parametrize(("units", "code"), [(0, "not_positive"), (-1, "not_positive"), (10_000_001, "too_large")])
def test_amounts_nobody_means_are_refused(
    eco: CommunityCurrency, lise: Household, omar: Household, units: int, code: str
) -> None:
    assert refused(transfer, lise, omar, eco, units) == code


def test_a_full_wallet_takes_no_more(eco: CommunityCurrency, lise: Household, omar: Household) -> None:
    transfer(lise, omar, eco, 100)
    ledger.set_limits(wallet_code(omar, eco), floor=0, ceiling=500)
    assert refused(transfer, lise, omar, eco, 401) == "above_ceiling"
    transfer(lise, omar, eco, 400)
    assert held(omar, eco) == 500


def test_the_same_key_pays_once(eco: CommunityCurrency, lise: Household, omar: Household) -> None:
    key = uuid4()
    assert not transfer(lise, omar, eco, 500, key=key).replayed
    assert transfer(lise, omar, eco, 500, key=key).replayed
    assert refused(transfer, lise, omar, eco, 501, key=key) == "key_reused"
    assert held(omar, eco) == 500


def test_a_retry_is_the_same_payment_even_when_the_wallet_is_empty_by_then(
    eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    key = uuid4()
    transfer(lise, omar, eco, 2000, key=key)
    assert transfer(lise, omar, eco, 2000, key=key).replayed


def test_a_visitor_is_led_to_the_login(client: Client) -> None:
    for name in (WALLET, PAY, FILE):
        assert "login" in client.get(reverse(name))["Location"]
    assert "login" in client.get(reverse("market:wallets:receipt", args=[uuid4()]))["Location"]


def test_the_wallet_shows_balance_and_movements(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    key = uuid4()
    transfer(lise, omar, eco, 1250, memo="Bicycle repair", key=key)
    page = text(login(client, "Lise").get(reverse(WALLET)))
    for words in ("7.50 ECO", "-12.50 ECO", "+20.00 ECO", "Omar", "the market&#x27;s treasury", "Bicycle repair"):
        assert words in page
    assert reverse("market:wallets:receipt", args=[key]) in page


def test_looking_at_a_wallet_never_used_opens_nothing(client: Client, eco: CommunityCurrency, omar: Household) -> None:
    page = text(login(client, "Omar").get(reverse(WALLET)))
    assert "0.00 ECO" in page
    assert "Give the market's treasurer euros" in page
    assert ledger.balances([wallet_code(omar, eco)]) == {}


def test_paying_leads_to_a_receipt_that_is_safe_to_reload(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    sent = form(omar)
    receipt = reverse("market:wallets:receipt", args=[sent["key"]])
    response = login(client, "Lise").post(reverse(PAY), sent)
    assert (response.status_code, response["Location"]) == (302, receipt)
    for _ in range(2):
        page = text(client.get(receipt))
        assert "Paid to Omar" in page
        assert "12.50 ECO" in page
        assert "Bicycle repair" in page
    assert held(omar, eco) == 1250


def test_a_second_click_shows_the_same_receipt(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    sent = form(omar)
    login(client, "Lise")
    assert client.post(reverse(PAY), sent)["Location"] == client.post(reverse(PAY), sent)["Location"]
    assert held(omar, eco) == 1250


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("20.01", "The wallet holds only 20.00 ECO"),
        ("0", "more than zero"),
        ("-5", "less than nothing"),
        ("1.0051", "At most 2 decimals"),
        ("NaN", "number in digits"),
        ("Infinity", "number in digits"),
        ("1_000", "number in digits"),
        ("99999999999", "too large"),
        ("", "required"),
    ],
)
def test_a_wrong_amount_gets_a_sentence_and_keeps_the_form(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household, amount: str, sentence: str
) -> None:
    response = login(client, "Lise").post(reverse(PAY), form(omar, amount=amount))
    page = text(response)
    assert response.status_code == 400
    assert sentence in page
    assert 'value="Bicycle repair"' in page
    assert f'<option value="household:{omar.pk}" selected>' in page
    assert (held(lise, eco), held(omar, eco)) == (2000, 0)


def test_paying_oneself_gets_a_sentence_and_keeps_the_form(
    client: Client, eco: CommunityCurrency, lise: Household
) -> None:
    response = login(client, "Lise").post(reverse(PAY), form(lise))
    assert response.status_code == 400
    assert "You cannot pay yourself" in text(response)
    assert 'value="12,50"' in text(response)


def test_a_form_sent_again_with_another_amount_is_stopped_once(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    sent = form(omar, amount="5")
    login(client, "Lise").post(reverse(PAY), sent)
    response = client.post(reverse(PAY), {**sent, "amount": "6"})
    assert response.status_code == 400
    assert held(omar, eco) == 500
    key = str(response.context["form"]["key"].value())
    assert client.post(reverse(PAY), {**sent, "amount": "6", "key": key}).status_code == 302
    assert held(omar, eco) == 1100


def test_a_stranger_sees_neither_wallet_nor_receipt(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    key = uuid4()
    transfer(lise, omar, eco, 100, key=key)
    receipt = reverse("market:wallets:receipt", args=[key])
    for name, code in (("Lise", 200), ("Omar", 200), ("Teo", 200), ("Noor", 404), ("Amina", 404)):
        assert login(client, name).get(receipt).status_code == code
    for name in (WALLET, FILE):
        assert login(client, "Omar").get(reverse(name), {"of": party(lise)}).status_code == 404
    assert client.get(reverse("market:wallets:receipt", args=[uuid4()])).status_code == 404
    assert client.post(reverse(PAY), form(omar, payer=party(lise))).status_code == 400
    assert held(lise, eco) == 1900


def test_only_households_of_ones_own_groups_can_be_chosen(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household, group: Organisation, farm: Organisation
) -> None:
    other = build.a_household("Zoe", group=build.a_group("Other Basket", coordinator="Ines"))
    waiting = ask_to_join(user=build.a_person("Noor"), group=group, household_name="Noor's", at=build.NOW).household
    pause(household=omar, group=group, at=build.NOW)

    def choices(name: str) -> str:
        return text(login(client, name).get(reverse(PAY)))

    assert party(omar) in choices("Lise")
    assert party(farm) in choices("Lise")
    assert party(other) not in choices("Lise")
    assert party(waiting) not in choices("Lise")
    assert f'value="{party(lise)}"' not in choices("Noor")  # who only waits for a place sees nobody of the group
    assert party(farm) in choices("Noor")
    response = login(client, "Lise").post(reverse(PAY), form(other))
    assert response.status_code == 400
    assert held(other, eco) == 0


def test_an_organisations_treasurer_pays_out_of_its_wallet_and_its_editor_does_not(
    client: Client, eco: CommunityCurrency, farm: Organisation
) -> None:
    build.give_units(farm, eco, "30.00")
    mill = build.a_producer("Mill", editor="Ines")
    assert "30.00 ECO" in text(login(client, "Bruno").get(reverse(WALLET)))
    assert client.get(reverse(PAY)).status_code == 404
    assert client.post(reverse(PAY), form(mill)).status_code == 404
    appoint(user=build.a_person("Bruno"), organisation=farm, role=Role.TREASURER)
    assert client.post(reverse(PAY), form(mill)).status_code == 302
    assert (held(farm, eco), held(mill, eco)) == (1750, 1250)


def test_somebody_with_two_wallets_chooses_which_one_pays(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household, farm: Organisation
) -> None:
    build.give_units(farm, eco, "30.00")
    appoint(user=build.a_person("Lise"), organisation=farm, role=Role.TREASURER)
    login(client, "Lise")
    page = text(client.get(reverse(PAY), {"of": party(farm), "to": party(omar)}))
    assert f'<option value="{party(farm)}" selected>' in page
    assert f'<option value="{party(omar)}" selected>' in page
    client.post(reverse(PAY), form(omar, payer=party(farm)))
    assert (held(farm, eco), held(lise, eco), held(omar, eco)) == (1750, 2000, 1250)


def test_the_file_names_the_other_side(
    client: Client, eco: CommunityCurrency, lise: Household, omar: Household
) -> None:
    key = UUID(int=7)
    transfer(lise, omar, eco, 1250, memo="@home", key=key)
    lines = login(client, "Lise").get(reverse(FILE)).getvalue().decode("utf-8-sig").splitlines()
    assert lines[1] == f"2026-03-04 12:00,Payment,Omar,'@home,-12.50,7.50,{entry_key(key)}"


def test_a_market_without_a_currency_says_so(client: Client, omar: Household) -> None:
    assert "no community currency yet" in text(login(client, "Omar").get(reverse(WALLET)))
    assert client.get(reverse(PAY)).status_code == 404
    assert client.get(reverse(FILE)).status_code == 404


def test_the_wallet_asks_as_often_for_thirty_lines_as_for_one(
    client: Client, eco: CommunityCurrency, lise: Household, group: Organisation
) -> None:
    transfer(lise, build.a_household("Omar", group=group, euros="0"), eco, 10)
    login(client, "Lise").get(reverse(WALLET))  # also warms what is kept for all pages
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(WALLET))
    for number in range(30):
        transfer(lise, build.a_household(f"Household {number}", group=group, euros="0"), eco, 10)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(WALLET))
    assert len(one) == len(many) <= 8


def test_the_pay_page_asks_as_often_for_thirty_households_as_for_one(
    client: Client, eco: CommunityCurrency, lise: Household, group: Organisation
) -> None:
    login(client, "Lise").get(reverse(PAY))  # also warms what is kept for all pages
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(PAY))
    for number in range(30):
        build.a_household(f"Household {number}", group=group, euros="0")
        build.a_producer(f"Farm {number}")
    with CaptureQueriesContext(connection) as thirty:
        client.get(reverse(PAY))
    assert len(one) == len(thirty) <= 10
