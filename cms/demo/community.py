"""Build the demo community through services alone, as its people would have: two cycles settled, one open.

Days are counted from the day of building; everything else comes from one seed.
"""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from djmoney.money import Money

from cms.demo.catalogues import ALLERGENS, HOUSEHOLDS, INGREDIENTS, MORE_PRODUCTS, PRODUCERS, STALLS, DemoProduct
from cms.demo.district import GROUPS, NEIGHBOURS, PLACES
from market.bookkeeping import Means
from market.catalogue.importers.rows import ProductRow
from market.catalogue.models import Category, Product
from market.catalogue.services import import_rows
from market.currencies.models import CommunityCurrency
from market.currencies.services import create_currency
from market.cycles.models import Fee, OrderCycle, PickupPoint
from market.cycles.services import draft_cycle, open_cycle, set_fees
from market.ordering.baskets import basket_cost, set_line
from market.ordering.closing import close_cycle
from market.ordering.services import place_order
from market.payments.checkout import means_of
from market.payments.services import create_payout, record_payment
from market.people.joining import enrol
from market.people.models import Household, Organisation, Role, User
from market.people.services import (
    appoint,
    create_household,
    create_organisation,
    found_market,
    set_credit_limit,
    welcome_person,
)
from market.settlement.services import settle_cycle
from market.supply.models import SupplierOrder
from market.supply.pickup import mark_collected
from market.supply.receiving import receive_delivery
from market.supply.services import answer_supplier_order, send_all_supplier_orders
from market.treasury.services import issue_units, redeem_units
from market.wallets.services import pay

PASSWORD = "market-square"  # noqa: S105 - printed by the demo, and only there
SEED = 20


