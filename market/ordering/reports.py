"""Why a household got what it got."""

from dataclasses import dataclass
from decimal import Decimal

from market.cycles.models import SupplierTerms
from market.ordering import packs
from market.ordering.models import Allocation, DemandChange, OrderLine

ZERO = Decimal(0)


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
