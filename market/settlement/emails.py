"""What a household is written when its order is settled, each person in their own language."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.folding import in_order
from market.settlement.models import SettledOrder


def statement_mails(settled: SettledOrder) -> Iterator[EmailMultiAlternatives]:
    """Write what a household got, what it cost, how it was paid, and what its balance is now."""
    order = settled.order
    rows = settled.lines.select_related("line__offer__producer", "line__delivered")
    lines = sorted(rows, key=lambda row: (in_order(row.line.name), row.pk))
    household = order.household
    context = {
        "settled": settled,
        "order": order,
        "cycle": order.cycle,
        "lines": lines,
        "total": settled.goods_minor + settled.fees_minor + settled.transport_minor,
        "fees": settled.fees.select_related("fee"),
        "balance": ledger.balance(bookkeeping.household(household.pk)),
    }
    for language, address in household.people.filter(is_active=True).order_by("pk").values_list("language", "email"):
        with translation.override(language):
            page = settings.SITE_URL + reverse("market:ordering:order", args=[order.reference])
            balance = settings.SITE_URL + reverse("market:payments:balance")
            own = {**context, "language": language, "address": page, "balance_address": balance}
            mail = EmailMultiAlternatives(
                subject=_("What your order %(code)s cost") % {"code": order.reference},
                body=render_to_string("market/settlement/statement_mail.txt", own),
                to=[address],
                reply_to=[order.cycle.organiser.email] if order.cycle.organiser.email else [],
            )
            mail.attach_alternative(render_to_string("market/settlement/statement_mail.html", own), "text/html")
        yield mail
