"""What the worker does for supplier orders once the step that asked for it is stored."""

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from market.supply.emails import answer_mails, question_mail, supplier_order_mail
from market.supply.models import SupplierOrder


@task
def mail_supplier_order(supplier_order_id: int) -> None:
    """Mail a supplier order to its producer, once: whoever marks the row first sends the mail.

    When the mail server refuses, the mark is taken back, and the clock tries again.
    """
    row = SupplierOrder.objects.filter(pk=supplier_order_id)
    if not row.filter(mailed_at__isnull=True).update(mailed_at=timezone.now()):
        return
    try:
        supplier_order_mail(row.select_related("producer", "cycle__organiser", "cycle__pickup_point").get()).send()
    except Exception:
        row.update(mailed_at=None)
        raise


@task
def mail_answer(supplier_order_id: int) -> None:
    """Tell the organiser what a producer answered, each answer once: whoever marks it first sends the mail.

    When the mail server refuses, the mark is taken back, and the clock tries again.
    """
    row = SupplierOrder.objects.filter(pk=supplier_order_id)
    if not row.untold().update(told_at=F("answered_at")):
        return
    try:
        for mail in answer_mails(row.select_related("producer", "cycle__organiser").get()):
            mail.send()
    except Exception:
        row.update(told_at=None)
        raise


@task
def mail_question(supplier_order_id: int) -> None:
    """Ask a producer that has said nothing whether it brings what was ordered."""
    question_mail(SupplierOrder.objects.select_related("producer", "cycle__organiser").get(pk=supplier_order_id)).send()
