"""A purchasing group of any size for a fortnight: its people, its producers, and how most households order."""

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from market.catalogue.models import Product
from market.cycles.models import OrderCycle, PickupPoint
from market.ordering.baskets import set_line
from market.ordering.models import Order
from market.ordering.services import place_order
from market.ordering.slots import choose_slot
from market.people.models import Household, Organisation, Role
from market.people.services import appoint
from tests import builders as build

GARDENS = ["Riverside Farm", "Hort de la Vall", "Orchard Hill", "Dairy of the Pass", "Can Xic", "Les Herbes",
           "Mas Blanc", "Bakers of the Square"]  # fmt: skip
SHELVES = ["Oats and Pulses", "Soap Works", "Oil Mill", "New Mill"]
LANGUAGES = ["en", "ca", "es", "fr"]


class Fortnight:
    """Green Basket with so many households and producers; a third of the producers bring dry goods."""

    def __init__(self, households: int, producers: int) -> None:
        self.group = build.a_group()
        self.group.email = "basket@cabas.example"
        self.group.save()
        self.point = PickupPoint.objects.create(organisation=self.group, name="Ateneu", address="Carrer Major 1")
        appoint(user=build.a_person("Rosa"), organisation=self.group, role=Role.RECEIVER)
        dry = max(1, producers // 3)
        self.gardens = [self._producer(name, n) for n, name in enumerate(GARDENS[: producers - dry])]
        self.shelves = [self._producer(name, n) for n, name in enumerate(SHELVES[:dry])]
        for farm in self.gardens:
            self._goods(farm, ["Carrots", "Leeks", "Chard", "Onions", "Pumpkin", "Beetroot", "Spinach", "Pears"])
        for mill in self.shelves:
            names = ["Llenties pardines", "Cigrons de l'Anoia", "Arròs bomba", "Farine d'épeautre", "Oil", "Soap"]
            self._goods(mill, names)
        self.lise, self.noor, self.pau = (self._household(name, n) for n, name in enumerate(["Lise", "Noor", "Pau"]))
        self.others = [self._household(f"Household {n}", n) for n in range(4, households)]
        self.late = self._household("Mira", 3)

    def _producer(self, name: str, number: int) -> Organisation:
        producer = build.a_producer(name, editor=f"Editor of {name}")
        producer.language, producer.phone = LANGUAGES[number % 4], f"+34 93 000 00 {number:02}"
        producer.save()
        return producer

    def _goods(self, producer: Organisation, names: list[str]) -> None:
        whose = producer.name.split()[0]
        for n, name in enumerate(names):
            weighed = name == "Pumpkin"
            build.a_product(
                producer,
                name if producer.name == GARDENS[0] else f"{name} of {whose}",
                f"{1 + n * 0.45:.2f}",
                pack_size=Decimal(6 if n % 3 == 0 else 1),
                vat_percent=Decimal(4 if n % 2 else 10),
                **({"unit": "KGM", "unit_text": "about 1 kg", "weighed": True} if weighed else {"unit_text": "500 g"}),
            )

    def _household(self, name: str, number: int) -> Household:
        household = build.a_household(name, group=self.group, euros="250")
        household.people.update(language=LANGUAGES[number % 4])
        return household

    def order(self, households: list[Household], cycle: OrderCycle, lines: int) -> None:
        """Let these households order, each something else, some with tolerance."""
        offers = list(cycle.offers.order_by("pk"))
        slots = list(cycle.slots.order_by("pk"))
        at = timezone.now()
        for number, household in enumerate(households):
            for n in range(lines):
                offer = offers[(number * 5 + n * 7) % len(offers)]
                wish = {
                    "quantity": Decimal(1 + (number + n) % 3),
                    "tolerance": Decimal(n % 2 if offer.pack_size > 1 else 0),
                }
                set_line(household=household, offer=offer, at=at, **wish)
            if slots:
                choose_slot(household=household, slot=slots[number % len(slots)], at=at)
            place(household, cycle, at)


def place(household: Household, cycle: OrderCycle, at: datetime) -> Order:
    actor = household.people.first()
    return place_order(household=household, cycle=cycle, community_minor=0, key=uuid4(), actor=actor, at=at)


def product_of(producer: Organisation, name: str) -> Product:
    return producer.products.get(name__startswith=name)
