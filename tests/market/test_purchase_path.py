"""The whole journey of an order over HTTP, from a producer's price list to its payout, as the people live it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger import api as ledger
from market.cycles.models import OrderCycle
from market.ordering.models import Order
from market.people.models import Enrolment, Household, Organisation, Role
from market.people.services import appoint
from market.supply.models import SupplierOrder
from tests import builders as build

PRICE_LIST = """producer,sku,name,display_name,category,units,unit_type,variant_unit_name,price,on_hand,on_demand
Riverside Farm,V01,Carrots,,Vegetables,1,,bunch,2.00,,1
Riverside Farm,V02,Potatoes,,Vegetables,5,kg,,6.00,,1
"""


@pytest.fixture
def people(db: None) -> dict[str, Client]:
    """Amina coordinates, Teo keeps the books, Bruno sells vegetables, Lise and Noor order."""
    clients = {}
    for name in ("Amina", "Teo", "Bruno", "Lise", "Noor"):
        client = Client()
        client.force_login(build.a_person(name))
        clients[name] = client
    return clients


def go(client: Client, name: str, /, *args: object, status: int = 200) -> str:
    """Look at a page and give its text."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def do(client: Client, name: str, /, *args: object, status: int = 302, **data: object) -> str:
    """Send a form; 302 means it was accepted."""
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[-3000:])
    return answer.content.decode()


def form_key(page: str) -> str:
    """The key that was born with a form."""
    return page.split('name="key" value="')[1].split('"')[0]


