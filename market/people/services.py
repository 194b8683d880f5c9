"""Households and organisations come into being together with their accounts."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.people.models import Enrolment, Household, Membership, Organisation, User


@transaction.atomic
def welcome_person(*, email: str, password: str, name: str, language: str = "en") -> User:
    """Make a person whose address is known to be theirs; people who sign up themselves confirm it by mail."""
    user = User.objects.create_user(email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def open_accounts(accounts: Iterable[bookkeeping.NewAccount]) -> None:
    """Open accounts that are not open yet; opening twice does no harm."""
    for account in accounts:
        ledger.open_account(
            account.code,
            currency=account.currency,
            kind=account.kind,
            floor=account.floor,
        )


@transaction.atomic
def create_household(*, name: str, people: Iterable[User], at: datetime) -> Household:
    """Create a household with its prepaid account."""
    household = Household(name=name.strip(), created_at=at)
    household.full_clean()
    household.save()
    household.people.set(people)
    open_accounts(bookkeeping.household_accounts(household.pk))
    return household


@transaction.atomic
def create_organisation(*, name: str, slug: str, kind: str, **fields: object) -> Organisation:
    """Create an organisation with the account of what it is owed."""
    organisation = Organisation(name=name.strip(), slug=slug, kind=kind, **fields)
    organisation.full_clean()
    organisation.save()
    open_accounts(bookkeeping.organisation_accounts(organisation.pk))
    return organisation


@transaction.atomic
def found_market(*, name: str, slug: str, **fields: object) -> Organisation:
    """Found the body whose books these are: it brings the euro and the accounts of bank, cash and reserve."""
    ledger.create_currency(bookkeeping.EUR, name="Euro", decimals=2)
    market = create_organisation(
        name=name,
        slug=slug,
        kind=Organisation.Kind.ASSOCIATION,
        is_market=True,
        **fields,
    )
    open_accounts(bookkeeping.market_accounts())
    return market


def appoint(*, user: User, organisation: Organisation, role: str) -> Membership:
    """Give a person a role in an organisation; giving it twice changes nothing."""
    membership, _created = Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    return membership


@transaction.atomic
def ask_to_join(*, user: User, group: Organisation, household_name: str, at: datetime) -> Enrolment:
    """Put a person's household on the waiting list of a group, creating the household if there is none yet.

    Raises ValidationError `already_enrolled` when the household has a place or waits for one.
    """
    household = Household.objects.of(user).order_by("pk").first()
    if household is None:
        household = create_household(name=household_name, people=[user], at=at)
    enrolment, created = Enrolment.objects.get_or_create(household=household, group=group, defaults={"since": at})
    if not created:
        raise ValidationError(
            _("Your household has already asked this group, or belongs to it."),
            "already_enrolled",
        )
    return enrolment


@transaction.atomic
def set_credit_limit(*, household: Household, limit_minor: int) -> None:
    """Let a household's prepaid balance fall to minus this many cents; the database holds the limit.

    Raises ValidationError `below_balance` when the household already owes more than the new limit.
    """
    if limit_minor < 0:
        raise ValidationError(_("A credit limit cannot be negative: write 0 for no credit."), "negative")
    try:
        ledger.set_limits(bookkeeping.household(household.pk), floor=-limit_minor, ceiling=None)
        Household.objects.filter(pk=household.pk).update(credit_limit_minor=limit_minor)
    except ledger.LimitsOutsideBalance as refusal:
        raise ValidationError(_("The household already owes more than this limit."), "below_balance") from refusal
