"""What the treasurer must be able to show: units in circulation, euros owed for them, euros kept."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.treasury.models import TreasuryOperation


@dataclass(frozen=True)
class Backing:
    """Minor units in circulation of one currency and the euros owed for them."""

    currency: CommunityCurrency
    circulation: int
    owed: int

    @property
    def proven(self) -> bool:
        return self.circulation == self.owed


def backings() -> list[Backing]:
    """Set the circulation of every backed currency beside the euros owed for it."""
    currencies = list(CommunityCurrency.objects.filter(kind=CommunityCurrency.Kind.BACKED).order_by("pk"))
    codes = [code(c.code) for c in currencies for code in (bookkeeping.issued, bookkeeping.circulation)]
    balances = ledger.balances(codes)
    return [
        Backing(
            c,
            -balances.get(bookkeeping.issued(c.code), 0),
            balances.get(bookkeeping.circulation(c.code), 0),
        )
        for c in currencies
    ]


def reserve() -> int:
    """Cents kept in the reserve account and the cash box at this moment."""
    return -sum(ledger.balances([bookkeeping.RESERVE, bookkeeping.CASH]).values())


def prove_reserve() -> tuple[list[str], list[str]]:
    """Prove for `check_ledger` that circulation equals the euros owed: (lines to print, what does not hold)."""
    lines, broken = [], []
    for backing in backings():
        line = f"{backing.currency.code}: {backing.circulation} in circulation, {backing.owed} cents owed for it."
        lines.append(line)
        if not backing.proven:
            broken.append(f"circulation: {line}")
    return lines, broken


@dataclass(frozen=True)
class Plot:
    """A curve drawn on the server: points of an SVG polyline in a 600 × 160 field, and the figures behind it."""

    points: str
    rows: list[tuple[date, int]]
    highest: int


def circulation_plot(currency: CommunityCurrency) -> Plot | None:
    """Draw the circulation day by day, from issues and redemptions; None before the first."""
    rows: list[tuple[date, int]] = []
    total = 0
    operations = currency.operations.order_by("at", "pk").values_list("at", "kind", "amount_minor")
    for at, kind, amount in operations:
        total += amount if kind == TreasuryOperation.Kind.ISSUE else -amount
        day = timezone.localdate(at)
        if rows and rows[-1][0] == day:
            rows.pop()
        rows.append((day, total))
    if not rows:
        return None
    first, last = rows[0][0], max(rows[-1][0], timezone.localdate())
    days = max(1, (last - first).days)
    highest = max(amount for _day, amount in rows) or 1
    corners = []
    level = 0
    for day, amount in [*rows, (last, total)]:
        x = 600 * (day - first).days // days
        corners += [f"{x},{160 - 150 * level // highest}", f"{x},{160 - 150 * amount // highest}"]
        level = amount
    return Plot(" ".join(corners), rows, highest)