def test_an_order_from_wish_to_payout(people: dict[str, Client], mailoutbox: list[EmailMessage]) -> None:
    amina, teo, bruno, lise, noor = (people[name] for name in ("Amina", "Teo", "Bruno", "Lise", "Noor"))
    farm, group, eco = build.a_producer(), build.a_group(), build.a_currency()
    appoint(user=build.a_person("Bruno"), organisation=farm, role=Role.TREASURER)

    # Bruno uploads his price list, looks at what changes, and imports it. Then he says how his goods come.
    upload = SimpleUploadedFile("winter.csv", PRICE_LIST.encode())
    preview = bruno.post(reverse("market:catalogue:upload", args=[farm.slug]), {"file": upload, "format": "ofn"}).url
    assert "Potatoes" in bruno.get(preview).content.decode()
    assert farm.products.count() == 0
    bruno.post(preview)
    carrots, potatoes = farm.products.order_by("sku")
    farm.products.filter(pk=carrots.pk).update(pack_size=6, community_share=50)

    # Lise and Noor ask to join; Amina gives them their places. Teo books what they pay in, and issues units to Lise.
    for client, name in ((lise, "Lise"), (noor, "Noor")):
        do(client, "market:people:join", group.slug, household_name=name)
    for enrolment in Enrolment.objects.all():
        do(amina, "market:people:place", group.slug, enrolment.pk, step="enrol")
    lises, noors = Household.objects.get(name="Lise"), Household.objects.get(name="Noor")
    for household in (lises, noors):
        key = form_key(go(teo, "market:payments:desk"))
        do(teo, "market:payments:desk", form="payment", key=key, household=household.pk, amount="40,00",
           method="transfer", reference=f"HOUSEHOLD {household.pk}")  # fmt: skip
    key = form_key(go(teo, "market:treasury:overview"))
    do(teo, "market:treasury:overview", form="issue", key=key, owner=f"household:{lises.pk}", amount="10",
       means="cash", reference="")  # fmt: skip
    assert "10.00\u00a0ECO" in go(lise, "market:wallets:wallet")

    # Amina drafts a cycle and opens it.
    now = timezone.localtime()
    moments = {"opens_at": now, "closes_at": now + timedelta(days=3), "distribution_at": now + timedelta(days=6)}
    times = {f"{name}_{part}": f"{at:{pattern}}" for name, at in moments.items()
             for part, pattern in ((0, "%Y-%m-%d"), (1, "%H:%M"))}  # fmt: skip
    do(amina, "market:cycles:new", group.slug, name="Market of the week", strategy="first_come", producers=[farm.pk],
       community_currency=eco.pk, **{"fees-TOTAL_FORMS": "1", "fees-INITIAL_FORMS": "0",
          "fees-0-name": "Costs", "fees-0-kind": "admin",
          "fees-0-calculator": "percent_line", "fees-0-amount": "10", "fees-0-charged_on": "coordinator",
          "fees-0-payee": str(group.pk)}, **times)  # fmt: skip
    cycle = OrderCycle.objects.get()
    do(amina, "market:cycles:open", cycle.pk)
    offers = {offer.name: offer for offer in cycle.offers.all()}

    # Lise wants four bunches and would take two more; Noor wants one, and potatoes. Six make the pack.
    def wish(offer: str, quantity: str, tolerance: str = "") -> dict[str, str]:
        name = f"offer-{offers[offer].pk}"
        return {f"{name}-quantity": quantity, f"{name}-tolerance": tolerance}

    do(lise, "market:ordering:shop", cycle.pk, **wish("Carrots", "4", "2"))
    do(noor, "market:ordering:shop", cycle.pk, **wish("Carrots", "1"), **wish("Potatoes", "1"))
    page = go(lise, "market:payments:checkout", cycle.pk)
    assert "€13.20" in page  # six bunches and the group's ten percent
    do(lise, "market:payments:checkout", cycle.pk, key=form_key(page), community="4,00")
    assert [mail.to for mail in mailoutbox] == [["lise@cabas.example"]]  # her order is confirmed, with its code
    page = go(noor, "market:payments:checkout", cycle.pk)
    do(noor, "market:payments:checkout", cycle.pk, key=form_key(page), community="")
    # A second press of the button shows the same order.
    do(noor, "market:payments:checkout", cycle.pk, key=form_key(page), community="")
    assert Order.objects.count() == 2
    assert ledger.balance(f"household:{lises.pk}:EUR") == 4000 - (1320 - 400)

    # Amina closes; the pack is full with one bunch of Lise's tolerance. The farm gets one mail and confirms.
    do(amina, "market:desk:close", cycle.pk)
    order = Order.objects.get(household=lises)
    assert "Why did I get 5" in go(lise, "market:ordering:why", order.lines.get().pk)
    do(amina, "market:supply:orders", cycle.pk)
    letters = [(mail.to, len(mail.attachments)) for mail in mailoutbox if mail.attachments]
    assert letters == [(["riverside.farm@cabas.example"], 2)]
    supplier_order = SupplierOrder.objects.get()
    lines = {line.offer.name: line for line in supplier_order.lines.all()}
    assert (lines["Carrots"].quantity, lines["Potatoes"].quantity) == (6, 1)
    stranger = Client()
    do(stranger, "market:supply:answer", supplier_order.token, **{f"items-{line.pk}": "1" for line in lines.values()})

    # Five bunches come, one is missing: Lise's tolerance goes first. Amina prints, packs, hands out.
    came = {f"items-{offers['Carrots'].pk}": "5", f"items-{offers['Potatoes'].pk}": "1"}
    do(amina, "market:supply:receive", supplier_order.pk, **came)
    assert [share.quantity for share in order.lines.get().delivered.delivery_line.shares.order_by("pk")] == [4, 1]
    assert "Potatoes" in go(amina, "market:supply:packing", cycle.pk)
    do(amina, "market:supply:pickup", cycle.pk, order=order.pk)

    # Teo settles: what came is paid, the rest is free again, nothing is left in between.
    assert "Settle the cycle" in go(teo, "market:settlement:settle", cycle.pk)
    do(teo, "market:settlement:settle", cycle.pk)
    do(teo, "market:settlement:settle", cycle.pk)  # once more changes nothing
    balances = {line.code: line.balance for line in ledger.trial_balance()}
    assert balances[f"household:{lises.pk}:EUR"] == 4000 - (800 + 80 - 400)
    assert balances[f"household:{lises.pk}:ECO"] == 600
    assert balances[f"household:{noors.pk}:EUR"] == 4000 - (800 + 80)
    assert balances[f"organisation:{farm.pk}:EUR"] == 400 + 800
    assert balances[f"organisation:{farm.pk}:ECO"] == 400
    assert balances[f"organisation:{group.pk}:EUR"] == 160
    assert [code for code in balances if code.startswith("cycle:") and balances[code]] == []
    assert "€4.80" in go(lise, "market:ordering:order", order.reference)

    # The farm is paid, and turns its units into euros less five percent.
    key = form_key(go(teo, "market:payments:desk"))
    do(teo, "market:payments:desk", form="payout", key=key, producer=farm.pk, amount="12.00", method="transfer",
       reference="")  # fmt: skip
    key = form_key(go(teo, "market:treasury:overview"))
    do(teo, "market:treasury:overview", form="redeem", key=key, organisation=farm.pk, amount="4", means="transfer",
       reference="")  # fmt: skip
    assert ledger.balance("market:commission:EUR") == 20
    assert ledger.check() == []
    assert Organisation.objects.get(is_market=True).name == "Cabas"
    assert order.lines.get().community_minor == 400
    assert Decimal(potatoes.price.amount) == 6
