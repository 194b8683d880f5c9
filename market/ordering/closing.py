"""Closing a cycle: the packs are shared out and every household's money is cut to what it will get."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market.cycles.models import Offer, OrderCycle
from market.cycles.services import lock_cycle, move_cycle
from market.money import to_minor
from market.ordering import packs
from market.ordering.costs import Wish, community_limit, line_amount, received_cost
from market.ordering.minimums import judge, keep_outcomes, prolong
from market.ordering.models import (
    Allocation,
    AllocationShare,
    DemandChange,
    Order,
    OrderLine,
    Placement,
)
from market.ordering.slots import point_of
from market.ordering.tagged_fees import FeesOfOrders
from market.people.models import User, acting
from market.rows import collecting_later, write_figures

CLOSED = (OrderCycle.State.CLOSED, OrderCycle.State.ORDERED, OrderCycle.State.RECEIVED, OrderCycle.State.SETTLED)


@collecting_later()
@transaction.atomic
def close_cycle(*, cycle: OrderCycle, actor: User | None, at: datetime) -> OrderCycle:
    """Close a cycle that takes orders, share out its packs and keep the result with its reason.

    A producer's minimum that is missed has the consequence its terms name: its goods are ordered all the same, left
    out, or the cycle stays open for them some hours longer, once.
    Waits for orders that are being placed; later ones are refused. Closing a closed cycle changes nothing.
    Raises ValidationError `wrong_state` for a draft or a cancelled cycle.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state in CLOSED:
        return cycle
    if cycle.state not in (OrderCycle.State.OPEN, OrderCycle.State.COMPLETING):
        raise ValidationError(_("Only an open cycle can be closed."), "wrong_state")
    offers = list(cycle.offers.all())
    filled = fill_all(cycle, offers)
    wanted = {
        pk: result.available for pk, result in filled.items() if any(row.quantity for row in result.shares.values())
    }
    everyone, missed = judge(cycle, offers, wanted)
    if prolong(cycle, missed, actor=actor, at=at):
        return cycle
    _end_now(cycle, at)
    if cycle.completes_at and cycle.completes_at > at:
        cycle.completes_at = at if at > cycle.closes_at else None
    cycle.save(update_fields=["closes_at", "opens_at", "completes_at"])
    cancelled = keep_outcomes(everyone, missed)
    for offer in offers:
        if offer.pk in filled and offer.producer_id in cancelled:
            filled[offer.pk] = nothing_of(filled[offer.pk])
    got = keep_shares(cycle, offers, filled, at=at)
    cut_holds(cycle, offers, got, actor=actor, at=at)
    move_cycle(cycle, OrderCycle.State.CLOSED, actor=actor, at=at)
    return cycle


@transaction.atomic
def start_completing(
    *, cycle: OrderCycle, actor: User | None, at: datetime, until: datetime | None = None
) -> OrderCycle:
    """End ordering, but let packs be completed until then: by changes that help, and by no others.

    `until` replaces what the cycle says. Raises ValidationError `wrong_state`, `completes_in_the_past`,
    `after_distribution`.
    """
    cycle = lock_cycle(cycle.pk)
    if cycle.state == OrderCycle.State.COMPLETING:
        return cycle
    if cycle.state != OrderCycle.State.OPEN:
        raise ValidationError(_("Only the packs of an open cycle can be completed."), "wrong_state")
    cycle.completes_at = until or cycle.completes_at
    if cycle.completes_at is None or cycle.completes_at <= at:
        raise ValidationError(
            _("Choose a time in the future until which packs can be completed."), "completes_in_the_past"
        )
    if cycle.completes_at > cycle.distribution_at:
        raise ValidationError(_("The cycle must close before its goods are handed out."), "after_distribution")
    _end_now(cycle, at)
    cycle.save(update_fields=["closes_at", "opens_at", "completes_at"])
    move_cycle(cycle, OrderCycle.State.COMPLETING, actor=actor, at=at)
    return cycle


