"""Numbers as people and spreadsheets write them."""

import re
from decimal import Decimal

LONGEST = 60  # no number is longer, and trying out where a very long text may end takes very long

# Thousands stand apart by one and the same mark: 1.234.567,89 or 1,234,567.89 or 1 234 567,89 (also narrow spaces).
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
GROUPED = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3}){2,}"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
    r"|[0-9]{1,3}(?:[ '’\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?"
)
# One comma with three digits behind it may be a thousand or a decimal; “0,125” can only be a decimal.
EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


def as_number(text: str) -> Decimal | None:
    """Read a number with a point or a comma, with or without a euro sign; None if it is none."""
    sign, digits = _split(text)
    if PLAIN.fullmatch(digits):
        return Decimal(sign + digits.replace(",", "."))
    if GROUPED.fullmatch(digits):
        marks = re.findall(r"[.,]", digits)
        # The last mark parts the decimals, unless it is one of several alike.
        decimal_mark = marks[-1] if marks and marks.count(marks[-1]) == 1 else ""
        whole, _, decimals = digits.rpartition(decimal_mark) if decimal_mark else (digits, "", "")
        return Decimal(sign + re.sub("[^0-9]", "", whole) + "." + (decimals or "0"))
    return None


def readings(text: str) -> tuple[Decimal, Decimal] | None:
    """Give the two numbers that text like “1,234” may mean, 1.234 and 1234; None if it means one or none."""
    sign, digits = _split(text)
    if not EITHER.fullmatch(digits):
        return None
    return Decimal(sign + digits.replace(",", ".")), Decimal(sign + digits.replace(",", ""))


def _split(text: str) -> tuple[str, str]:
    """Take sign and euro sign off: “- 1,20 €” is “-” and “1,20”."""
    if len(text) > LONGEST:
        return "", ""
    match = re.fullmatch(r"\s*([+-]?)\s*(?:€|EUR)?\s*([+-]?)(.*?)\s*(?:€|EUR)?\s*", text, re.DOTALL | re.IGNORECASE)
    if match is None or (match[1] and match[2]):
        return "", ""
    return match[1] or match[2], match[3]
