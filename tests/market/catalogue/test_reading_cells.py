"""Numbers and units as people write them."""

from decimal import Decimal

import pytest

from market.catalogue.importers.numbers import as_number, readings
from market.catalogue.importers.units import Measure, measure


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.20", "1.20"), ("1,20", "1.20"), ("€ 1,20", "1.20"), ("1,20 €", "1.20"), ("2.5 EUR", "2.5"),
        ("EUR2.5", "2.5"), (".5", "0.5"), ("0,125", "0.125"), ("-3", "-3"), ("€ -3", "-3"), ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"), ("1 234,56", "1234.56"), ("1\u202f234,56 €", "1234.56"), ("1'234.5", "1234.5"),
        ("1.234.567", "1234567"), ("1,234,567.8", "1234567.8"), ("12 000", "12000"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_spreadsheets_of_several_countries_write_them(text: str, number: str) -> None:
    assert as_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "Infinity", "1e5", "1_000", "--", "--1", "- -1", "1€50", "1EUR50", "12 50", "1.2,3.4", "1,2,3",
     "1,23.4", "2.50 €/kg", "$2", "½", "١", "€", "1" * 61],
)  # fmt: skip
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    assert as_number(text) is None


def test_a_comma_before_three_digits_can_be_read_in_two_ways() -> None:
    assert readings("1,250 €") == (Decimal("1.250"), Decimal(1250))
    assert readings("0,250") is readings("1.250") is readings("1,25") is readings("1,250.00") is None


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("500 g", 500, "GRM"), ("kg", 1, "KGM"), ("Kilogram", 1, "KGM"), ("4x250ml", 1000, "MLT"),
        ("jar 0,5 l", "0.5", "LTR"), ("6 × 75 cl", 450, "CLT"), ("2 dag", 20, "GRM"), ("1 lb", 1, "LBR"),
        ("500g-bag", 500, "GRM"),
    ],
)  # fmt: skip
def test_weights_and_volumes_are_found_in_words(words: str, amount: int | str, unit: str) -> None:
    assert measure(words) == Measure(Decimal(amount), unit)


@pytest.mark.parametrize(
    "words", ["", "bunch", "jar", "6 eggs", "250 g or 500 g", "12 g x 20", "1/2 kg", "0 g", "3 geese"]
)
def test_words_without_one_clear_weight_or_volume_are_pieces(words: str) -> None:
    assert measure(words) is None


def test_weights_convert_into_weights_and_not_into_volumes() -> None:
    kilogram = Measure(Decimal(1), "KGM")
    assert kilogram.times(Measure(Decimal(250), "GRM")) == 4
    assert kilogram.times(Measure(Decimal(1), "LTR")) is None
    assert kilogram.times(Measure(Decimal(1), "H87")) is None