class DemoCommunity:
    """The people of the demo and the order in which they did things."""

    def __init__(self, say: Callable[[str], None], *, price_list: tuple[ProductRow, ...] = ()) -> None:
        self.say = say
        self.price_list = price_list
        self.random = random.Random(SEED)  # noqa: S311 - a demo, the same on every machine
        self.today = timezone.localdate()
        self.payments_made = 0

    def moment(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time so many days from today on the market's clock."""
        day = datetime.combine(self.today + timedelta(days=days), time(hour, minute))
        return timezone.make_aware(day)

    def key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def person(self, name: str, language: str = "en") -> User:
        email = f"{name.lower()}@cabas.example".replace("í", "i")
        user = User.objects.filter(email=email).first()
        return user or welcome_person(email=email, password=PASSWORD, name=name, language=language)

    def build(self) -> None:
        """Build everything, one step after the other."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("the market and its cast", self.cast),
            ("six producers with their catalogues", self.producers),
            ("a purchasing group of twelve households", self.group_of_households),
            ("euros paid in, community currency issued", self.money),
            ("first order cycle: ordered, delivered short, settled", lambda: self.settled_cycle(-35, "Early market")),
            ("second order cycle, paid out and redeemed", lambda: self.settled_cycle(-21, "Second market")),
            ("payments among members", self.payments),
            ("an open cycle with packs in every state", self.open_cycle),
            ("the rest of the district", self.district),
            ("three stalls open to everybody", self.stalls),
        ]
        with transaction.atomic():  # half a community is none: whoever stops it in the middle starts afresh
            for number, (words, step) in enumerate(steps, 1):
                self.say(f"  {number}/{len(steps)} {words}")
                step()

    def cast(self) -> None:
        self.market = found_market(name="Cabas", slug="cabas", summary="The association that keeps the market's books.")
        self.teo, self.amina = self.person("Teo"), self.person("Amina")
        appoint(user=self.teo, organisation=self.market, role=Role.TREASURER)
        appoint(user=self.person("Irene", "ca"), organisation=self.market, role=Role.EDITOR)
        self.person("Noor")  # visits: signed up, belongs to nobody yet
        operator = self.person("Operator")
        operator.is_staff = operator.is_superuser = True
        operator.save(update_fields=["is_staff", "is_superuser"])

    def producers(self) -> None:
        if self.price_list:
            self.products = self.producer_of_price_list()
            return
        self.products = []
        for row in PRODUCERS:
            producer = create_organisation(
                name=row.name, slug=row.slug, kind=row.kind, place=row.place, summary=row.summary,
                language=row.language, email=f"{row.slug}@cabas.example",
            )  # fmt: skip
            editor = self.person(row.editor, row.language)
            appoint(user=editor, organisation=producer, role=Role.EDITOR)
            appoint(user=editor, organisation=producer, role=Role.TREASURER)
            self.products += self.catalogue(producer, row.products)

    def producer_of_price_list(self) -> list[Product]:
        """Make one producer of the price list, with Bruno as its editor."""
        producer = create_organisation(
            name="Price list", slug="price-list", kind=Organisation.Kind.COOPERATIVE, email="price-list@cabas.example"
        )
        appoint(user=self.person("Bruno"), organisation=producer, role=Role.EDITOR)
        import_rows(producer=producer, rows=self.price_list, at=self.moment(-61, 9))
        # A basket of a demo household can pay for what costs at most twenty euros.
        affordable = Product.objects.filter(producer=producer, price__gt=0, price__lte=20)
        return list(affordable.select_related("category")[:200])

    def catalogue(self, producer: Organisation, items: tuple[DemoProduct, ...]) -> list[Product]:
        made = []
        for item in items:
            category, _created = Category.objects.get_or_create(name=item.category)
            product = Product(
                producer=producer, sku=item.sku, name=item.name, price=Money(item.price, "EUR"),
                vat_percent=Decimal(item.vat), unit=item.unit, unit_amount=Decimal(item.amount), unit_text=item.words,
                pack_size=Decimal(item.pack), community_share=Decimal(item.share), category=category,
                allergens=ALLERGENS.get(item.sku, []), ingredients=INGREDIENTS.get(item.sku, ""),
            )  # fmt: skip
            product.full_clean()
            product.save()
            made.append(product)
        return made

    def group_of_households(self) -> None:
        self.group = create_organisation(
            name="Green Basket", slug="green-basket", kind=Organisation.Kind.PURCHASING_GROUP, place="Plaça Nova",
            summary="Neighbours around Plaça Nova who order together every second week.",
            email="green-basket@cabas.example",
        )  # fmt: skip
        appoint(user=self.amina, organisation=self.group, role=Role.COORDINATOR)
        appoint(user=self.person("Omar"), organisation=self.group, role=Role.RECEIVER)
        appoint(user=self.teo, organisation=self.group, role=Role.TREASURER)
        self.place = PickupPoint.objects.create(
            organisation=self.group,
            name="Ateneu Plaça Nova",
            address="Plaça Nova 3",
            directions="side door, ring twice",
        )
        self.households: list[Household] = []
        for name in HOUSEHOLDS:
            household = create_household(name=name, people=[self.person(name)], at=self.moment(-60, 18))
            enrol(household=household, group=self.group, at=self.moment(-58, 9))
            self.households.append(household)
        own = create_household(name="Amina and Omar", people=[self.amina, self.person("Omar")], at=self.moment(-60, 18))
        enrol(household=own, group=self.group, at=self.moment(-58, 9))
        self.aminas = own

    def money(self) -> None:
        self.currency: CommunityCurrency = create_currency(code="ECO", name="Eco", redemption_fee_percent=Decimal(5))
        for number, household in enumerate([*self.households, self.aminas]):
            # Lise has little: her balance covers one small basket and a little credit.
            euros = 4000 if household.name == "Lise" else self.random.randrange(14_000, 26_000, 500)
            self.pay_in(
                household, euros, self.moment(-40, 10, number), method="cash" if number % 4 == 3 else "transfer"
            )
            units = 1000 if household.name == "Lise" else self.random.randrange(4_000, 9_000, 500)
            issue_units(
                owner=household, currency=self.currency, amount_minor=units, means="transfer", reference="",
                key=self.key(), actor=self.teo, at=self.moment(-39 + number % 9, 11, number),
            )  # fmt: skip
        set_credit_limit(household=self.households[0], limit_minor=1500)

    def cycle(self, start: int, name: str) -> OrderCycle:
        cycle = draft_cycle(
            organiser=self.group, name=name, opens_at=self.moment(start, 8), closes_at=self.moment(start + 4, 22),
            distribution_at=self.moment(start + 7, 18), products=self.products, pickup_point=self.place,
            community_currency=self.currency, strategy=OrderCycle.Strategy.EQUAL_SHARE,
            note="Bring your bags and jars back, please.", actor=self.amina, at=self.moment(start - 1, 20),
        )  # fmt: skip
        fee = Fee(
            name="Contribution to the group", calculator=Fee.Calculator.PERCENT_PER_LINE, amount=Decimal(3),
            payee=self.group,
        )  # fmt: skip
        set_fees(cycle=cycle, fees=[fee])
        return open_cycle(cycle=cycle, actor=self.amina, at=self.moment(start, 8))

    def basket(self, household: Household, cycle: OrderCycle, at: datetime, *, most: int) -> None:
        """Fill and place a basket a household of this size might want."""
        offers = list(cycle.offers.order_by("pk"))
        for offer in self.random.sample(offers, min(most, len(offers))):
            packed = offer.pack_size > 1
            set_line(
                household=household, offer=offer, quantity=Decimal(self.random.choice([1, 1, 2, 2, 3])),
                tolerance=Decimal(self.random.choice([0, 1, 2])) if packed else Decimal(0), at=at,
            )  # fmt: skip
        self.place_order(household, cycle, at)

    def place_order(self, household: Household, cycle: OrderCycle, at: datetime) -> None:
        """Place the basket; who is short pays in first, rounded up to ten euros."""
        means = means_of(household, cycle)
        wanted = means.most_community(basket_cost(household, cycle)) // 2
        if missing := means.missing_euros(basket_cost(household, cycle, community_wanted=wanted)):
            self.pay_in(household, -(-missing // 1000) * 1000, at)
        actor = household.people.first()
        place_order(household=household, cycle=cycle, community_minor=wanted, key=self.key(), actor=actor, at=at)

    def pay_in(self, household: Household, cents: int, at: datetime, *, method: Means = "transfer") -> None:
        self.payments_made += 1
        record_payment(
            household=household,
            amount_minor=cents,
            method=method,
            reference=f"HOUSEHOLD {household.pk}/{self.payments_made}",
            key=self.key(),
            actor=self.teo,
            at=at,
        )

    def settled_cycle(self, start: int, name: str) -> None:
        cycle = self.cycle(start, name)
        for number, household in enumerate([*self.households, self.aminas]):
            self.basket(household, cycle, self.moment(start + 1, 12, number), most=2 if household.name == "Lise" else 7)
        close_cycle(cycle=cycle, actor=None, at=self.moment(start + 4, 22))
        sent = send_all_supplier_orders(cycle=cycle, actor=self.amina, at=self.moment(start + 4, 22, 30))
        for row in sent[:-1]:
            answer_supplier_order(supplier_order=row, quantities={}, remark="", at=self.moment(start + 5, 9))
        for number, row in enumerate(SupplierOrder.objects.filter(cycle=cycle)):
            received = {line.offer_id: line.quantity for line in row.lines.all()}
            if number == 0 and received:
                first = next(iter(received))
                received[first] -= 1  # one item was missing in the first crate
            receive_delivery(
                supplier_order=row, received=received, actor=self.person("Omar"), at=self.moment(start + 7, 17)
            )
        mark_collected(orders=cycle.orders.all(), at=self.moment(start + 7, 19))
        settle_cycle(cycle=cycle, actor=self.teo, at=self.moment(start + 8, 10))
        if start > -30:
            self.pay_out(cycle, self.moment(start + 9, 10))

    def pay_out(self, cycle: OrderCycle, at: datetime) -> None:
        """Pay two producers their euros, and redeem part of what one earned in the community currency."""
        for row in cycle.settlement.producers.order_by("pk")[:2]:
            create_payout(
                producer=row.producer, amount_minor=row.euro_minor, method="transfer",
                reference=cycle.name, key=self.key(), actor=self.teo, at=at,
            )  # fmt: skip
            if row.community_minor > 1000:
                redeem_units(
                    organisation=row.producer, currency=self.currency, amount_minor=row.community_minor // 2,
                    means="transfer", reference="", key=self.key(), actor=self.teo, at=at,
                )  # fmt: skip

    def payments(self) -> None:
        for number in range(6):
            payer, payee = self.random.sample(self.households[1:], 2)
            pay(
                payer=payer, payee=payee, currency=self.currency, amount_minor=self.random.randrange(100, 500, 50),
                memo=self.random.choice(["Bicycle repair", "Babysitting", "Seedlings", "Firewood", "English lesson"]),
                key=self.key(), actor=payer.people.first(), at=self.moment(-9 + number, 17),
            )  # fmt: skip

    def open_cycle(self) -> None:
        cycle = self.cycle(-2, "Market of the week")
        for number, household in enumerate(self.households[1:8]):
            self.basket(household, cycle, self.moment(-1, 12, number), most=6)

    def district(self) -> None:
        """Everybody else: what they do, where they are, who keeps their page."""
        for row in (*NEIGHBOURS, *GROUPS):
            organisation = create_organisation(
                name=row.name, slug=row.slug, kind=row.kind, place=row.place, summary=row.summary, language="ca",
                email=f"{row.slug}@cabas.example", takes_currency=row.kind != "group",
            )  # fmt: skip
            self.put_on_the_map(organisation, row.activity, row.territory, row.latitude, row.longitude)
            if row.slug in MORE_PRODUCTS:
                for role in (Role.EDITOR, Role.TREASURER):
                    appoint(user=self.person("Marta", "ca"), organisation=organisation, role=role)
                self.catalogue(organisation, MORE_PRODUCTS[row.slug])
        for slug, place in PLACES.items():
            for organisation in Organisation.objects.filter(slug=slug):
                self.put_on_the_map(organisation, *place)

    def put_on_the_map(
        self, organisation: Organisation, activity: str, territory: str, latitude: str, longitude: str
    ) -> None:
        organisation.activity, organisation.territory = activity, territory
        organisation.latitude, organisation.longitude = Decimal(latitude), Decimal(longitude)
        organisation.full_clean()
        organisation.save()

    def stalls(self) -> None:
        """Stalls of producers themselves, at which anybody may order."""
        if self.price_list:
            farm = self.products[0].producer
            self.stall(farm, self.person("Bruno"), f"{farm.name}: farm shop", ("The farm gate", "Camí del Riu 1"))
            return
        for slug, keeper, name, place, closes in STALLS:
            producer = Organisation.objects.get(slug=slug)
            self.stall(producer, self.person(keeper), name, place, closes)

    def stall(self, producer: Organisation, keeper: User, name: str, place: tuple[str, str], closes: int = 3) -> None:
        for role in (Role.COORDINATOR, Role.TREASURER):
            appoint(user=keeper, organisation=producer, role=role)
        gate = PickupPoint.objects.create(organisation=producer, name=place[0], address=place[1])
        cycle = draft_cycle(
            organiser=producer, name=name, audience=OrderCycle.Audience.PUBLIC,
            opens_at=self.moment(-1, 8), closes_at=self.moment(closes, 20), distribution_at=self.moment(closes + 1, 17),
            products=list(Product.objects.filter(producer=producer, available=True, price__gt=0)[:60]),
            pickup_point=gate, community_currency=self.currency, note="Made for the day you fetch it.",
            actor=keeper, at=self.moment(-2, 20),
        )  # fmt: skip
        open_cycle(cycle=cycle, actor=keeper, at=self.moment(-1, 8))


def cast_list() -> list[str]:
    """Who can log in to the demo, and what they come for."""
    rows = [
        ("amina", "coordinates Green Basket: cycles, supplier orders, sheets"),
        ("teo", "treasurer: payments, issue and redemption, settling, trial balance"),
        ("lise", "a member with little credit: shop, basket, orders, wallet"),
        ("omar", "receives deliveries at the door"),
        ("bruno", "Riverside Farm: catalogue, price list upload, its own shop and page"),
        ("irene", f"keeps the market's pages, in Catalan: {settings.SITE_URL}/cms-admin/"),
        ("noor", "visits: no household yet; buys at the farm shop"),
        ("operator", f"runs the site: {settings.SITE_URL}/django-admin/ and /cms-admin/"),
    ]
    return [f"{name}@cabas.example".ljust(24) + words for name, words in rows]
