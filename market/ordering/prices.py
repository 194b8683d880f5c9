"""What one item of an offer is charged, as the shop shows it: its price and the fees counted line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from djmoney.money import Money

from market.cycles.audience import fees_for
from market.cycles.fees import PER_LINE, charge_fees
from market.cycles.models import Fee, Offer, OrderCycle
from market.money import from_minor, to_minor
from market.ordering.costs import Wish, as_charged
from market.ordering.slots import chosen_slot, point_of
from market.people.models import Household


@dataclass(frozen=True)
class ItemPrice:
    """What one item is charged, and what that is made of: goods, the deposit, and cents of each fee by its name."""

    price: Money
    goods: Money
    deposit: Money
    fees: tuple[tuple[str, int], ...]

    @property
    def has_parts(self) -> bool:
        return bool(self.fees or self.deposit)


def item_prices(household: Household | None, cycle: OrderCycle, offers: Iterable[Offer]) -> dict[int, ItemPrice]:
    """Price one item of each offer as this household is charged it; fees by order come on top of the whole order."""
    fees = fees_for(cycle, household)
    local = any(fee.level == Fee.Level.PICKUP for fee in fees)
    point_id = point_of(chosen_slot(household, cycle) if local else None, cycle)
    return {offer.pk: item_price(offer, fees, point_id) for offer in offers}


def item_price(offer: Offer, fees: Iterable[Fee], point_id: int | None) -> ItemPrice:
    """Price one item with the fees that are counted line by line."""
    wish = Wish.of(offer, Decimal(1))
    by_line = [fee for fee in fees if fee.calculator in PER_LINE]
    charges = charge_fees(by_line, [as_charged(wish, to_minor(wish.price))], point_id=point_id)
    parts = tuple((fee.name, charge.amount) for fee, charge in charges.items() if charge.amount)
    added = from_minor(sum(cents for _name, cents in parts))
    return ItemPrice(offer.price + Money(added, "EUR"), offer.price - offer.deposit, offer.deposit, parts)
