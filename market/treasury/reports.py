"""What the treasurer must be able to show: units in circulation, euros owed for them, euros kept."""

from dataclasses import dataclass

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency


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
