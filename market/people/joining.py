"""Into a group and out of it: invitations, the place, fee and deposit, pauses, tags and roles."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.money import from_minor, to_minor
from market.people.models import (
    Enrolment,
    Household,
    HouseholdTag,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
    acting,
)
from market.people.services import create_household, open_accounts
from market.people.tasks import mail_invitation

INVITATION_LASTS = timedelta(days=30)


# --- The place -------------------------------------------------------------------------------------------------------


@transaction.atomic
def enrol(*, household: Household, group: Organisation, at: datetime, actor: User | None = None) -> Enrolment:
    """Give a household its place in a group, from the waiting list, from a pause or straight away.

    The first time, the group's joining fee and deposit are taken from its balance; what the balance does not cover, it
    owes before it orders.
    """
    Enrolment.objects.get_or_create(household=household, group=group, defaults={"since": at})
    enrolment = Enrolment.objects.select_for_update().get(household=household, group=group)
    if enrolment.status != Enrolment.Status.JOINED:
        enrolment.status, enrolment.since, enrolment.paused_by_group = Enrolment.Status.JOINED, at, False
    if enrolment.charged_at is None:
        _charge(enrolment, group, actor, at)
    enrolment.save()
    return enrolment


def _charge(enrolment: Enrolment, group: Organisation, actor: User | None, at: datetime) -> None:
    fee, deposit = to_minor(group.joining_fee), to_minor(group.joining_deposit)
    enrolment.charged_at, enrolment.deposit_minor = at, deposit
    if not fee and not deposit:
        return
    household = enrolment.household_id
    open_accounts(bookkeeping.deposit_accounts(household))
    balance = max(0, ledger.balance(bookkeeping.household(household)))
    ledger.post(
        ledger.NewEntry(
            key=f"enrolment:{enrolment.pk}:joined",
            kind="joined",
            happened_at=at,
            legs=bookkeeping.joined(
                household, group.pk, fee=fee, deposit=deposit, from_balance=min(balance, fee + deposit)
            ),
            memo=group.name[:80],
            actor=acting(actor),
        )
    )


# Cycles in which something is still to be packed, paid or given back.
OVER = ("settled", "cancelled")


@transaction.atomic
def leave_group(*, enrolment: Enrolment, actor: User | None, at: datetime) -> None:
    """End a household's place, or its waiting for one, and give its deposit back, which first pays what it owes.

    Waits for orders that are being placed. Raises ValidationError `has_ordered` while an order of it in the group is
    not settled, and `owes` when it owes more than its deposit pays.
    """
    # The cycles come first, as everywhere: whoever is placing an order holds one of them.
    list(enrolment.group.cycles.exclude(state__in=OVER).select_for_update().order_by("pk").values_list("pk"))
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    household = enrolment.household_id
    orders = enrolment.household.orders.filter(cycle__organiser=enrolment.group_id, lines__isnull=False)
    if order := orders.exclude(cycle__state__in=OVER).select_related("cycle").order_by("pk").first():
        words = _(
            "%(household)s has an order in %(cycle)s. Cancel it while ordering is open, or leave once it is settled."
        )
        raise ValidationError(words, "has_ordered", {"household": enrolment.household, "cycle": order.cycle})
    owed = max(0, -ledger.balances([due := bookkeeping.household_due(household)]).get(due, 0))
    if owed > enrolment.deposit_minor:
        raise ValidationError(
            _("%(household)s still owes %(owed)s euros: pay them in first, then leave."),
            "owes",
            {"household": enrolment.household, "owed": f"{from_minor(owed - enrolment.deposit_minor):.2f}"},
        )
    if enrolment.deposit_minor:
        ledger.post(
            ledger.NewEntry(
                key=f"enrolment:{enrolment.pk}:left",
                kind="deposit returned",
                happened_at=at,
                legs=bookkeeping.deposit_returned(household, enrolment.deposit_minor, owed=owed),
                memo=enrolment.group.name[:80],
                actor=acting(actor),
            )
        )
    enrolment.delete()


@transaction.atomic
def pause(*, household: Household, group: Organisation, at: datetime, by_group: bool = True) -> Enrolment:
    """Keep a household's place in a group while it does not order. Raises ValidationError `not_joined`."""
    enrolment = _lock(household, group)
    if enrolment.status == Enrolment.Status.WAITING:
        raise ValidationError(_("This household has no place yet that could be paused."), "not_joined")
    if enrolment.status == Enrolment.Status.JOINED or by_group:
        enrolment.status, enrolment.since, enrolment.paused_by_group = Enrolment.Status.PAUSED, at, by_group
        enrolment.save(update_fields=["status", "since", "paused_by_group"])
    return enrolment


