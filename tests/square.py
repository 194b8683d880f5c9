"""The people and things the access table is about: one group with a cycle that was delivered, and strangers."""

from uuid import uuid4

from django.test import Client
from django.utils import timezone

from market.catalogue.models import PriceList
from market.catalogue.services import keep_price_list
from market.cycles.models import OrderCycle, Schedule
from market.ordering.models import Order
from market.payments.cards import start_top_up
from market.people.joining import invite
from market.people.models import Enrolment, Role
from market.people.services import appoint
from market.supply.models import DeliveredShare, SupplierOrder
from market.wallets.services import pay
from tests import builders as build

PEOPLE = ("visitor", "Stranger", "Lise", "Amina", "Omar", "Teo", "Bruno")


class Square:
    """One group with a cycle that was delivered, and another group nobody here belongs to."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.farm = build.a_producer()
        self.carrots = build.a_product(self.farm, "Carrots")
        eco = build.a_currency()
        appoint(user=build.a_person("Omar"), organisation=self.group, role=Role.RECEIVER)
        build.a_person("Stranger")
        self.lise = build.a_household("Lise", group=self.group)
        self.enrolment = Enrolment.objects.get(household=self.lise)
        self.invitation = invite(into=self.group, actor=build.a_person("Amina"), at=timezone.now())
        self.cycle = build.an_open_cycle(self.group, [self.carrots])
        self.offer = self.cycle.offers.get()
        self.order: Order = build.an_order(self.lise, self.cycle, {self.carrots: 2})
        build.close(self.cycle)
        build.order_from_producers(self.cycle)
        build.receive(self.cycle)
        self.cycle.refresh_from_db()
        self.draft: OrderCycle = build.a_draft(self.group, [self.carrots], name="Next")
        self.schedule = Schedule.objects.create(
            organiser=self.group, name="Weekly", pattern=self.cycle, first_on="2026-03-05", opens_time="12:00",
            closes_after_days=3, closes_time="22:00", hands_out_after_days=6, hands_out_time="18:00",
        )  # fmt: skip
        self.supplier_order = SupplierOrder.objects.get()
        self.share = DeliveredShare.objects.get()
        before = build.an_open_cycle(self.group, [self.carrots], name="Before")
        self.settled: Order = build.an_order(self.lise, before, {self.carrots: 1})
        build.a_settled_cycle(before)
        self.card = start_top_up(
            household=self.lise, amount_minor=1000, key=uuid4(), actor=build.a_person("Lise"), at=timezone.now()
        )
        build.give_units(self.lise, eco, "5")
        self.payment_key = uuid4()
        pay(
            payer=self.lise, payee=self.farm, currency=eco, amount_minor=100, memo="", key=self.payment_key,
            actor=build.a_person("Lise"), at=build.NOW,
        )  # fmt: skip
        self.entry_key = f"wallet:{self.payment_key}"
        self.price_list: PriceList = keep_price_list(
            producer=self.farm, file_name="x.csv", content=b"name,price,units\nLeeks,2,1\n", format="ofn",
            actor=build.a_person("Bruno"), at=build.NOW,
        )  # fmt: skip


def client_of(person: str) -> Client:
    client = Client()
    if person != "visitor":
        client.force_login(build.a_person(person))
    return client
