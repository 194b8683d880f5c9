"""Mails to producers."""

from django.core.mail import EmailMessage

from market.supply.models import SupplierOrder


def supplier_order_mail(supplier_order: SupplierOrder) -> EmailMessage:
    return EmailMessage("order", "body", to=[supplier_order.producer.email])
