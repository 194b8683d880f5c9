"""The figures of a group over a time, each as a table: cycles, households, products, fees, VAT, payments, balances.

Every report takes a fixed number of queries, whatever the number of cycles and households.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.money import vat_minor
from market.ordering.models import Allocation
from market.payments.models import Payment, Payout
from market.people.models import Household, Organisation
from market.settlement.invoices import given_back_by_producers
from market.settlement.models import SettledFee, SettledLine, SettledOrder, SettledProducer, SupplierInvoice
from market.supply.models import Claim, DeliveryLine
from market.tables import Column, Group, Table, and_together

ZERO = Decimal(0)


@dataclass(frozen=True)
class Period:
    """A group and the days looked at, both included, by the market's clock.

    A cycle counts on the day it is handed out, or on the day it was settled where that was earlier: so what is in the
    books today is in a report until today, and VAT falls due on the earlier of delivery and payment (directive
    2006/112/EC, articles 63 and 65).
    """

    group: Organisation
    since: date
    until: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        def start(day: date) -> datetime:
            return timezone.make_aware(datetime.combine(day, datetime.min.time()))

        return start(self.since), start(self.until + timedelta(days=1))

    @property
    def cycles(self) -> QuerySet[OrderCycle]:
        since, until = self.bounds
        # Coalesce, because a smallest of nothing and a day is nothing on SQLite.
        counts_at = Least(Coalesce("settlement__at", "distribution_at"), "distribution_at")
        return (
            OrderCycle.objects.filter(organiser=self.group)
            .alias(counts_at=counts_at)
            .filter(counts_at__gte=since, counts_at__lt=until)
            .order_by("distribution_at", "pk")
        )

    def table(self, name: str, title: Any, columns: list[Column], groups: list[Group], grouped_by: str = "") -> Table:
        days = f"{self.since:%d/%m/%Y} – {self.until:%d/%m/%Y}"
        return Table(name, f"{title} · {self.group} · {days}", columns, groups, grouped_by=grouped_by)


def one_group(rows: list[list[Any]], total: list[Any] | None = None) -> list[Group]:
    return [Group(rows, total=total if rows else None)] if rows else []


def total_of(rows: list[list[Any]], first: int) -> list[Any]:
    """Add up the columns from `first` on; the ones before it say what the line is."""
    return [_("in all"), *[""] * (first - 1), *(sum(row[n] or 0 for row in rows) for n in range(first, len(rows[0])))]


def cycles(period: Period) -> Table:
    """Orders and money of every settled cycle, and how many of the offers wanted in packs filled one."""
    columns = [Column(_("Handed out"), "day"), Column(_("Cycle")), Column(_("Orders"), "quantity"),
               Column(_("Goods"), "money"), Column(_("Fees"), "money"), Column(_("Transport"), "money"),
               Column(_("In community currency"), "money"), Column(_("In euros"), "money"),
               Column(_("Offers with a pack"), "percent")]  # fmt: skip
    orders = SettledOrder.objects.filter(order__cycle__in=period.cycles, given_back_at__isnull=True)
    sums = {
        cycle: cells
        for cycle, *cells in orders.values_list("order__cycle").annotate(
            Count("pk"), Sum("goods_minor"), Sum("fees_minor"), Sum("transport_minor"), Sum("community_minor"),
            Sum("euro_minor"),
        )
    }  # fmt: skip
    filled = dict(
        Allocation.objects.filter(offer__cycle__in=period.cycles)
        .exclude(offer__pack_size=1)  # what comes one by one always "fills"
        .values("offer__cycle")
        .annotate(share=Count("pk", filter=Q(packs__gt=0)) * 100 / Count("pk"))
        .values_list("offer__cycle", "share")
    )
    rows = [
        [timezone.localdate(cycle.distribution_at), cycle.name, *sums[cycle.pk], filled.get(cycle.pk)]
        for cycle in period.cycles
        if cycle.pk in sums
    ]
    total = [*total_of(rows, 2)[:-1], None] if rows else None
    return period.table("cycles", REPORTS["cycles"][0], columns, one_group(rows, total))


def households(period: Period) -> Table:
    """What every household took and paid, cycle by cycle."""
    columns = [Column(_("Cycle")), Column(_("Code")), Column(_("Goods"), "money"), Column(_("Fees"), "money"),
               Column(_("Transport"), "money"), Column(_("In euros"), "money"),
               Column(_("Still owed at settling"), "money")]  # fmt: skip
    orders = SettledOrder.objects.filter(order__cycle__in=period.cycles, given_back_at__isnull=True)
    by_household: dict[str, list[list[Any]]] = defaultdict(list)
    for name, *cells in orders.order_by("order__household__name", "order__cycle__distribution_at").values_list(
        "order__household__name", "order__cycle__name", "order__reference", "goods_minor", "fees_minor",
        "transport_minor", "euro_minor", "due_minor",
    ):  # fmt: skip
        by_household[name].append(cells)
    groups = [Group(rows, name, key=name, total=total_of(rows, 2)) for name, rows in by_household.items()]
    groups = and_together(groups, _("All households"))
    return period.table("households", REPORTS["households"][0], columns, groups, _("Household"))


def products(period: Period) -> Table:
    """How much of each producer's products went out, and for how much."""
    columns = [Column(_("Product")), Column(_("Items"), "quantity"), Column(_("Households"), "quantity"),
               Column(_("Amount"), "money")]  # fmt: skip
    lines = SettledLine.objects.filter(settled_order__order__cycle__in=period.cycles, quantity__gt=0)
    sums = (
        lines.values("line__offer__producer__name", "line__offer__product__name")
        .annotate(items=Sum("quantity"), homes=Count("settled_order__order__household", distinct=True),
                  amount=Sum("amount_minor"))
        .order_by("line__offer__producer__name", "line__offer__product__name")
    )  # fmt: skip
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for row in sums:
        found[row["line__offer__producer__name"]].append(
            [row["line__offer__product__name"], row["items"], row["homes"], row["amount"]]
        )
    groups = [
        Group(rows, name, key=name, total=[_("in all"), None, None, sum(row[3] for row in rows)])
        for name, rows in found.items()
    ]
    groups = and_together(groups, _("All producers"))
    return period.table("products", REPORTS["products"][0], columns, groups, _("Producer"))