def end_ordering(*, cycle: OrderCycle, at: datetime) -> OrderCycle:
    """Do what a deadline asks of the clock: let open packs be completed where there is time, else close."""
    waits = cycle.state == OrderCycle.State.OPEN and cycle.completes_at and cycle.completes_at > at
    if waits and any(missing(offer) for offer in cycle.offers.filter(wanted__gt=0)):
        return start_completing(cycle=cycle, actor=None, at=at)
    return close_cycle(cycle=cycle, actor=None, at=at)


def _end_now(cycle: OrderCycle, at: datetime) -> None:
    cycle.closes_at = min(cycle.closes_at, at)
    cycle.opens_at = min(cycle.opens_at, cycle.closes_at)


def missing(offer: Offer) -> Decimal:
    """Items missing to complete the open pack of an offer, by what placed orders ask for now."""
    return packs.missing_items(pack_size=offer.pack_size, quantity=offer.wanted, tolerance=offer.tolerated)


def demand(offers: Iterable[Offer]) -> dict[int, list[packs.Change]]:
    """The demand log of each offer as `packs` reads it: members are household ids, times are places in the log."""
    log: dict[int, list[packs.Change]] = defaultdict(list)
    rows = DemandChange.objects.filter(offer__in=offers).order_by("at", "pk")
    figures = rows.values_list("offer_id", "household_id", "quantity", "tolerance")
    for place, (offer_id, household_id, quantity, tolerance) in enumerate(figures.iterator(chunk_size=5000)):
        log[offer_id].append(packs.Change(household_id, place, quantity, tolerance))
    return log


def seed_of(offer: Offer, cycle: OrderCycle) -> str | None:
    """The seed by which an offer is drawn: the published one of its cycle, and the number of the offer."""
    return f"{cycle.seed}:{offer.pk}" if cycle.seed else None


def fill(offer: Offer, cycle: OrderCycle, changes: list[packs.Change]) -> packs.Allocation:
    """Share out the packs of an offer by its cycle's rule."""
    return packs.fill_packs(
        pack_size=offer.pack_size,
        changes=changes,
        minimum_packs=offer.minimum_packs,
        strategy=offer.strategy or cycle.strategy,
        seed=seed_of(offer, cycle),
        step=offer.step,
    )


def fill_all(cycle: OrderCycle, offers: Iterable[Offer]) -> dict[int, packs.Allocation]:
    """Compute who gets what of every offer that somebody asked for."""
    log = demand(offers)
    return {offer.pk: fill(offer, cycle, log[offer.pk]) for offer in offers if log[offer.pk]}


def nothing_of(filled: packs.Allocation) -> packs.Allocation:
    """What is left of packs whose producer is asked for nothing: the same wishes, all of them short."""
    zero = Decimal(0)
    shares = {
        member: share._replace(firm=zero, from_tolerance=zero, result=zero, short=share.quantity)
        for member, share in filled.shares.items()
    }
    return packs.Allocation(0, zero, filled.missing, shares)


class Got(NamedTuple):
    """What one order line got of the packs; `community` is the community currency it was to be paid with."""

    line: int
    offer: int
    items: Decimal
    community: int


def keep_shares(
    cycle: OrderCycle, offers: Iterable[Offer], filled: Mapping[int, packs.Allocation], *, at: datetime
) -> dict[int, list[Got]]:
    """Store who gets what of every offer, in place of an earlier result, and give it by order."""
    forget_shares(cycle)
    Allocation.objects.bulk_create(
        [
            Allocation(
                offer=offer,
                packs=filled[offer.pk].packs,
                available=filled[offer.pk].available,
                missing=filled[offer.pk].missing,
                strategy=offer.strategy or cycle.strategy,
                seed=cycle.seed,
                at=at,
            )
            for offer in offers
            if offer.pk in filled
        ],
        batch_size=500,
    )
    got: dict[int, list[Got]] = defaultdict(list)
    rows = []
    households = dict(Order.objects.filter(cycle=cycle).values_list("pk", "household"))
    lines = OrderLine.objects.filter(order__cycle=cycle).order_by("pk")
    for pk, order_id, offer_id, community in lines.values_list("pk", "order", "offer", "community_minor"):
        share = filled[offer_id].shares[households[order_id]]
        rows.append((pk, share.firm, share.from_tolerance, share.result, share.short))
        got[order_id].append(Got(pk, offer_id, share.result, community))
    write_figures(AllocationShare, ["line", "firm", "from_tolerance", "result", "short"], rows)
    return got


