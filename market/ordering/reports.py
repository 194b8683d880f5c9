"""Why a household got what it got."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from market.cycles.models import OrderCycle, SupplierTerms
from market.ordering import packs
from market.ordering.closing import seed_of
from market.ordering.models import Allocation, AllocationShare, DemandChange, OrderLine

ZERO = Decimal(0)


@dataclass(frozen=True)
class LogRow:
    """One change in the demand log as a member may see it: other households have no name."""

    change: DemandChange
    mine: bool
    result: Decimal | None
    ticket: str


@dataclass(frozen=True)
class Explanation:
    """Why an order line got what it got."""

    line: OrderLine
    allocation: Allocation | None
    rows: list[LogRow]
    quantity: Decimal
    tolerance: Decimal
    terms: SupplierTerms | None
    seed: str | None
    number: int | None  # by which the household is drawn

    @property
    def rule(self) -> str:
        """Say in a sentence how the items were shared."""
        return str(RULES[self.allocation.strategy]) if self.allocation else ""


Strategy = OrderCycle.Strategy
RULES: dict[str, object] = {
    Strategy.FIRST_COME: _("Whoever asked earlier is served first, row by row of the list below; then tolerance."),
    Strategy.EQUAL_SHARE: _(
        "What is wanted for sure is served row by row of the list below; then extras are dealt one at a time to whoever"
        " has the fewest so far."
    ),
    Strategy.PROPORTIONAL: _(
        "Everybody gets the same part of what it wanted for sure, in whole steps; what is left over goes to the largest"
        " remainders. Extras likewise."
    ),
    Strategy.LOT: _(
        "A lot decides who is served first: the SHA-256 of seed and household number, the lowest first. Anybody can"
        " compute it again."
    ),
    Strategy.NO_AUTOMATIC: _("Everybody is promised what it wanted for sure; the distribution team decides by hand."),
}


def explain(line: OrderLine) -> Explanation:
    """Lay open the log, the packs and the shares behind one order line."""
    household = line.order.household_id
    changes = list(DemandChange.objects.filter(offer=line.offer_id).order_by("at", "pk"))
    allocation = Allocation.objects.filter(offer=line.offer_id).first()
    results = {}
    if allocation:
        shares = AllocationShare.objects.filter(line__offer=line.offer_id)
        results = dict(shares.values_list("line__order__household", "result"))
    seed = seed_of(line.offer, line.order.cycle)
    drawn = allocation is not None and allocation.strategy == OrderCycle.Strategy.LOT
    totals = packs.fill_packs(
        pack_size=line.offer.pack_size,
        changes=[packs.Change(c.household_id, c.at, c.quantity, c.tolerance) for c in changes],
    ).shares.values()
    rows = [
        LogRow(
            change=c,
            mine=c.household_id == household,
            result=results.get(c.household_id),
            ticket=packs.draw(seed, c.household_id).hex()[:8] if drawn else "",
        )
        for c in changes
    ]
    return Explanation(
        line=line,
        allocation=allocation,
        # In the order in which they are served: by the lot where it decides, else by time.
        rows=sorted(rows, key=lambda row: row.ticket),
        quantity=sum((share.quantity for share in totals), ZERO),
        tolerance=sum((share.tolerance for share in totals), ZERO),
        terms=SupplierTerms.objects.filter(
            cycle=line.order.cycle_id, producer=line.offer.producer_id, minimum__gt=0
        ).first(),
        seed=seed if drawn else None,
        number=household if drawn else None,
    )
