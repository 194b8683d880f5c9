"""The most an order can cost if less of it comes and a discount is lost with it (pure: cents in, cents out)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import floor
from typing import NamedTuple

from market.cycles.fees import PER_LINE, ZERO, Charged, FeeCharge, charge_fee, concerns
from market.cycles.models import Fee
from market.money import to_minor

IN_PROPORTION = PER_LINE | {Fee.Calculator.PERCENT_PER_ORDER}
ONE = Decimal(1)
# So many items show what a fee takes from one of them without its rounding.
MANY = Decimal(1000)


class Part(NamedTuple):
    """A line of goods as wanted at most: what all of it costs in euros, in cents; the deposit of one item, in euros;
    the cents that one item costs at least; the smallest amount, in items, by which what comes can differ."""

    line: Charged
    euros: int
    item_deposit: Decimal
    item_euros: Decimal
    piece: Decimal


def most_euros(parts: Sequence[Part], charges: Mapping[Fee, FeeCharge], *, point_id: int | None = None) -> int:
    """Give the most euros, in cents, that an order costs, whatever its lines are cut to.

    `charges` is what fees take from all of it; those that only grow with the goods count so. One that falls counts only
    as far as no smaller order loses it: a percentage, or so much per item, where every piece still costs something
    after it; an amount per order, if every line earns it; a step, with the most goods there can be below it.
    """
    falling = [fee for fee in charges if falls(fee)]
    grown = sum(charge.amount for fee, charge in charges.items() if fee not in falling)
    goods = sum(part.euros for part in parts)
    if not falling:
        return goods + grown
    everywhere = {fee for fee in falling if all(concerns(fee, part.line, point_id) for part in parts)}

    def most(fee: Fee, *orders: Charged) -> int:
        amounts = [charge_fee(fee, [], [order]).amount for order in orders]
        return max(amounts) if fee in everywhere else max(0, *amounts)

    first = Charged(ONE, ZERO, 0)
    whole = Charged(
        sum((part.line.quantity for part in parts), ZERO), ZERO, sum(part.line.amount_minor for part in parts)
    )
    beside = grown + sum(
        most(fee, first, whole)
        for fee in falling
        if fee.calculator in (Fee.Calculator.PER_ORDER, Fee.Calculator.FIRST_AND_MORE)
    )
    stepped = [fee for fee in falling if fee.calculator == Fee.Calculator.STEPPED]
    deposits = sum(to_minor(part.item_deposit * part.line.quantity) for part in parts)
    kept = goods + _kept_discounts(falling, everywhere, parts, point_id)
    totals = [kept + sum(most(fee, whole) for fee in stepped)]
    for limit in {to_minor(fee.from_goods) - 1 for fee in stepped}:
        if 0 <= limit < whole.amount_minor:
            below = whole._replace(amount_minor=limit)
            totals.append(min(kept, limit + deposits) + sum(most(fee, below) for fee in stepped))
    # An amount per order takes off nothing of deposits, which then are all that is left to pay.
    return max(deposits if {fee.calculator for fee in falling} - IN_PROPORTION else 0, beside + max(totals))


def falls(fee: Fee) -> bool:
    """Tell whether a fee can take less, or take more off, while the goods grow."""
    less_later = fee.calculator == Fee.Calculator.STEPPED and fee.further_amount < fee.amount
    return fee.amount < 0 or fee.further_amount < 0 or less_later


def _kept_discounts(falling: Sequence[Fee], everywhere: set[Fee], parts: Sequence[Part], point_id: int | None) -> int:
    """Count the discounts in proportion to goods that no smaller order loses more by than its goods cost less."""
    on_order = [fee for fee in everywhere if fee.calculator == Fee.Calculator.PERCENT_PER_ORDER]
    by_line = [fee for fee in falling if fee.calculator in PER_LINE]
    own = [[fee for fee in by_line if concerns(fee, part.line, point_id)] for part in parts]
    if not all(_is_sure(part, [*fees, *on_order]) for part, fees in zip(parts, own, strict=True)):
        on_order = []
    lines = [part.line for part in parts]
    kept = sum(charge_fee(fee, lines, lines).amount for fee in on_order)
    for part, fees in zip(parts, own, strict=True):
        if _is_sure(part, [*fees, *on_order]):
            off = sum(charge_fee(fee, [part.line], [part.line]).amount for fee in fees)
            with_order = off + sum(floor(_per_item(part.line, fee) * part.line.quantity) for fee in on_order)
            # What units pay for wholly costs no euros; its discount is taken off the euros of the other lines.
            kept += off + max(0, -with_order - part.euros)
    return kept


def _is_sure(part: Part, discounts: Sequence[Fee]) -> bool:
    """Tell whether a line costs most when all of it or nothing comes: each piece costs euros after its discounts, or,
    as long as units pay for all they may, none, and the roundings of a few cents change nothing in that."""
    off = sum(_per_item(part.line, fee) for fee in discounts)
    cents = 2 + 3 * len(discounts)
    with_units = (part.item_euros + off) * part.piece
    return (100 * part.line.price + off) * part.piece >= cents and (part.item_euros == 0 or abs(with_units) >= cents)


def _per_item(line: Charged, fee: Fee) -> Decimal:
    """What a fee takes from one item of a line, in cents, without the rounding of the line."""
    many = line._replace(quantity=MANY, amount_minor=to_minor(line.price * MANY))
    return charge_fee(fee, [many], [many]).amount / MANY
