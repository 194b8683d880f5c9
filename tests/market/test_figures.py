"""What people type as an amount is read as they meant it, or refused with a sentence; never silently as zero."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from market.figures import AmountField, QuantityField, read_amount


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("€ 50,00", "50"), ("50,00 €", "50"), ("50.00", "50"), ("50", "50"), ("€50", "50"), ("1.250,50 EUR", "1250.50"),
        ("1,250.50", "1250.50"), (" 0,5 ", "0.5"), ("50 euros", "50"), ("50\u00a0€", "50"), ("", "0"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_point_or_comma_and_a_euro_sign(typed: str, read: str) -> None:
    assert AmountField().clean(typed) == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("fifty", "not_a_number"),
        ("€", "not_a_number"),
        ("", "required"),
        ("50 $", "not_a_number"),
        ("1.200", "unclear"),
        ("1,200 €", "unclear"),
        ("-5", "negative"),
        ("5,001.002", "too_precise"),
        ("1e3x", "not_a_number"),
    ],
)
def test_what_is_no_clear_amount_is_refused_and_not_read_as_zero(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AmountField(required=True).clean(typed)
    assert refused.value.code == code


def test_a_quantity_has_three_decimals() -> None:
    assert QuantityField().clean("1,200") == Decimal("1.2")


@pytest.mark.parametrize(("language", "written"), [("en", "1200.50"), ("fr", "1200,50"), ("ca", "1200,50")])
def test_an_amount_in_a_form_is_written_as_it_is_beside_it_and_read_again(language: str, written: str) -> None:
    with override(language):
        assert AmountField().prepare_value(Decimal("1200.5")) == written
    assert read_amount(written) == Decimal("1200.50")
