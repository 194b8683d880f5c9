"""What households are written about their orders and card payments, each person in their own language."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from market.ordering.closing import set_aside_for
from market.ordering.models import Order
from market.payments.models import CardPayment
from market.people.models import Household


def order_mails(order: Order) -> Iterator[EmailMultiAlternatives]:
    """Confirm an order: what was ordered, from whom, what it costs at most, where and when to fetch it."""
    lines = list(order.lines.select_related("offer__producer").order_by("offer__producer__name", "name"))
    context = {
        "order": order,
        "cycle": order.cycle,
        "lines": lines,
        **set_aside_for(order),
        "taking_orders": order.cycle.takes_orders_at(timezone.now()),
    }
    template = "order_mail" if lines else "cancelled_mail"
    for language, to in _readers(order.household):
        with translation.override(language):
            words = _("Your order %(code)s") if lines else _("Your order %(code)s is cancelled")
            address = settings.SITE_URL + reverse("market:ordering:order", args=[order.reference])
            shop = settings.SITE_URL + reverse("market:ordering:shop", args=[order.cycle_id])
            own = {**context, "address": address, "shop": shop}
            yield _mail(words % {"code": order.reference}, template, own, language, to, order.cycle.organiser.email)


def card_mails(payment: CardPayment) -> Iterator[EmailMultiAlternatives]:
    """Say that a card payment has arrived although it could not be used as meant."""
    for language, to in _readers(payment.household):
        with translation.override(language):
            context = {"payment": payment, "address": settings.SITE_URL + reverse("market:payments:balance")}
            yield _mail(_("Your payment is on your balance"), "card_mail", context, language, to)


def _readers(household: Household) -> list[tuple[str, str]]:
    return list(household.people.filter(is_active=True).order_by("pk").values_list("language", "email"))


def _mail(
    subject: str, template: str, context: dict[str, Any], language: str, to: str, reply_to: str = ""
) -> EmailMultiAlternatives:
    context = {**context, "language": language}
    body = render_to_string(f"market/payments/{template}.txt", context)
    mail = EmailMultiAlternatives(subject=subject, body=body, to=[to], reply_to=[reply_to] if reply_to else [])
    mail.attach_alternative(render_to_string(f"market/payments/{template}.html", context), "text/html")
    return mail
