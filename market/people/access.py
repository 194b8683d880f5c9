"""Who may do what: the questions every view asks before it shows or changes anything."""

from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from market.people.models import Household, Organisation, Role, User

# Whoever may have accounts.
Owner = Household | Organisation


class SignedInRequest(HttpRequest):
    """A request behind `login_required`: its user is one of ours. `htmx` says whether a part of a page asks."""

    user: User
    htmx: HtmxDetails


def coordinated_by(user: Any) -> QuerySet[Organisation]:
    """Organisations whose cycles this person opens, closes and sends."""
    return Organisation.objects.with_role(user, Role.COORDINATOR)


def edited_by(user: Any) -> QuerySet[Organisation]:
    """Organisations whose catalogue and page this person keeps."""
    return Organisation.objects.with_role(user, Role.EDITOR).filter(is_market=False)


def keeps_the_square(user: Any) -> bool:
    """Whether this person keeps the market's own pages, and looks at what organisations hand in."""
    return user.is_superuser or keepers_of_the_square().filter(pk=user.pk).exists()


def keepers_of_the_square() -> QuerySet[User]:
    """The market's editors; while it has none, its operators."""
    editors = User.objects.filter(memberships__organisation__is_market=True, memberships__role=Role.EDITOR)
    active = User.objects.filter(is_active=True)
    return active.filter(Q(pk__in=editors.values("pk")) | (Q(is_superuser=True) & ~Q(Exists(editors))))


def received_by(user: Any) -> QuerySet[Organisation]:
    """Organisations whose deliveries this person records: receivers, and coordinators in their place."""
    return Organisation.objects.with_role(user, Role.RECEIVER, Role.COORDINATOR)


def kept_by(user: Any) -> QuerySet[Organisation]:
    """Organisations whose money this person looks after. The market's treasurer looks after everybody's."""
    if is_market_treasurer(user):
        return Organisation.objects.all()
    return Organisation.objects.with_role(user, Role.TREASURER)


def reported_to(user: Any) -> QuerySet[Organisation]:
    """Organisations whose figures this person may read: coordinators, and whoever keeps the money."""
    mine = Q(pk__in=coordinated_by(user).values("pk")) | Q(pk__in=kept_by(user).values("pk"))
    return Organisation.objects.filter(mine)


def is_market_treasurer(user: Any) -> bool:
    return Organisation.objects.with_role(user, Role.TREASURER).filter(is_market=True).exists()


def household_of(user: Any) -> Household | None:
    """The household this person orders for; a person with several households orders for the oldest."""
    return Household.objects.of(user).order_by("pk").first()


def owners_of(user: Any) -> dict[str, Owner]:
    """Whose accounts this person may look at, by `party`: the household's, and those of organisations they keep."""
    return _with_household(user, Organisation.objects.with_role(user, Role.TREASURER, Role.EDITOR))


def payers_of(user: Any) -> dict[str, Owner]:
    """Out of whose wallets this person may pay: an editor may look at an organisation's, only its treasurer pays."""
    return _with_household(user, Organisation.objects.with_role(user, Role.TREASURER))


def _with_household(user: Any, organisations: QuerySet[Organisation]) -> dict[str, Owner]:
    household = household_of(user)
    owners: list[Owner] = [*([household] if household else []), *organisations.filter(is_market=False)]
    return {party(owner): owner for owner in owners}


def may_pay_from(user: Any, owner: Owner) -> bool:
    """Tell of one of `owners_of` whether this person may also pay out of its wallet."""
    return isinstance(owner, Household) or owner in Organisation.objects.with_role(user, Role.TREASURER)


def party(owner: Owner) -> str:
    """How forms and addresses name the owner of an account: household:3, organisation:7."""
    return f"{'household' if isinstance(owner, Household) else 'organisation'}:{owner.pk}"
