"""Figures people type into forms: with a point or a comma, with a euro sign or without, never guessed."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_EURO = re.compile(r"€|eur(os?)?", re.IGNORECASE)
_UNCLEAR = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def read_decimal(text: str, *, decimals: int, signed: bool = False, required: bool = False) -> Decimal:
    """Read what a person typed as a number, below zero only if `signed`; an empty text is zero unless `required`.

    A point or a comma separates decimals. Raises ValidationError `not_a_number`, `negative`, `too_precise`,
    `too_large`, `required`.
    """
    text = text.strip().replace("\u00a0", "").replace(" ", "").replace("−", "-")
    if not text and required:
        raise ValidationError(_("Write a number: 0 if there is nothing."), "required")
    if not text:
        return Decimal(0)
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        text = text[:last].replace(",", "").replace(".", "") + "." + text[last + 1 :]
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in text:
        raise ValidationError(_("Write a number in digits, for example 2 or 1.5."), "not_a_number")
    if number < 0 and not signed:
        raise ValidationError(_("Write zero or more: less than nothing is not possible."), "negative")
    if abs(number) > 10_000_000:
        raise ValidationError(_("That number is too large."), "too_large")
    if number != round(number, decimals):
        raise ValidationError(_("At most %(decimals)s decimals, please."), "too_precise", {"decimals": str(decimals)})
    return number


def read_key(text: str | None) -> int:
    """Read the key of a row that a form names; 0, which no row has, for anything that is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def read_amount(text: str, *, signed: bool = False) -> Decimal:
    """Read an amount of money as people type it, with or without a euro sign.

    Raises what `read_decimal` raises, and `unclear`.
    """
    bare = _EURO.sub("", text).strip()
    if text.strip() and not bare:
        raise ValidationError(_("Write a number in digits, for example 2 or 1.5."), "not_a_number")
    # One thousand two hundred, or one and a fifth? Nobody can tell, and money is not guessed.
    if _UNCLEAR.fullmatch(bare):
        raise ValidationError(_("Write this amount without a dot for thousands, for example 1200.00."), "unclear")
    return read_decimal(bare[:40], decimals=2, signed=signed)


class NumberInput(forms.TextInput):
    """A text field with the number pad of a phone: unlike type=number it never throws away what was typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the field without a template: a shop shows dozens of them."""
        shown = {"type": "text", "name": name, "value": self.format_value(value), **self.build_attrs(self.attrs, attrs)}
        return format_html("<input{}>", flatatt({key: text for key, text in shown.items() if text not in (None, "")}))


class QuantityField(forms.Field):
    """A quantity in items, to three decimals."""

    widget = NumberInput
    decimals = 3
    signed = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = str(value or "")
        if not text.strip() and self.required:
            return None  # the field itself says that it is required
        return read_decimal(text[:40], decimals=self.decimals, signed=self.signed)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class AmountField(QuantityField):
    """An amount of money or units, to two decimals, with or without a euro sign."""

    decimals = 2

    def to_python(self, value: Any) -> Any:
        text = str(value or "")
        if not text.strip() and self.required:
            return None  # the field itself says that it is required
        return read_amount(text, signed=self.signed)

    def prepare_value(self, value: Any) -> Any:
        """Write an amount as the reader's language does, without a dot for thousands."""
        return number_format(value, 2, use_l10n=True) if isinstance(value, Decimal) else value
