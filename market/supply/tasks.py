"""What the worker does for supplier orders once the step that asked for it is stored."""

from django.utils import timezone
from django_tasks import task

from market.supply.emails import supplier_order_mail
from market.supply.models import SupplierOrder


@task
def mail_supplier_order(supplier_order_id: int) -> None:
    """Mail a supplier order to its producer, once: whoever marks the row first sends the mail."""
    marked = SupplierOrder.objects.filter(pk=supplier_order_id, mailed_at__isnull=True).update(mailed_at=timezone.now())
    if not marked:
        return
    supplier_order_mail(
        SupplierOrder.objects.select_related("producer", "cycle__organiser").get(pk=supplier_order_id)
    ).send()
