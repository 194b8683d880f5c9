"""Price lists: what good ones say, and what is said about bad ones."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue.importers import ParsedList, read_price_list
from market.catalogue.models import Product
from market.catalogue.services import apply_price_list, keep_price_list
from tests import builders as build

OFN = "producer,sku,name,display_name,category,description,units,unit_type,variant_unit_name,price,on_hand,on_demand\n"
FOODSOFT = (
    "avail.;Order number;Name;Supplier order unit;Unit;Ratios to supplier order unit;Minimum order quantity;"
    "Billing unit;Group order granularity;Group order unit;Price (net);Price unit;VAT;Deposit;Note;Category;Origin;"
    "Manufacturer\n"
)


def ofn(*lines: str) -> ParsedList:
    return read_price_list((OFN + "\n".join(lines)).encode(), format="ofn")


def foodsoft(*lines: str) -> ParsedList:
    return read_price_list((FOODSOFT + "\n".join(lines)).encode(), format="foodsoft")


def faults(parsed: ParsedList) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.code) for fault in parsed.faults]


def test_an_ofn_line_is_a_product() -> None:
    (row,) = ofn("Molí,O1,Olive oil,,Oil,Cold pressed,750,ml,,11.50,24,").rows
    assert (row.sku, row.name, row.unit, row.unit_amount, row.unit_text) == ("O1", "Olive oil", "MLT", 750, "750 ml")
    assert (row.price, row.stock, row.category, row.description) == (Decimal("11.50"), 24, "Oil", "Cold pressed")


def test_on_demand_means_without_limit_and_a_display_name_tells_variants_apart() -> None:
    (row,) = ofn("Molí,O2,Olive oil,early harvest,Oil,,1,,bottle,9,5,1").rows
    assert (row.stock, row.name, row.unit, row.unit_text) == (None, "Olive oil, early harvest", "H87", "1 bottle")


def test_a_foodsoft_line_with_a_unit_is_priced_per_item_and_comes_in_packs() -> None:
    (row,) = foodsoft("Yes;17;Tomatoes;;500 g;20 Piece;2;;1;;1.20;;4;0.10;organic;Vegetables;Best;Red Yard").rows
    assert (row.pack_size, row.minimum_packs, row.unit, row.unit_amount) == (20, 2, "GRM", 500)
    assert (row.price, row.deposit, row.vat_percent) == (Decimal("1.2480"), Decimal("0.1040"), 4)
    assert (row.note, row.origin, row.manufacturer, row.available) == ("organic", "Best", "Red Yard", True)


def test_a_foodsoft_price_of_a_crate_is_divided_among_its_pieces() -> None:
    line = "No;18;Cabbage;Crate;;8 Piece, 6 Kilogram;;;1;Piece;12.00;;0;0;;Vegetables;;"
    (row,) = foodsoft(line).rows
    assert (row.pack_size, row.price, row.available) == (8, Decimal("1.5000"), False)
    (row,) = foodsoft(line.replace(";12.00;;", ";2.00;Kilogram;")).rows
    assert row.price == Decimal("1.5000")  # six kilograms at two euros, in eight pieces


def test_windows_files_with_commas_and_a_mark_at_the_front_are_read() -> None:
    text = FOODSOFT + 'Yes;1;Crème fraîche;;250g;6 Piece;;;1;;"2,35";;4;0;;Dairy;;\n'
    for content in (text.encode("cp1252"), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        (row,) = read_price_list(content, format="foodsoft").rows
        assert (row.name, row.price) == ("Crème fraîche", Decimal("2.4440"))


def test_every_fault_is_named_by_line_and_column() -> None:
    parsed = ofn(
        "Molí,A,Olives,,Oil,,1,kg,,4.00,,1",
        "Molí,A,Capers,,Oil,,1,kg,,cheap,,1",
        'Molí,B,"Two\nlines",,Oil,,1,stone,,-2,,1',
        "Molí,C,,,Oil,,0,kg,,1.23456,,1",
    )
    assert faults(parsed) == [
        (3, "price", "not_a_number"),
        (3, "sku", "repeated"),
        (4, "unit_type", "unit"),
        (4, "price", "negative"),
        (6, "name", "missing"),
        (6, "price", "too_precise"),
    ]
    assert not parsed.ok
    assert all(fault.expected for fault in parsed.faults)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e5", "", "--", "1_000"])
def test_what_is_no_price_is_refused(price: str) -> None:
    assert not ofn(f"Molí,A,Olives,,Oil,,1,kg,,{price},,1").ok


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "no_column"), (b"PK\x03\x04rest", "binary"), (b"a,b\n1,2\n", "no_column"), (OFN.encode(), "empty")],
)
def test_what_is_no_price_list_says_what_to_do(content: bytes, code: str) -> None:
    parsed = read_price_list(content, format="ofn")
    assert [fault.code for fault in parsed.faults] == [code]
    assert not parsed.ok


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (OFN + text).encode()))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for name in ("ofn", "foodsoft"):
        assert isinstance(read_price_list(content, format=name), ParsedList)


@given(price=st.decimals(0, 99_999, places=4), amount=st.integers(1, 5000))
def test_what_was_written_is_read(price: Decimal, amount: int) -> None:
    (row,) = ofn(f"Molí,A,Olives,,Oil,,{amount},g,,{price},,1").rows
    assert (row.price, row.unit_amount) == (price, amount)


def test_importing_twice_changes_nothing_and_a_new_price_changes_one_product(db: None) -> None:
    farm, bruno = build.a_producer(), build.a_person("Bruno")

    def upload(price: str) -> list[str]:
        content = (OFN + f"F,1,Leeks,,Veg,,1,kg,,{price},,1\nF,2,Chard,,Veg,,1,,bunch,2,,1\n").encode()
        kept = keep_price_list(
            producer=farm, file_name="l.csv", content=content, format="ofn", actor=bruno, at=build.NOW
        )
        return [change.kind for change in apply_price_list(price_list=kept, at=build.NOW)]

    assert upload("2.50") == ["new", "new"]
    assert upload("2.50") == ["same", "same"]
    assert upload("2.75") == ["changed", "same"]
    assert Product.objects.get(sku="1").price.amount == Decimal("2.75")
    assert str(Product.objects.get(sku="1").price.currency) == "EUR"


def test_a_half_wrong_file_imports_nothing(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    farm = build.a_producer()
    path = tmp_path / "list.csv"
    path.write_text(OFN + "F,1,Leeks,,Veg,,1,kg,,2,,1\nF,2,Chard,,Veg,,1,kg,,free,,1\n")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_catalogue", path, format="ofn", organisation=farm.slug)
    assert "line 3, column price" in capsys.readouterr().err
    assert not farm.products.exists()


def test_a_dry_run_only_says_what_would_change(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    farm = build.a_producer()
    path = tmp_path / "list.csv"
    path.write_text(OFN + "F,1,Leeks,,Veg,,1,kg,,2,,1\n")
    call_command("import_catalogue", path, format="ofn", organisation=farm.slug, dry_run=True)
    assert "1 products would be new" in capsys.readouterr().out
    assert not farm.products.exists()


DATA = Path(os.environ.get("CABAS_DATA", Path(__file__).parents[4] / "shared/data")) / "catalogues"


@pytest.mark.skipif(not DATA.exists(), reason="no real price lists beside the project (CABAS_DATA)")
@pytest.mark.parametrize(
    ("name", "layout", "products"),
    [("ofn_sample_file_120_products.csv", "ofn", 120), ("foodsoft_file_01.csv", "foodsoft", 4),
     ("foodsoft_file_02.csv", "foodsoft", 1)],
)  # fmt: skip
def test_real_price_lists_are_read_whole(name: str, layout: str, products: int) -> None:
    parsed = read_price_list((DATA / name).read_bytes(), format=layout)
    assert (len(parsed.rows), parsed.faults) == (products, ())
