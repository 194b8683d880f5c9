"""How full the packs are, and why a household got what it got."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from market.cycles.models import Offer, OrderCycle, SupplierTerms
from market.ordering import packs
from market.ordering.closing import demand, fill
from market.ordering.models import Allocation, DemandChange, OrderLine
from market.people.models import Household

ZERO = Decimal(0)


@dataclass(frozen=True)
class PackProgress:
    """How far the packs of one offer are, in items; `filled` of the open pack, `at_risk` of one household's items."""

    pack_size: Decimal
    packs: int = 0
    quantity: Decimal = ZERO
    tolerance: Decimal = ZERO
    missing: Decimal = ZERO
    members: int = 0
    at_risk: Decimal = ZERO

    @property
    def filled(self) -> Decimal:
        """Items in the pack that is still open: the whole pack once tolerance completes it."""
        if self.quantity == 0:
            return ZERO
        return self.pack_size - self.missing


def pack_progress(
    cycle: OrderCycle, household: Household | None = None, offers: Sequence[Offer] | None = None
) -> dict[int, PackProgress]:
    """Tell for the offers given, or every offer of a cycle, how its packs stand by what has been ordered so far."""
    offers = list(cycle.offers.all()) if offers is None else offers
    log = demand(offers)
    progress = {}
    for offer in offers:
        filled = fill(offer, cycle, log[offer.pk])
        shares = filled.shares
        own = shares.get(household.pk) if household else None
        progress[offer.pk] = PackProgress(
            pack_size=offer.pack_size,
            packs=filled.packs,
            quantity=sum((share.quantity for share in shares.values()), ZERO),
            tolerance=sum((share.tolerance for share in shares.values()), ZERO),
            missing=filled.missing,
            members=len(shares),
            at_risk=own.short if own else ZERO,
        )
    return progress


@dataclass(frozen=True)
class LogRow:
    """One change in the demand log as a member may see it: other households have no name."""

    change: DemandChange
    mine: bool
    result: Decimal | None


@dataclass(frozen=True)
class Explanation:
    """Why an order line got what it got."""

    line: OrderLine
    allocation: Allocation | None
    rows: list[LogRow]
    quantity: Decimal
    tolerance: Decimal
    terms: SupplierTerms | None


def explain(line: OrderLine) -> Explanation:
    """Lay open the log, the packs and the shares behind one order line."""
    household = line.order.household_id
    changes = list(DemandChange.objects.filter(offer=line.offer_id).order_by("at", "pk"))
    allocation = Allocation.objects.filter(offer=line.offer_id).first()
    results = {}
    if allocation:
        results = dict(allocation.shares.values_list("line__order__household", "result"))
    totals = packs.fill_packs(
        pack_size=line.offer.pack_size,
        changes=[packs.Change(c.household_id, c.at, c.quantity, c.tolerance) for c in changes],
    ).shares.values()
    return Explanation(
        line=line,
        allocation=allocation,
        rows=[LogRow(c, c.household_id == household, results.get(c.household_id)) for c in changes],
        quantity=sum((share.quantity for share in totals), ZERO),
        tolerance=sum((share.tolerance for share in totals), ZERO),
        terms=SupplierTerms.objects.filter(
            cycle=line.order.cycle_id, producer=line.offer.producer_id, minimum__gt=0
        ).first(),
    )
