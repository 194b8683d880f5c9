"""What the fees of a cycle add to an order (pure: cents in, cents out)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from market.cycles.models import Fee
from market.money import round_minor, to_minor


class Charged(NamedTuple):
    """One line of goods: items, price per item in euros, and what the line costs in cents."""

    quantity: Decimal
    price: Decimal
    amount_minor: int


def fee_amounts(fees: Iterable[Fee], lines: Iterable[Charged]) -> Mapping[Fee, int]:
    """Cents of each fee on an order. Fees are counted on goods only, never on other fees; no goods, no fees."""
    lines = [line for line in lines if line.quantity > 0]
    if not lines:
        return {}
    return {fee: _fee(fee, lines) for fee in fees}


def _fee(fee: Fee, lines: list[Charged]) -> int:
    match fee.calculator:
        case Fee.Calculator.PERCENT_PER_LINE:
            return sum(round_minor(line.amount_minor * fee.amount / 100) for line in lines)
        case Fee.Calculator.PERCENT_PER_ITEM:
            return sum(round_minor(to_minor(line.price * fee.amount / 100) * line.quantity) for line in lines)
        case Fee.Calculator.PER_ORDER:
            return to_minor(fee.amount)
    raise ValueError(f"unknown calculator {fee.calculator!r}")
