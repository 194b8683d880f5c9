"""Forms in which many figures are typed at once: read row by row, so that one slip loses nothing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from market.figures import read_decimal


class Field(NamedTuple):
    """One row of such a form: what it is for, what was typed into it, what is wrong with that."""

    row: Any
    typed: str | None
    fault: str


def read_typed(
    request: HttpRequest, keys: Iterable[int], faults: dict[int, str], *, required: bool = False
) -> dict[int, Decimal]:
    """Read the quantities a person typed, by key; what cannot be read is named in `faults`.

    An empty field is zero, unless it is `required`: then nobody knows whether nothing is meant or nothing was written.
    """
    quantities = {}
    for key in keys:
        try:
            quantities[key] = read_decimal(request.POST.get(f"items-{key}", ""), decimals=3, required=required)
        except ValidationError as refusal:
            faults[key] = refusal.messages[0]
    return quantities


def read_seen(request: HttpRequest, key: int) -> Decimal | None:
    """Read what the form showed for a row when it was made; None where nothing had been recorded."""
    text = request.POST.get(f"seen-{key}", "")
    try:
        return read_decimal(text, decimals=3) if text else None
    except ValidationError:
        return None
