"""Which households a cycle is for, and which of its fees are for them."""

from django.db.models import QuerySet

from market.cycles.models import Fee, OrderCycle
from market.people.models import Enrolment, Household


def invited(cycle: OrderCycle) -> QuerySet[Household]:
    """Households with a place in the group that is not paused, and with one of the cycle's tags if it has any."""
    places = Enrolment.objects.filter(group=cycle.organiser_id, status=Enrolment.Status.JOINED)
    if tags := list(cycle.tags.all()):
        places = places.filter(tags__in=tags)
    return Household.objects.filter(pk__in=places.values("household"))


def is_tagged_for(cycle: OrderCycle, enrolment: Enrolment) -> bool:
    """Tell whether a place in the group carries one of the cycle's tags; a cycle without tags is for all."""
    tags = set(cycle.tags.values_list("pk", flat=True))
    return not tags or enrolment.tags.filter(pk__in=tags).exists()


def fees_for(cycle: OrderCycle, household: Household | None) -> list[Fee]:
    """Fees of a cycle that this household is charged: those for everybody, and those for the tags it has now."""
    fees = cycle.all_fees
    if not any(fee.tag_id for fee in fees):
        return fees
    tags = set(
        Enrolment.objects.filter(household=household, group=cycle.organiser_id, status=Enrolment.Status.JOINED)
        .exclude(tags=None)
        .values_list("tags", flat=True)
    )
    return [fee for fee in fees if fee.tag_id is None or fee.tag_id in tags]
