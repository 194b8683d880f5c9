"""What the fees of a cycle add to an order (pure: cents in, cents out)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from market.cycles.models import Fee
from market.money import round_minor, split_exactly, to_minor, vat_minor

ZERO = Decimal(0)
KILO = Decimal(1000)

# Counted on each line by itself; the others once on a whole order.
PER_LINE = frozenset(
    {Fee.Calculator.PERCENT_PER_LINE, Fee.Calculator.PERCENT_PER_ITEM, Fee.Calculator.PER_ITEM, Fee.Calculator.PER_KILO}
)


class Charged(NamedTuple):
    """One line of goods: items, price per item in euros, what the line costs in cents, kilograms of one item, VAT in
    percent, and whose goods they are."""

    quantity: Decimal
    price: Decimal
    amount_minor: int
    weight: Decimal = ZERO
    vat: Decimal = ZERO
    producer: int | None = None


class FeeCharge(NamedTuple):
    """What a fee takes from an order in cents, and how much VAT is in that."""

    amount: int
    vat: int


def fee_minor(
    *,
    calculator: str,
    lines: Sequence[Charged],
    amount: Decimal,
    further_amount: Decimal = ZERO,
    from_goods: Decimal = ZERO,
    most_items: int | None = None,
    grams: Decimal = KILO,
) -> int:
    """Count a fee on lines of goods, in cents. A negative amount is a discount.

    `amount` is percent or euros. `grams` is the weight a fee by weight is for, `further_amount` the euros of each item
    after the first (at most `most_items` count) or, for a stepped fee, of an order from `from_goods` euros on.
    """
    quantity = sum((line.quantity for line in lines), ZERO)
    goods = sum(line.amount_minor for line in lines)
    match calculator:
        case Fee.Calculator.PERCENT_PER_LINE:
            return sum(round_minor(line.amount_minor * amount / 100) for line in lines)
        case Fee.Calculator.PERCENT_PER_ITEM:
            return sum(round_minor(to_minor(line.price * amount / 100) * line.quantity) for line in lines)
        case Fee.Calculator.PER_ITEM:
            return to_minor(amount * quantity)
        case Fee.Calculator.PER_KILO:
            return to_minor(sum((line.weight * line.quantity for line in lines), ZERO) * 1000 * amount / grams)
        case Fee.Calculator.PERCENT_PER_ORDER:
            return round_minor(goods * amount / 100)
        case Fee.Calculator.PER_ORDER:
            return to_minor(amount)
        case Fee.Calculator.FIRST_AND_MORE:
            counted = quantity if most_items is None else min(quantity, Decimal(most_items))
            return to_minor(amount + max(ZERO, counted - 1) * further_amount) if counted > 0 else 0
        case Fee.Calculator.STEPPED:
            return to_minor(amount if goods < to_minor(from_goods) else further_amount)
    raise ValueError(f"unknown calculator {calculator!r}")


def line_kilos(
    *,
    quantity: Decimal,
    unit_amount: Decimal,
    unit_grams: Decimal | None,
    item_kilos: Decimal = ZERO,
    weighed: Decimal | None = None,
) -> Decimal:
    """Give the kilograms of a line. What was weighed wins over what the catalogue says.

    An item holds `unit_amount` units of `unit_grams` each; where the unit is no weight (None), an item weighs
    `item_kilos`, and what was measured tells how many items that were, to three decimals.
    """
    if unit_grams is not None:
        return (quantity * unit_amount if weighed is None else weighed) * unit_grams / 1000
    if weighed is not None:
        quantity = round_minor(weighed / unit_amount * 1000) / Decimal(1000)
    return quantity * item_kilos


def charge_fees(
    fees: Iterable[Fee], lines: Iterable[Charged], *, point_id: int | None = None
) -> Mapping[Fee, FeeCharge]:
    """Give what each fee takes from an order fetched at a pick-up point.

    Fees are counted on goods only, never on other fees. A fee of one producer or one pick-up point that this order has
    nothing to do with is left out; so is every fee of an order without goods. Discounts take off at most what goods
    and other fees cost.
    """
    lines = [line for line in lines if line.quantity > 0]
    charged = {}
    for fee in fees:
        touched = [line for line in lines if concerns(fee, line, point_id)]
        if touched:
            charged[fee] = charge_fee(fee, touched, lines)
    return _not_below_zero(charged, sum(line.amount_minor for line in lines))


def _not_below_zero(charged: Mapping[Fee, FeeCharge], goods: int) -> Mapping[Fee, FeeCharge]:
    """Cut discounts, each in proportion, to the goods and fees they are taken off; their VAT goes with them."""
    off = {fee: -charge.amount for fee, charge in charged.items() if charge.amount < 0}
    most = goods + sum(charge.amount for charge in charged.values() if charge.amount > 0)
    if sum(off.values()) <= most:
        return charged
    parts = split_exactly(most, {fee: Decimal(amount) for fee, amount in off.items()})
    cut = {
        fee: FeeCharge(-part, round_minor(charged[fee].vat * Decimal(part) / off[fee])) for fee, part in parts.items()
    }
    return {**charged, **cut}


def concerns(fee: Fee, line: Charged, point_id: int | None) -> bool:
    """Tell whether a fee is charged on a line of an order fetched at a pick-up point."""
    if fee.level == Fee.Level.SUPPLIER:
        return line.producer == fee.producer_id
    return fee.level == Fee.Level.COORDINATOR or fee.point_id == point_id


def charge_fee(fee: Fee, touched: list[Charged], lines: list[Charged]) -> FeeCharge:
    """Count one fee with its VAT: by line, both are rounded on each line; by order, once on all goods of the order."""
    amount = vat = 0
    for part in [[line] for line in touched] if fee.calculator in PER_LINE else [lines]:
        counted = fee_minor(
            calculator=fee.calculator,
            lines=part,
            amount=fee.amount,
            further_amount=fee.further_amount,
            from_goods=fee.from_goods,
            most_items=fee.most_items,
        )
        taxed = vat_minor(counted, _vat_percent(fee, part), added=fee.vat_added)
        amount += counted + (taxed if fee.vat_added else 0)
        vat += taxed
    return FeeCharge(amount, vat)


def _vat_percent(fee: Fee, part: list[Charged]) -> Decimal:
    """The fee's own VAT, or that of the goods it is counted on; a whole order has no single one to inherit."""
    if fee.vat_percent is not None:
        return fee.vat_percent
    return part[0].vat if fee.calculator in PER_LINE else ZERO
