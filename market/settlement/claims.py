"""The treasurer decides on what was missing or spoilt: a credit to the household, or a reason why not."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.people.models import User, acting
from market.people.services import open_accounts
from market.supply.models import Claim
from market.supply.pickup import charged_for


@transaction.atomic
def accept_claim(*, claim: Claim, bearer: str, answer: str = "", actor: User | None, at: datetime) -> Claim:
    """Credit a household for a claim, at the producer's cost or the group's; deciding twice changes nothing.

    A producer gives back its price, and the group gets back the discount it bore. What the household owes is paid
    first. Raises ValidationError `decided` for a refused claim, `paid_out` when the
    producer has no money here: before the settlement, or after it was paid.
    """
    claim = _locked(claim)
    if claim.state == Claim.State.ACCEPTED:
        return claim
    if claim.state == Claim.State.REFUSED:
        raise ValidationError(_("This claim has been refused already."), "decided")
    line = claim.line
    group_id, household_id = line.order.cycle.organiser_id, line.order.household_id
    producer_id = line.offer.producer_id if bearer == Claim.Bearer.PRODUCER else None
    if producer_id == group_id:
        producer_id = None
    open_accounts(bookkeeping.group_accounts(group_id))
    price = claim.amount_minor
    if producer_id:
        price = max(price, charged_for(line, claim.quantity).price)
    legs = bookkeeping.claim_credited(household_id, group_id, producer_id, price)
    legs += bookkeeping.discount_returned(household_id, group_id, price - claim.amount_minor)
    owed = max(0, -ledger.balance(bookkeeping.household_due(household_id)))
    if paid := min(owed, claim.amount_minor):
        legs += bookkeeping.debt_paid(household_id, paid)
    try:
        ledger.post(
            ledger.NewEntry(
                key=f"claim:{claim.pk}",
                kind="claim credited",
                happened_at=at,
                legs=legs,
                memo=f"{line.order.reference} {line.name}"[:200],
                actor=acting(actor),
            )
        )
    except ledger.FloorReached as refusal:
        raise ValidationError(
            _("The producer has no money here to give back: settle first, or let the group bear it."), "paid_out"
        ) from refusal
    claim.charged_minor = price
    return _decide(claim, Claim.State.ACCEPTED, bearer, answer, actor, at)


@transaction.atomic
def refuse_claim(*, claim: Claim, answer: str, actor: User | None, at: datetime) -> Claim:
    """Refuse a claim with a reason. Raises ValidationError `decided`, `reason_missing`."""
    claim = _locked(claim)
    if claim.state == Claim.State.ACCEPTED:
        raise ValidationError(_("This claim has been credited already."), "decided")
    if not answer.strip():
        raise ValidationError(_("Say why the claim is refused; the household reads it."), "reason_missing")
    return _decide(claim, Claim.State.REFUSED, "", answer, actor, at)


def _locked(claim: Claim) -> Claim:
    claims = Claim.objects.select_for_update(of=["self"]).select_related(
        "line__order__cycle", "line__offer", "line__delivered"
    )
    return claims.get(pk=claim.pk)


def _decide(claim: Claim, state: str, bearer: str, answer: str, actor: User | None, at: datetime) -> Claim:
    claim.state, claim.bearer, claim.answer = state, bearer, answer.strip()[:200]
    claim.decided_at, claim.decided_by = at, actor
    claim.save(update_fields=["state", "bearer", "charged_minor", "answer", "decided_at", "decided_by"])
    return claim
