"""What the worker does for a settlement once it is stored."""

from django.utils import timezone
from django_tasks import task

from market.settlement.emails import statement_mails
from market.settlement.models import SettledOrder


@task
def mail_statements(settlement_id: int) -> None:
    """Mail every household what its order finally cost, once: whoever marks the row first sends the mail.

    When the mail server refuses, the mark is taken back, and running the task again mails whoever is still waiting.
    """
    waiting = SettledOrder.objects.filter(settlement=settlement_id, mailed_at__isnull=True)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        row = SettledOrder.objects.filter(pk=pk)
        if not row.filter(mailed_at__isnull=True).update(mailed_at=timezone.now()):
            continue
        try:
            for mail in statement_mails(row.select_related("order__household", "order__cycle__organiser").get()):
                mail.send()
        except Exception:
            row.update(mailed_at=None)
            raise