def points(period: Period) -> Table:
    """Orders and goods by the place where they were fetched."""
    columns = [Column(_("Pick-up point")), Column(_("Orders"), "quantity"), Column(_("Fetched"), "quantity"),
               Column(_("Goods"), "money")]  # fmt: skip
    found: dict[str, list[Any]] = {}
    for slot, usual, fetched, goods in SettledOrder.objects.filter(order__cycle__in=period.cycles).values_list(
        "order__slot__point__name", "order__cycle__pickup_point__name", "order__collected_at", "goods_minor"
    ):
        row = found.setdefault(slot or usual or "–", [slot or usual or "–", 0, 0, 0])
        row[1] += 1
        row[2] += fetched is not None
        row[3] += goods
    rows = sorted(found.values())
    return period.table("points", REPORTS["points"][0], columns, one_group(rows, (rows and total_of(rows, 1)) or None))


def fees(period: Period) -> Table:
    """What each fee brought, to whom, with the VAT in it."""
    columns = [Column(_("Fee")), Column(_("Goes to")), Column(_("Orders"), "quantity"), Column(_("Amount"), "money"),
               Column(_("VAT in it"), "money")]  # fmt: skip
    sums = (
        SettledFee.objects.filter(settled_order__order__cycle__in=period.cycles,
                                  settled_order__given_back_at__isnull=True)
        .values_list("settled_order__order__cycle__name", "fee__name", "payee__name")
        .annotate(orders=Count("pk"), amount=Sum("amount_minor"), vat=Sum("vat_minor"))
        .order_by("settled_order__order__cycle__distribution_at", "fee__name")
    )  # fmt: skip
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for cycle, *cells in sums:
        found[cycle].append(cells)
    groups = [Group(rows, name, key=name, total=total_of(rows, 2)) for name, rows in found.items()]
    groups = and_together(groups, _("All cycles"))
    return period.table("fees", REPORTS["fees"][0], columns, groups, _("Cycle"))