def forget_shares(cycle: OrderCycle) -> None:
    """Take an earlier result away."""
    if Allocation.objects.filter(offer__cycle=cycle).delete()[0]:
        AllocationShare.objects.filter(line__order__cycle=cycle).delete()


def cut_holds(
    cycle: OrderCycle, offers: Iterable[Offer], got: Mapping[int, list[Got]], *, actor: User | None, at: datetime
) -> None:
    """Release what was set aside for items that no pack holds, all in one step."""
    fees = FeesOfOrders(cycle)
    terms = {offer.pk: Wish.of(offer, Decimal(0)) for offer in offers}
    priced: dict[tuple[int, Decimal], tuple[Wish, int]] = {}  # many lines get as much of the same offer

    def price(row: Got) -> tuple[Wish, int]:
        if (row.offer, row.items) not in priced:
            wish = terms[row.offer]._replace(quantity=row.items)
            priced[row.offer, row.items] = wish, line_amount(wish)
        return priced[row.offer, row.items]

    slots = {slot.pk: slot for slot in cycle.slots.all()}
    rows = Order.objects.filter(cycle=cycle).values_list("pk", "reference", "slot")
    orders = {pk: (reference, slots.get(slot_id)) for pk, reference, slot_id in rows}
    latest = last_placements(cycle)
    states = ledger.holds(hold_id for last in latest.values() for hold_id in last.holds)
    draws = []
    for order_id, last in latest.items():
        (reference, slot), lines = orders[order_id], got.get(order_id, [])
        costs = {row.line: price(row) for row in lines}
        cost = received_cost(
            {line: wish for line, (wish, _amount) in costs.items()},
            fees.of(order_id),
            agreed={row.line: row.community for row in lines},
            amounts={line: amount for line, (_wish, amount) in costs.items()},
            point_id=point_of(slot, cycle),
            may_shrink=True,  # a delivery can fall short
        )
        for hold_id, needed in ((last.euro_hold_id, cost.most_euros), (last.community_hold_id, cost.community)):
            if hold_id and (spare := states[hold_id].open - needed) > 0:
                cut = ledger.NewDraw(
                    hold_id=hold_id,
                    key=f"hold:{hold_id}:cut:{last.pk}:{at.isoformat()}",
                    happened_at=at,
                    released=spare,
                    memo=reference,
                    actor=acting(actor),
                )
                draws.append(cut)
    ledger.draw(draws)


def last_placements(cycle: OrderCycle) -> dict[int, Placement]:
    """Give the last placement of every order of a cycle, by order: what it set aside is what the order holds."""
    return {row.order_id: row for row in Placement.objects.filter(order__cycle=cycle).order_by("pk")}


def set_aside_for(order: Order) -> dict[str, int]:
    """Tell how much is set aside for an order now, in cents and in units of the community currency."""
    last = order.placements.order_by("pk").last()
    ids = (last.euro_hold_id, last.community_hold_id) if last else (None, None)
    states = ledger.holds(filter(None, ids))
    euros, units = (states[pk].open if pk else 0 for pk in ids)
    return {"held_euros": euros, "held_units": units}


def community_set_aside(offer: Offer, price: Decimal, allotted: Decimal, agreed: int) -> int:
    """Community currency, in minor units, that closing left set aside for a line; more can only be paid in euros."""
    return min(agreed, community_limit(to_minor(price * allotted), offer.community_share))
