"""What the worker does for orders once the step that asked for it is stored."""

from django_tasks import task


@task
def mail_minimum(terms_id: int) -> None:
    """Tell households that ordered from a producer that its minimum is missed, and what follows."""
    from market.cycles.models import SupplierTerms
    from market.ordering.emails import minimum_mails

    for mail in minimum_mails(SupplierTerms.objects.select_related("cycle__organiser", "producer").get(pk=terms_id)):
        mail.send()


@task
def mail_opening(cycle_id: int, user_id: int) -> None:
    """Tell one person that a cycle has opened."""
    from market.cycles.models import OrderCycle
    from market.ordering.emails import opening_mail
    from market.people.models import User

    cycle = OrderCycle.objects.select_related("organiser", "pickup_point").get(pk=cycle_id)
    opening_mail(cycle, User.objects.get(pk=user_id)).send()


@task
def mail_cancelled_cycle(cycle_id: int) -> None:
    """Tell everybody who ordered that the cycle is cancelled, and why."""
    from market.cycles.models import OrderCycle
    from market.ordering.emails import cancelled_cycle_mails

    for mail in cancelled_cycle_mails(OrderCycle.objects.select_related("organiser").get(pk=cycle_id)):
        mail.send()


@task
def mail_reminder(cycle_id: int) -> None:
    """Remind households that a cycle closes soon."""
    from market.cycles.models import OrderCycle
    from market.ordering.emails import reminder_mails

    for mail in reminder_mails(OrderCycle.objects.select_related("organiser").get(pk=cycle_id)):
        mail.send()


@task
def mail_nudge(cycle_id: int) -> None:
    """Write to the households that have not ordered yet."""
    from market.cycles.models import OrderCycle
    from market.ordering.emails import nudge_mails

    for mail in nudge_mails(OrderCycle.objects.select_related("organiser").get(pk=cycle_id)):
        mail.send()