def vat(period: Period) -> Table:
    """VAT contained in goods, by producer and rate, rounded once per line; VAT of fees by who earned them."""
    columns = [Column(_("Rate"), "percent"), Column(_("With VAT"), "money"), Column(_("VAT"), "money"),
               Column(_("Without VAT"), "money")]  # fmt: skip
    found: dict[str, dict[Decimal | None, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    lines = SettledLine.objects.filter(
        settled_order__order__cycle__in=period.cycles, settled_order__given_back_at__isnull=True, amount_minor__gt=0
    )
    for name, rate, amount in lines.values_list(
        "line__offer__producer__name", "line__offer__vat_percent", "amount_minor"
    ):
        sums = found[name][rate]
        sums[0] += amount
        sums[1] += vat_minor(amount, rate, added=False)
    charged = SettledFee.objects.filter(
        settled_order__order__cycle__in=period.cycles, settled_order__given_back_at__isnull=True
    )
    for payee, rate, amount, tax in charged.values_list("payee__name", "fee__vat_percent").annotate(
        amount=Sum("amount_minor"), vat=Sum("vat_minor")
    ):
        sums = found[f"{payee} · {_('Fees')}"][rate]
        sums[0], sums[1] = sums[0] + amount, sums[1] + tax
    groups = []
    for name in sorted(found):
        rows = [
            [_("as the goods") if rate is None else rate, gross, tax, gross - tax]
            for rate, (gross, tax) in sorted(found[name].items(), key=lambda item: (item[0] is None, item[0] or ZERO))
        ]
        groups.append(Group(rows, name, key=name, total=total_of(rows, 1)))
    groups = and_together(groups, _("All producers"))
    return period.table("vat", REPORTS["vat"][0], columns, groups, _("Producer"))


def members(group: Organisation) -> QuerySet[Household]:
    """Households that belong to a group or have ordered in it."""
    return Household.objects.filter(Q(enrolments__group=group) | Q(orders__cycle__organiser=group)).distinct()


def payments(period: Period) -> Table:
    """What the group's households paid in, by way of paying."""
    columns = [
        Column(_("When"), "moment"),
        Column(_("Household")),
        Column(_("Reference")),
        Column(_("Amount"), "money"),
    ]
    since, until = period.bounds
    found: dict[str, list[list[Any]]] = defaultdict(list)
    rows = Payment.objects.filter(household__in=members(period.group), at__gte=since, at__lt=until)
    for row in rows.select_related("household").order_by("at", "pk"):
        found[row.get_method_display()].append([row.at, str(row.household), row.reference, row.amount_minor])
    groups = [Group(rows, name, key=name, total=total_of(rows, 3)) for name, rows in found.items()]
    groups = and_together(groups, _("All payments"))
    return period.table("payments", REPORTS["payments"][0], columns, groups, _("How it was paid"))


def balances(period: Period) -> Table:
    """What every household has, and owes, today."""
    columns = [Column(_("Household")), Column(_("Prepaid"), "money"), Column(_("Owes"), "money")]
    homes = list(members(period.group).order_by("name"))
    codes = [code(home.pk) for home in homes for code in (bookkeeping.household, bookkeeping.household_due)]
    have = ledger.balances(codes)
    rows = [
        [
            str(home),
            have.get(bookkeeping.household(home.pk), 0),
            -have.get(bookkeeping.household_due(home.pk), 0) or None,
        ]
        for home in homes
    ]
    return period.table(
        "balances", REPORTS["balances"][0], columns, one_group(rows, (rows and total_of(rows, 1)) or None)
    )


def producers(period: Period) -> Table:
    """Pay your suppliers: what each earned in the period, gave back and billed, and what it is still owed today."""
    columns = [Column(_("Producer")), Column(_("Goods and stock"), "money"), Column(_("Transport"), "money"),
               Column(_("In community currency"), "money"), Column(_("Given back for missing goods"), "money"),
               Column(_("Invoice differences"), "money"), Column(_("Paid out"), "money"),
               Column(_("Owed today"), "money")]  # fmt: skip
    settled = SettledProducer.objects.filter(settlement__cycle__in=period.cycles)
    earned = {
        producer: (name, *sums)
        for producer, name, *sums in settled.values_list("producer", "producer__name")
        .annotate(Sum("euro_minor"), Sum("transport_minor"), Sum("community_minor"))
        .order_by("producer__name")
    }
    back: Counter[int] = Counter()
    for (_cycle, pk), cents in given_back_by_producers(cycle.pk for cycle in period.cycles).items():
        back[pk] += cents
    invoiced = _sums(
        SupplierInvoice.objects.filter(supplier_order__cycle__in=period.cycles).values_list("supplier_order__producer"),
        "difference_minor",
    )
    since, until = period.bounds
    paid = _sums(Payout.objects.filter(producer__in=earned, at__gte=since, at__lt=until).values_list("producer"),
                 "amount_minor")  # fmt: skip
    owed = ledger.balances(bookkeeping.organisation(pk) for pk in earned)
    rows = [
        [name, euros - transport, transport, community, -back[pk], invoiced.get(pk, 0), paid.get(pk, 0),
         owed.get(bookkeeping.organisation(pk), 0)]
        for pk, (name, euros, transport, community) in earned.items()
    ]  # fmt: skip
    return period.table(
        "producers", REPORTS["producers"][0], columns, one_group(rows, (rows and total_of(rows, 1)) or None)
    )


def invoices(period: Period) -> Table:
    """What each producer's invoice asks for, beside what the settlement credited it, cycle by cycle."""
    columns = [Column(_("Producer")), Column(_("Invoice number")), Column(_("Credited"), "money"),
               Column(_("Invoice"), "money"), Column(_("Difference"), "money"), Column(_("Reason"))]  # fmt: skip
    recorded = {
        (invoice.supplier_order.cycle_id, invoice.supplier_order.producer_id): invoice
        for invoice in SupplierInvoice.objects.filter(supplier_order__cycle__in=period.cycles).select_related(
            "supplier_order"
        )
    }
    back = given_back_by_producers(cycle.pk for cycle in period.cycles)
    found: dict[tuple[int, str], list[list[Any]]] = defaultdict(list)
    settled = SettledProducer.objects.filter(settlement__cycle__in=period.cycles).exclude(producer=period.group)
    for cycle, name, pk, producer, euros, community in settled.order_by(
        "settlement__cycle__distribution_at", "settlement__cycle", "producer__name"
    ).values_list(
        "settlement__cycle", "settlement__cycle__name", "producer", "producer__name", "euro_minor", "community_minor"
    ):
        invoice, credited = recorded.get((cycle, pk)), euros + community - back.get((cycle, pk), 0)
        asked = [invoice.number, credited, invoice.amount_minor, invoice.difference_minor or None,
                 invoice.reason] if invoice else [_("no invoice yet"), credited, None, None, ""]  # fmt: skip
        found[cycle, name].append([producer, *asked])
    groups = [
        Group(
            rows,
            name,
            key=f"c{pk}",
            total=[_("in all"), "", *(sum(row[n] or 0 for row in rows) for n in (2, 3, 4)), ""],
        )
        for (pk, name), rows in found.items()
    ]
    groups = and_together(groups, _("All cycles"))
    return period.table("invoices", REPORTS["invoices"][0], columns, groups, _("Cycle"))


def _sums(rows: Any, column: str) -> dict[int, int]:
    return dict(rows.annotate(total=Sum(column)).order_by())


def deliveries(period: Period) -> Table:
    """How reliably each producer brought what was ordered."""
    columns = [Column(_("Producer")), Column(_("Lines"), "quantity"), Column(_("Complete"), "percent"),
               Column(_("Came less"), "quantity"), Column(_("Came more"), "quantity")]  # fmt: skip
    found: dict[str, list[Any]] = {}
    lines = DeliveryLine.objects.filter(offer__cycle__in=period.cycles).values_list(
        "offer__producer__name", "received", "offer__supplier_order_line__quantity"
    )
    for name, received, ordered in lines.order_by("offer__producer__name"):
        row = found.setdefault(name, [name, 0, 0, 0, 0])
        row[1] += 1
        row[2] += received >= (ordered or 0)
        row[3] += received < (ordered or 0)
        row[4] += received > (ordered or 0)
    rows = [
        [name, count, Decimal(whole * 100 // count), less, more] for name, count, whole, less, more in found.values()
    ]
    return period.table("deliveries", REPORTS["deliveries"][0], columns, one_group(rows))


def claims(period: Period) -> Table:
    """What was missing at the pick-up, and what became of it."""
    columns = [Column(_("When"), "moment"), Column(_("Household")), Column(_("Product")),
               Column(_("Items"), "quantity"), Column(_("Amount"), "money"), Column(_("Decision"))]  # fmt: skip
    rows: list[list[Any]] = [
        [claim.at, str(claim.line.order.household), claim.line.name, claim.quantity, claim.amount_minor,
         claim.get_state_display()]
        for claim in Claim.objects.filter(line__order__cycle__in=period.cycles).select_related("line__order__household")
    ]  # fmt: skip
    total = [_("in all"), "", "", None, sum(row[4] for row in rows), ""]
    return period.table("claims", REPORTS["claims"][0], columns, one_group(rows, total))


# Every report by its short name: title, what it tells, and the function that makes it.
REPORTS: dict[str, tuple[Promise | str, Promise | str, Callable[[Period], Table]]] = {
    "cycles": (gettext_lazy("Cycles"), gettext_lazy("Orders, money and packs of each cycle."), cycles),
    "households": (gettext_lazy("Households"), gettext_lazy("What each household took and paid."), households),
    "products": (gettext_lazy("Products"), gettext_lazy("How much of each product went out."), products),
    "points": (gettext_lazy("Pick-up points"), gettext_lazy("Orders and goods by place."), points),
    "fees": (gettext_lazy("Fees"), gettext_lazy("What each fee brought, and to whom."), fees),
    "vat": (gettext_lazy("VAT"), gettext_lazy("VAT in goods and fees, by producer and rate."), vat),
    "payments": (gettext_lazy("Payments"), gettext_lazy("What households paid in, by way of paying."), payments),
    "balances": (gettext_lazy("Balances"), gettext_lazy("What each household has and owes today."), balances),
    "producers": (gettext_lazy("Pay the producers"), gettext_lazy("Earned, paid out, still owed."), producers),
    "invoices": (gettext_lazy("Invoices"), gettext_lazy("What producers ask for, beside what they were credited."),
                 invoices),
    "deliveries": (gettext_lazy("Deliveries"), gettext_lazy("How reliably producers brought what was ordered."),
                   deliveries),
    "claims": (gettext_lazy("Claims"), gettext_lazy("What was missing at the pick-up."), claims),
}  # fmt: skip