@transaction.atomic
def resume(*, household: Household, group: Organisation, at: datetime) -> Enrolment:
    """End the pause a household took itself. Raises ValidationError `paused_by_group` for one the group set."""
    enrolment = _lock(household, group)
    if enrolment.status != Enrolment.Status.PAUSED:
        return enrolment
    if enrolment.paused_by_group:
        raise ValidationError(_("The coordinator paused your place: ask there."), "paused_by_group")
    enrolment.status, enrolment.since = Enrolment.Status.JOINED, at
    enrolment.save(update_fields=["status", "since"])
    return enrolment


def _lock(household: Household, group: Organisation) -> Enrolment:
    return Enrolment.objects.select_for_update().get(household=household, group=group)


@transaction.atomic
def set_tags(*, enrolment: Enrolment, names: Sequence[str]) -> None:
    """Make a place's tags exactly these words; a word that is new becomes a tag of the group."""
    known = {tag.name.casefold(): tag for tag in enrolment.group.household_tags.all()}
    tags = []
    for name in dict.fromkeys(word.strip()[:40] for word in names if word.strip()):
        tag = known.get(name.casefold())
        if tag is None:
            tag = known[name.casefold()] = HouseholdTag.objects.create(group=enrolment.group, name=name)
        tags.append(tag)
    enrolment.tags.set(tags)


# --- Roles -----------------------------------------------------------------------------------------------------------

GIVEN = (Role.COORDINATOR, Role.RECEIVER, Role.EDITOR, Role.TREASURER)


@transaction.atomic
def set_roles(*, user: User, organisation: Organisation, roles: Sequence[str]) -> None:
    """Give a person exactly these roles in a group.

    Raises ValidationError `last_coordinator` when nobody would be left to run it, and `not_here` for the market itself:
    who keeps its books is the operator's decision.
    """
    if organisation.is_market:
        raise ValidationError(_("Roles of the market itself are given by its operator."), "not_here")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = Membership.objects.filter(organisation=organisation, role=Role.COORDINATOR).exclude(user=user)
    held = Membership.objects.filter(organisation=organisation, user=user, role__in=GIVEN)
    if Role.COORDINATOR not in roles and held.filter(role=Role.COORDINATOR).exists() and not others.exists():
        raise ValidationError(_("Somebody has to coordinate this group."), "last_coordinator")
    held.exclude(role__in=roles).delete()
    for role in roles:
        if role in GIVEN:
            Membership.objects.get_or_create(user=user, organisation=organisation, role=role)


# --- Invitations -----------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, into: Organisation | Household, email: str = "", actor: User, at: datetime) -> Invitation:
    """Make a link into a group or a household; with an address it is mailed there and works once."""
    place = {"group": into} if isinstance(into, Organisation) else {"household": into}
    invitation = Invitation.objects.create(
        email=email.strip(), invited_by=actor, created_at=at, expires_at=at + INVITATION_LASTS, **place
    )
    if invitation.email:
        mail_invitation.enqueue(invitation.pk)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, household_name: str, at: datetime) -> Household:
    """Come in: into the household, or into the group with one's own household, made now if there is none.

    Raises ValidationError `no_longer_valid`, and `has_household` for somebody who orders for another household.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not Invitation.objects.valid_at(at).filter(pk=invitation.pk).exists():
        raise ValidationError(_("This invitation is no longer valid: ask for a new one."), "no_longer_valid")
    own = Household.objects.of(user).order_by("pk").first()
    if invitation.household:
        if own and own != invitation.household:
            raise ValidationError(
                _("You already order for the household %(name)s."), "has_household", {"name": own.name}
            )
        invitation.household.people.add(user)
        household = invitation.household
    else:
        household = own or create_household(name=household_name or str(user), people=[user], at=at)
        assert invitation.group
        enrol(household=household, group=invitation.group, at=at, actor=invitation.invited_by)
    if invitation.email:
        invitation.used_at = at
        invitation.save(update_fields=["used_at"])
    return household


@transaction.atomic
def leave_household(*, household: Household, user: User) -> None:
    """Take a person out of a household. Raises ValidationError `last_person`: somebody must be there to collect."""
    Household.objects.select_for_update().get(pk=household.pk)
    if household.people.count() == 1:
        raise ValidationError(_("A household needs at least one person."), "last_person")
    household.people.remove(user)
