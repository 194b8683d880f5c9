"""How figures are written on the market's pages, and the small pieces every page uses. Loaded everywhere."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from djmoney.money import Money

from market.linked_data import absolute
from market.money import from_minor, to_minor

register = template.Library()

# How much of the unit a price is compared by: kilogram and litre, whatever the packet says.
COMPARED_BY = {
    "KGM": ("kg", Decimal(1)), "GRM": ("kg", Decimal(1000)), "MGM": ("kg", Decimal(1_000_000)),
    "TNE": ("kg", Decimal("0.001")),
    "LTR": ("l", Decimal(1)), "DLT": ("l", Decimal(10)), "CLT": ("l", Decimal(100)), "MLT": ("l", Decimal(1000)),
}  # fmt: skip


def language() -> str:
    return (get_language() or "en").replace("-", "_")


# Babel reads the language's rules anew for every figure, and a list shows the same figures over and over.
@lru_cache(maxsize=4096)
def _currency(number: Decimal, locale: str, form: str | None = None) -> str:
    return format_currency(number, "EUR", format=form, locale=locale, currency_digits=form is None)


@lru_cache(maxsize=4096)
def _decimal(number: Decimal, form: str, locale: str) -> str:
    return format_decimal(number, format=form, locale=locale)


@register.filter
def euros(cents: int | None) -> str:
    """Write cents as euros in the reader's language: 1250 → 12,50 €."""
    if cents is None:
        return ""
    return _currency(from_minor(int(cents)), language())


@register.filter
def units(minor: int | None, code: str) -> str:
    """Write minor units of a community currency with its code: 1250 → 12.50 ECO."""
    if minor is None:
        return ""
    number = _decimal(from_minor(int(minor)), "#,##0.00", language())
    return f"{number}\u00a0{code}"


@register.filter
def money(minor: int, currency: str) -> str:
    """Write minor units of any currency of the ledger."""
    return euros(minor) if currency == "EUR" else units(minor, currency)


@register.filter
def signed(minor: int, currency: str) -> str:
    """Write a movement with its sign, so that nobody has to guess its direction: +12.50 or -3.00."""
    return f"{'+' if minor > 0 else ''}{money(minor, currency)}"


@register.filter
def price(amount: Money) -> str:
    """Write a price with the two to four decimals it needs."""
    number = amount.amount
    decimals = max(2, -int(number.normalize().as_tuple().exponent))
    pattern = "¤#,##0." + "0" * decimals if language() == "en" else "#,##0." + "0" * decimals + "\u00a0¤"
    return _currency(number, language(), pattern)


@register.filter
def rate(fee: Any) -> str:
    """Write what a fee takes, in percent or euros: 3 %, −0.10 €."""
    if "percent" in fee.calculator:
        return f"{quantity(fee.amount)}\u00a0%"
    amount, further = price(Money(fee.amount, "EUR")), price(Money(fee.further_amount, "EUR"))
    if fee.calculator == "first_more":
        return f"{amount} + {further}"
    if fee.calculator == "stepped":
        return f"{amount}, ≥\u00a0{price(Money(fee.from_goods, 'EUR'))}: {further}"
    return amount


@register.filter
def quantity(items: Decimal | str | None) -> str:
    """Write a quantity without zeros nobody needs: 2.500 → 2,5; nothing for what is not known yet."""
    if items is None or items == "":
        return ""
    return _decimal(Decimal(items).normalize(), "#,##0.###", language())


@register.filter
def plain(items: Decimal | str | None) -> str:
    """Write a quantity for an input field: digits and a point, whatever the language."""
    return "" if items is None or items == "" else f"{Decimal(items).normalize():f}"


@register.filter
def per_unit(offer: Any, price: Money | None = None) -> str:
    """Write the price per kilogram or litre of a product or offer, or of what one item is charged; empty where it is
    not sold by either."""
    unit, per_one = COMPARED_BY.get(offer.unit, ("", Decimal(0)))
    if not unit or not offer.unit_amount:
        return ""
    value = (price or offer.price).amount / (offer.unit_amount / per_one)
    return f"{_currency(value, language())}/{unit}"


@register.filter
def when(at: datetime | None) -> str:
    """Write a moment in the market's time: Sun 8 Mar, 22:00."""
    if at is None:
        return ""
    return format_datetime(timezone.localtime(at), "EEE d MMM, HH:mm", locale=language())


@register.filter
def clock_time(at: datetime) -> str:
    """Write the time of day of a moment in the market's time: 22:00."""
    return format_datetime(timezone.localtime(at), "HH:mm", locale=language())


