"""After the settlement: invoices are compared, claims decided, and every household gets its statement."""

from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import Fee
from market.cycles.services import open_cycle, set_fees
from market.settlement.claims import accept_claim, refuse_claim
from market.settlement.invoices import record_invoice, retract_invoice
from market.settlement.models import SettledOrder, SupplierInvoice
from market.settlement.tasks import mail_statements
from market.supply.models import Claim, SupplierOrder
from market.supply.pickup import claim_missing
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


class Week:
    """Lise took ten jars for 20.00 €."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.farm = build.a_producer()
        self.jars = build.a_product(self.farm, "Jars", "2.00")
        self.lise = build.a_household("Lise", group=self.group)
        self.cycle = build.an_open_cycle(self.group, [self.jars])
        self.order = build.an_order(self.lise, self.cycle, {self.jars: 10})
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        build.receive(self.cycle)
        self.supplier_order = SupplierOrder.objects.get()
        self.teo = build.a_person("Teo")

    def invoice(self, cents: int, reason: str = "") -> SupplierInvoice:
        return record_invoice(
            supplier_order=self.supplier_order, number="F-1", amount_minor=cents, reason=reason, actor=self.teo,
            at=build.NOW,
        )  # fmt: skip

    def claim(self, items: str) -> Claim:
        return claim_missing(
            line=self.order.lines.get(), quantity=Decimal(items), note="broken", actor=None, at=build.NOW
        )  # fmt: skip

    def euros(self) -> tuple[int, int, int]:
        """What the farm is owed, what the group bears, and what Lise has."""
        codes = [
            bookkeeping.organisation(self.farm.pk),
            bookkeeping.differences(self.group.pk),
            bookkeeping.household(self.lise.pk),
        ]
        found = ledger.balances(codes)
        return tuple(found.get(code, 0) for code in codes)  # type: ignore[return-value]


def test_an_invoice_that_agrees_books_nothing() -> None:
    week = Week()
    build.settle(week.cycle)
    assert week.invoice(2000).entry_key == ""
    assert week.euros() == (2000, 0, 8000)


def test_a_difference_needs_a_reason_and_is_borne_by_the_group() -> None:
    week = Week()
    with pytest.raises(ValidationError) as refused:
        week.invoice(2000)
    assert refused.value.code == "wrong_state"
    build.settle(week.cycle)
    with pytest.raises(ValidationError) as refused:
        week.invoice(2150)
    assert refused.value.code == "reason_missing"
    week.invoice(2150, "price went up")
    week.invoice(2150, "price went up")  # a second click books nothing more
    assert week.euros() == (2150, -150, 8000)
    week.invoice(1900, "one jar broke on the way")  # corrected: the first difference is reversed
    assert week.euros() == (1900, 100, 8000)
    retract_invoice(invoice=SupplierInvoice.objects.get(), actor=week.teo, at=build.NOW)
    assert week.euros() == (2000, 0, 8000)
    assert ledger.check() == []


def test_all_invoices_of_a_cycle_are_kept_in_one_form() -> None:
    week = Week()
    build.settle(week.cycle)
    address = reverse("market:settlement:invoices", args=[week.cycle.pk])
    pk = week.supplier_order.pk
    answer = client_of("Teo").post(address, {f"amount-{pk}": "21,50", f"number-{pk}": "F-7"})
    assert answer.status_code == 400
    assert "21,50" in answer.content.decode()  # nothing typed is lost
    form = {f"amount-{pk}": "21,50", f"number-{pk}": "F-7", f"reason-{pk}": "price"}
    assert client_of("Teo").post(address, form).status_code == 302
    assert SupplierInvoice.objects.get().difference_minor == 150
    page = client_of("Teo").get(address).content.decode()
    assert {words for words in ("Credited in all", "€20.00", "€21.50", "+€1.50") if words not in page} == set()


def test_what_was_missing_is_proposed_at_the_pick_up_and_credited_by_the_treasurer() -> None:
    week = Week()
    build.settle(week.cycle)
    line = week.order.lines.get()
    missing = reverse("market:supply:missing", args=[week.order.pk])
    client_of("Amina").post(missing, {f"items-{line.pk}": "3", "note": "broken"})
    claim = Claim.objects.get()
    assert (claim.amount_minor, claim.state, week.euros()) == (600, Claim.State.PROPOSED, (2000, 0, 8000))
    client_of("Teo").post(reverse("market:settlement:claims"), {"claim": claim.pk, "decision": "producer"})
    accept_claim(claim=claim, bearer="producer", actor=week.teo, at=build.NOW)  # twice does no harm
    assert week.euros() == (1400, 0, 8600)
    assert ledger.check() == []


def test_the_group_may_bear_a_claim_and_nobody_is_credited_more_than_was_given() -> None:
    week = Week()
    with pytest.raises(ValidationError) as refused:
        week.claim("11")
    assert refused.value.code == "more_than_given"
    week.claim("1")
    claim = week.claim("2")  # noted again: the proposal is replaced
    assert Claim.objects.count() == 1
    with pytest.raises(ValidationError) as refused:
        accept_claim(claim=claim, bearer="producer", actor=week.teo, at=build.NOW)  # not settled: nothing to take
    assert refused.value.code == "paid_out"
    accept_claim(claim=claim, bearer="group", actor=week.teo, at=build.NOW)
    assert week.euros()[1] == -400
    with pytest.raises(ValidationError) as refused:
        week.claim("1")
    assert refused.value.code == "decided"


def test_credited_is_what_was_charged_and_each_gets_back_what_it_paid() -> None:
    """One jar and one loaf were spoilt; ten percent were off everything, and another euro off the jars."""
    group, farm, bakery = build.a_group(), build.a_producer(), build.a_producer("Bakery", editor="Bo")
    jars, bread = build.a_product(farm, "Jars", "2.00"), build.a_product(bakery, "Bread", "4.00")
    lise = build.a_household("Lise", group=group)
    draft = build.a_draft(group, [jars, bread])
    set_fees(
        cycle=draft,
        fees=[
            Fee(name="Members", calculator="percent_order", amount=Decimal(-10), payee=group),
            Fee(name="J", calculator="per_item", level="supplier", producer=farm, amount=Decimal("-0.1"), payee=group),
            Fee(name="Work", calculator="percent_line", amount=Decimal(5), payee=group),
        ],
    )  # fmt: skip
    cycle = open_cycle(cycle=draft, actor=None, at=build.NOW)
    order = build.an_order(lise, cycle, {jars: 10, bread: 1})
    build.close(cycle)
    build.order_from_producers(cycle)
    build.receive(cycle)
    for line in order.lines.all():
        claim_missing(line=line, quantity=Decimal(1), note="spoilt", actor=None, at=build.NOW)
    spoilt, loaf = Claim.objects.order_by("pk")
    assert (spoilt.amount_minor, loaf.amount_minor) == (170, 360)
    build.settle(cycle)
    teo = build.a_person("Teo")
    accounts = [bookkeeping.household(lise.pk), bookkeeping.organisation(farm.pk), bookkeeping.organisation(bakery.pk),
                bookkeeping.differences(group.pk)]  # fmt: skip
    before = ledger.balances(accounts)
    accept_claim(claim=spoilt, bearer="producer", actor=teo, at=build.NOW)
    accept_claim(claim=loaf, bearer="group", actor=teo, at=build.NOW)
    after = ledger.balances(accounts)
    assert [after[code] - before[code] for code in accounts] == [530, -200, 0, 30 - 360]
    assert ledger.check() == []


def test_a_refused_claim_says_why() -> None:
    week = Week()
    claim = week.claim("1")
    with pytest.raises(ValidationError) as refused:
        refuse_claim(claim=claim, answer="", actor=week.teo, at=build.NOW)
    assert refused.value.code == "reason_missing"
    refuse_claim(claim=claim, answer="it was found in another crate", actor=week.teo, at=build.NOW)
    page = client_of("Lise").get(reverse("market:ordering:order", args=[week.order.reference])).content.decode()
    assert "it was found in another crate" in page


def test_every_person_of_a_household_gets_the_statement_in_their_language_once() -> None:
    week = Week()
    reader = build.a_person("Lise")
    reader.language = "ca"
    reader.save(update_fields=["language"])
    mail.outbox.clear()
    settlement = build.settle(week.cycle)
    for _again in range(2):
        mail_statements.call(settlement.pk)
    statements = [message for message in mail.outbox if message.to == [reader.email]]
    assert len(statements) == 1
    assert "Què ha costat la teva comanda" in statements[0].subject
    assert "20,00" in statements[0].body
    assert "en vas demanar" not in statements[0].body  # it got what it asked for
    assert f"/ca/orders/{week.order.reference}/" in statements[0].body
    assert SettledOrder.objects.get().mailed_at is not None


def test_a_number_without_an_amount_is_not_forgotten_and_an_emptied_amount_is_asked_for() -> None:
    week = Week()
    build.settle(week.cycle)
    address, client = reverse("market:settlement:invoices", args=[week.cycle.pk]), client_of("Teo")
    pk = week.supplier_order.pk
    for text in ("", "-5", "lots", "1.200", "9" * 20, "20,005"):
        fields = {f"amount-{pk}": text, f"number-{pk}": "2026/117", f"reason-{pk}": "Boxes"}
        answer = client.post(address, fields)
        page = answer.content.decode()
        assert (answer.status_code, SupplierInvoice.objects.count()) == (400, 0), text
        assert 'value="2026/117"' in page
        assert 'value="Boxes"' in page
    week.invoice(2150, "price went up")
    answer = client.post(address, {f"amount-{pk}": "", f"number-{pk}": "F-1", f"reason-{pk}": ""})
    assert (answer.status_code, SupplierInvoice.objects.get().amount_minor) == (400, 2150)


def test_an_invoice_is_taken_back_in_the_browser_so_that_its_settlement_can_be_undone() -> None:
    week = Week()
    build.settle(week.cycle)
    week.invoice(2150, "price went up")
    client, settle = client_of("Teo"), reverse("market:settlement:settle", args=[week.cycle.pk])
    address = reverse("market:settlement:invoices", args=[week.cycle.pk])
    undo = reverse("market:settlement:undo", args=[week.cycle.pk])
    page = client.get(settle).content.decode()
    assert "Take them back first." in page
    assert undo not in page
    for _press in range(2):  # a second click finds nothing left to take back
        assert client.post(address, {"take_back": str(week.supplier_order.pk)}).status_code == 302
    assert week.euros() == (2000, 0, 8000)
    assert undo in client.get(settle).content.decode()
    client.post(undo, {"reason": "One crate was counted twice"})
    week.cycle.refresh_from_db()
    assert week.cycle.state == "received"
    assert ledger.check() == []


def test_what_a_producer_bore_of_missing_goods_is_not_taken_from_it_again_by_its_invoice() -> None:
    week = Week()
    claim = week.claim("3")
    build.settle(week.cycle)
    accept_claim(claim=claim, bearer="producer", actor=week.teo, at=build.NOW)
    assert week.euros() == (1400, 0, 8600)
    address, client = reverse("market:settlement:invoices", args=[week.cycle.pk]), client_of("Teo")
    assert "(€6.00 was taken back" in client.get(address).content.decode()
    invoice = week.invoice(1400)  # it asks for seven jars: no difference, no reason needed
    assert (invoice.difference_minor, week.euros()) == (0, (1400, 0, 8600))
    week.invoice(2000, "it insists on ten")  # and for ten: then the group bears them after all
    assert week.euros() == (2000, -600, 8600)
    report = reverse("market:desk:report", args=[week.group.slug, "invoices"])
    assert "14.00,20.00,6.00" in client.get(report, {"format": "csv"}).content.decode()
    paid = reverse("market:desk:report", args=[week.group.slug, "producers"])
    assert "20.00,0.00,0.00,-6.00,6.00,0.00,20.00" in client.get(paid, {"format": "csv"}).content.decode()
    assert ledger.check() == []


def test_a_settlement_whose_producer_gave_money_back_says_why_it_cannot_be_undone() -> None:
    week = Week()
    claim = week.claim("3")
    build.settle(week.cycle)
    accept_claim(claim=claim, bearer="producer", actor=week.teo, at=build.NOW)
    page = client_of("Teo").post(
        reverse("market:settlement:undo", args=[week.cycle.pk]), {"reason": "One crate too many"}, follow=True
    )
    assert "given back for what was missing" in page.content.decode()
    week.cycle.refresh_from_db()
    assert week.cycle.state == "settled"
