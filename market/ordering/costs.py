"""What an order costs: goods, fees and the part payable in community currency (pure: cents in, cents out)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from market.cycles.fees import Charged, FeeCharge, charge_fees
from market.cycles.lost_discounts import Part, falls, most_euros
from market.cycles.models import Fee, Offer
from market.money import split_community_part, split_exactly, to_minor


class Wish(NamedTuple):
    """Items of one offer and the terms they are sold on.

    `price` and the `deposit` in it are euros per item, `community_share` and `vat` percent, `weight` kilograms of one
    item; what comes differs from `quantity` by whole `piece`s, in items.
    """

    quantity: Decimal
    price: Decimal
    community_share: Decimal
    deposit: Decimal = Decimal(0)
    vat: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)
    producer: int = 0
    piece: Decimal = Decimal(1)

    @classmethod
    def of(cls, offer: Offer, quantity: Decimal, *, price: Decimal | None = None) -> "Wish":
        """Take the terms of an offer; `price` replaces the offer's where the order line kept its own."""
        return cls(
            quantity,
            offer.price.amount if price is None else price,
            offer.community_share,
            offer.deposit.amount,
            offer.vat_percent,
            offer.weight,
            offer.producer_id,
            offer.piece,
        )


class LineCost(NamedTuple):
    """What one line costs in cents, and how much of it in community currency."""

    amount: int
    community: int


@dataclass(frozen=True)
class OrderCost:
    """What an order costs. All amounts in minor units; `goods + fees == euros + community`.

    `reserve` is what it can cost in euros beyond that when less of it comes and a discount is lost with it.
    """

    lines: Mapping[Any, LineCost]
    fees: Mapping[Fee, int]
    fee_vat: Mapping[Fee, int]
    goods: int
    community: int
    community_limit: int
    reserve: int = 0

    @property
    def fees_total(self) -> int:
        return sum(self.fees.values())

    @property
    def total(self) -> int:
        return self.goods + self.fees_total

    @property
    def euros(self) -> int:
        return self.total - self.community

    @property
    def most(self) -> int:
        """The most it costs, whatever comes of it."""
        return self.total + self.reserve

    @property
    def most_euros(self) -> int:
        """The euros to set aside, so that they are enough whatever comes of it."""
        return self.euros + self.reserve


def order_cost(
    wishes: Mapping[Any, Wish], fees: Iterable[Fee], *, community_wanted: int = 0, point_id: int | None = None
) -> OrderCost:
    """Price an order and split the community currency wanted exactly over its lines.

    More than the products' shares allow, or than the order costs after its discounts, is cut to that;
    `community_limit` says how much it is. `point_id` says where the order is fetched, for the fees of that pick-up
    point.
    """
    amounts = line_amounts(wishes)
    charges = _charges(wishes, fees, amounts, point_id)
    community = split_community_part(
        lines={key: (amounts[key], wish.community_share) for key, wish in wishes.items()},
        wanted_minor=min(community_wanted, _total(amounts, charges)),
    )
    cost = _cost(charges, amounts, community, _limits(wishes, amounts))
    return _with_reserve(cost, wishes, charges, point_id)


def received_cost(
    wishes: Mapping[Any, Wish],
    fees: Iterable[Fee],
    *,
    agreed: Mapping[Any, int],
    amounts: Mapping[Any, int] | None = None,
    point_id: int | None = None,
    may_shrink: bool = False,
) -> OrderCost:
    """Price what an order really gets, with a reserve if it `may_shrink`. `agreed` is the community currency set for
    each line when it was ordered.

    A line's part in community currency never grows, and shrinks only to what the product's share of the goods that
    really came allows, or the order costs after its discounts: so both the household and the producer keep what they
    agreed to. `amounts`, in cents by line, replaces price times quantity where the cents of a delivery were split over
    several households.
    """
    amounts = line_amounts(wishes) if amounts is None else amounts
    charges = _charges(wishes, fees, amounts, point_id)
    limits = _limits(wishes, amounts)
    community = {key: min(agreed[key], limit) for key, limit in limits.items()}
    cost = _cost(charges, amounts, at_most(_total(amounts, charges), community), limits)
    return _with_reserve(cost, wishes, charges, point_id) if may_shrink else cost


def line_amounts(wishes: Mapping[Any, Wish]) -> Mapping[Any, int]:
    return {key: line_amount(wish) for key, wish in wishes.items()}


def line_amount(wish: Wish) -> int:
    """Price times quantity in cents, rounded once per line."""
    return to_minor(wish.price * wish.quantity)


def community_limit(amount: int, share: Decimal) -> int:
    """Give the most of an amount that may be paid in community currency, rounded down to the minor unit."""
    return int(amount * share / 100) if share else 0


def _limits(wishes: Mapping[Any, Wish], amounts: Mapping[Any, int]) -> Mapping[Any, int]:
    return {key: community_limit(amounts[key], wish.community_share) for key, wish in wishes.items()}


def at_most(limit: int, parts: Mapping[Any, int]) -> Mapping[Any, int]:
    """Cut amounts, each in proportion, so that they add up to no more than the limit."""
    if sum(parts.values()) <= limit:
        return parts
    return split_exactly(limit, {key: Decimal(part) for key, part in parts.items()})


def _charges(
    wishes: Mapping[Any, Wish], fees: Iterable[Fee], amounts: Mapping[Any, int], point_id: int | None
) -> Mapping[Fee, FeeCharge]:
    fees = list(fees)
    charged = [as_charged(wish, amounts[key]) for key, wish in wishes.items()] if fees else []
    return charge_fees(fees, charged, point_id=point_id)


def _total(amounts: Mapping[Any, int], charges: Mapping[Fee, FeeCharge]) -> int:
    return sum(amounts.values()) + sum(charge.amount for charge in charges.values())


def _cost(
    charges: Mapping[Fee, FeeCharge],
    amounts: Mapping[Any, int],
    community: Mapping[Any, int],
    limits: Mapping[Any, int],
) -> OrderCost:
    return OrderCost(
        lines={key: LineCost(amount, community[key]) for key, amount in amounts.items()},
        fees={fee: charge.amount for fee, charge in charges.items()},
        fee_vat={fee: charge.vat for fee, charge in charges.items()},
        goods=sum(amounts.values()),
        community=sum(community.values()),
        community_limit=min(sum(limits.values()), _total(amounts, charges)),
    )


def _with_reserve(
    cost: OrderCost, wishes: Mapping[Any, Wish], charges: Mapping[Fee, FeeCharge], point_id: int | None
) -> OrderCost:
    """Add what the order can cost beyond its euros; of a smaller line, units pay at most the product's share."""
    if not any(falls(fee) for fee in charges):
        return cost
    parts = [
        Part(
            as_charged(wish, cost.lines[key].amount),
            cost.lines[key].amount - cost.lines[key].community,
            wish.deposit,
            wish.price * (100 - (wish.community_share if cost.lines[key].community else 0)),
            wish.piece,
        )
        for key, wish in wishes.items()
        if wish.quantity > 0
    ]
    return replace(cost, reserve=max(0, most_euros(parts, charges, point_id=point_id) - cost.euros))


def as_charged(wish: Wish, amount: int) -> Charged:
    """Give the goods that fees are counted on. Leave the deposit out of what fees are counted on: it comes back."""
    deposit = to_minor(wish.deposit * wish.quantity) if wish.deposit else 0
    return Charged(wish.quantity, wish.price - wish.deposit, amount - deposit, wish.weight, wish.vat, wish.producer)