@register.filter
def day(on: date | None) -> str:
    """Write a day: Sun 8 Mar 2026."""
    return "" if on is None else format_date(on, "EEE d MMM y", locale=language())


@register.filter
def in_form(at: datetime | date | None, form: str) -> str:
    """Write a day or a moment in the market's time as a form of Unicode's CLDR says, in the reader's language."""
    if at is None:
        return ""
    if isinstance(at, datetime):
        return format_datetime(timezone.localtime(at), form, locale=language())
    return format_date(at, form, locale=language())


@register.filter
def longday(day: date | None) -> str:
    """Write a day in words: 8 March 2026."""
    here = "en_GB" if language() == "en" else language()  # the market is in Europe: days before months
    return format_date(day, "long", locale=here) if day else ""


@register.simple_tag
def market_name() -> str:
    return settings.MARKET_NAME


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of static/img/icons.svg beside the words that say the same."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, name: str, text: str, picture: str) -> SafeString:
    """A link of the main menu, marked on its page and on the pages below it."""
    address = reverse(name)
    path = context["request"].path if "request" in context else ""
    here = "page" if path == address else "true" if path.startswith(address) else ""
    current = format_html(' aria-current="{}"', here) if here else ""
    return format_html('<li><a href="{}"{}>{}<span>{}</span></a></li>', address, current, icon(picture), text)


@register.simple_tag
def state_badge(cycle: Any) -> SafeString:
    return format_html('<span class="badge" data-state="{}">{}</span>', cycle.state, cycle.get_state_display())


@register.inclusion_tag("_pack_bar.html")
def pack_bar(progress: Any) -> dict[str, Any]:
    """How full the open pack of an offer is, as a bar with its text."""
    return {"progress": progress}


@register.filter
def entry_kind(kind: str) -> str:
    """Name what a ledger entry records, in the reader's language."""
    names = {
        "order placed": _("Set aside for an order"),
        "hold released": _("Set free again"),
        "order settled": _("Paid for an order"),
        "payment received": _("Paid in"),
        "payout": _("Paid out"),
        "units issued": _("Units issued"),
        "units redeemed": _("Units redeemed"),
        "wallet payment": _("Payment"),
        "cycle settled": _("Earned in a cycle"),
        "reversal": _("Reversal"),
        "card fee": _("Fee of the card payment"),
        "card payout": _("Stripe paid to the bank account"),
        "refund asked": _("On its way back to the card"),
        "refund sent": _("Sent back to the card"),
        "refund refused": _("The card took nothing back"),
        "refund returned": _("A refund came back"),
        "order given back": _("Order given back"),
        "stock counted": _("Stock counted"),
        "invoice difference": _("Difference to an invoice"),
        "claim credited": _("Credit for what was missing"),
        "settlement undone": _("Settlement undone"),
    }
    return names.get(kind, kind)


@register.filter
def at(names: dict[Any, Any], key: Any) -> Any:
    """Look a key up in a table of names."""
    return names.get(key, "")


@register.filter
def cents(amount: Decimal | None) -> int:
    """Turn euros that the database added up into cents."""
    return to_minor(Decimal(amount or 0))


@register.filter
def from_cents(minor: int) -> Decimal:
    """Turn cents into euros for an input field."""
    return from_minor(minor)


@register.filter
def weight_unit(unit: str) -> str:
    """Write a unit of weight as people do: kg, g."""
    return {"KGM": "kg", "GRM": "g"}.get(unit, "")


@register.filter
def quantity4(number: Decimal) -> str:
    """Write a bare price with the two to four decimals it needs."""
    return _decimal(number, "#,##0.00##", language())


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], code: str) -> str:
    """Give the address of the present page below another language's prefix."""
    request = context.get("request")
    path, here = request.get_full_path() if request else "/", f"/{get_language()}/"
    return f"/{code}/{path.removeprefix(here)}" if path.startswith(here) else translate_url(path, code)


@register.simple_tag
def whole_address(path: str) -> str:
    """The address of a page as others find it: with the market's name, and without what was asked for."""
    return absolute(path.partition("?")[0])


@register.simple_tag(takes_context=True)
def and_back(context: dict[str, Any]) -> str:
    """Make the end of an address that leads to signing in: where to go on afterwards."""
    request = context.get("request")
    if request is None:
        return ""
    here = request.GET.get("next") or request.get_full_path()
    return "" if "/accounts/" in here else f"?{urlencode({'next': here})}"
