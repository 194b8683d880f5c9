"""Price lists: what good ones say, and what is said about bad ones."""

import csv
import io
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from market.catalogue.importers import ParsedList, ProductRow, read_price_list

FIXTURES = Path(__file__).parents[2] / "fixtures/catalogues"
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


def own(name: str, *, layout: str) -> ParsedList:
    return read_price_list((FIXTURES / name).read_bytes(), format=layout)


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
    line = "No;18;Cabbage;Crate;;8 Piece, 1.5 Kilogram;;;1;Piece;12.00;;0;1.60;;Vegetables;;"
    (row,) = foodsoft(line).rows
    assert (row.pack_size, row.price, row.deposit, row.available) == (8, Decimal("1.5000"), Decimal("0.2000"), False)
    assert (row.unit_text, row.unit, row.unit_amount) == ("Piece", "KGM", Decimal("1.5"))


def test_foodsoft_ratios_form_a_chain_and_the_price_unit_counts() -> None:
    line = "Yes;18;Cabbage;Crate;;8 Piece, 1.5 Kilogram;;;1;Piece;2.00;Kilogram;0;0;;Vegetables;;"
    (row,) = foodsoft(line).rows
    assert row.price == Decimal("3.0000")  # eight pieces of 1.5 kg: twelve kilograms at two euros, in eight pieces
    (row,) = foodsoft(line.replace("Kilogram;0", "gram;0").replace("2.00", "0.0021")).rows
    assert row.price == Decimal("3.1500")  # grams need no ratio of their own


def test_a_foodsoft_unit_in_free_words_is_divided_too_when_households_order_parts_of_it() -> None:
    (row,) = foodsoft("Yes;19;Soap;;big box;4 Bag\\, paper, 6 Bar;;;1;Bar;24.00;Bag, paper;0;0;;;;").rows
    assert (row.pack_size, row.price, row.unit_text) == (24, Decimal("4.0000"), "Bar")


def test_foodsoft_steps_make_the_item() -> None:
    line = "Yes;20;Cheese;kilogram;;;2;;100;gram;18.00;;4;0;;Dairy;;"
    (row,) = foodsoft(line).rows
    assert (row.unit_text, row.unit, row.unit_amount, row.pack_size) == ("100 gram", "GRM", 100, 10)
    assert (row.price, row.minimum_packs) == (Decimal("1.8720"), 2)
    (row,) = foodsoft(line.replace(";100;gram;", ";0.5;kilogram;")).rows
    assert (row.unit_text, row.unit_amount, row.pack_size, row.price) == (
        "0.5 kilogram",
        Decimal("0.5"),
        2,
        Decimal("9.36"),
    )


def test_foodsoft_columns_in_another_language_are_found_by_position() -> None:
    header = (
        "verf.;Nr.;Bezeichnung;A;B;C;D;E;F;G;Netto;H;MwSt;Pfand;Notiz;Kategorie;Herkunft;Hersteller;http://x.example"
    )
    good = "Ja;17;Tomaten;;500 g;20 Stück;;;1;;1,20;;4 %;0;bio;;Best;Red Yard;"
    parsed = read_price_list(
        f"{header}\n{good}\n{good.replace(';17;', ';18;').replace('1,20', 'x')}".encode(), format="foodsoft"
    )
    assert [(row.name, row.pack_size, row.price) for row in parsed.rows] == [("Tomaten", 20, Decimal("1.2480"))]
    assert faults(parsed) == [(3, "Netto", "not_a_number")]


def test_windows_files_with_commas_and_a_mark_at_the_front_are_read() -> None:
    text = FOODSOFT + 'Yes;1;Crème fraîche;;250g;6 Piece;;;1;;"2,35";;4;0;;Dairy;;\n'
    for content in (text.encode("cp1252"), text.encode("utf-8-sig"), text.encode("utf-16"),
                    text.replace("\n", "\r\n").encode(), text.replace("\n", "\r").encode()):  # fmt: skip
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
        (6, "units", "zero"),
        (6, "price", "too_precise"),
    ]
    assert not parsed.ok
    assert all(fault.expected for fault in parsed.faults)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e5", "", "--", "1_000"])
def test_what_is_no_price_is_refused(price: str) -> None:
    assert not ofn(f"Molí,A,Olives,,Oil,,1,kg,,{price},,1").ok


def spreadsheet() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["name", "price", "units"])
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "no_column", 1, "name"),
        (b"\xff\xfe", "no_column", 1, "name"),
        (b"a,b\n1,2\n", "no_column", 1, "name"),
        (b"name,units\nLeeks,1\n", "no_column", 1, "price"),
        (spreadsheet(), "binary", 1, ""),
        (b"%PDF-1.7", "binary", 1, ""),
        ((OFN + "F,1,Leeks\x00,,,,1,kg,,2,,1").encode("utf-16"), "binary", 1, ""),
        ((OFN + 'F,1,Leeks,,,,1,kg,,2,,1\nF,2,"Chard,,,,1,kg,,2\nF,3,Kale,,,,1,kg,,2,,1').encode(), "quotes", 3, ""),
        (OFN.encode(), "empty", 2, ""),
    ],
)  # fmt: skip
def test_what_is_no_price_list_says_what_to_do(content: bytes, code: str, line: int, column: str) -> None:
    parsed = read_price_list(content, format="ofn")
    assert [(fault.code, fault.line, fault.column) for fault in parsed.faults] == [(code, line, column)]
    assert parsed.faults[0].expected
    assert not parsed.ok


def test_a_file_full_of_faults_is_not_read_to_its_end() -> None:
    parsed = ofn("F,0,Leeks,,,,1,kg,,2,,1", *(f"F,{n},Leeks,,,,1,kg,,free,,1" for n in range(1, 1000)))
    assert [row.line for row in parsed.rows] == [2]
    assert [fault.code for fault in parsed.faults] == ["not_a_number"] * 200 + ["more"]


def test_a_file_of_more_products_than_any_list_holds_is_refused() -> None:
    parsed = ofn(*["F,,Leeks,,,,1,kg,,2,,1"] * 50_001)
    assert faults(parsed) == [(50_002, "", "too_many_rows")]
    assert parsed.rows == ()


def test_another_format_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="ofn, foodsoft"):
        read_price_list(b"", format="edifact")


def test_an_ofn_list_of_our_own_is_read_whole() -> None:
    parsed = own("riverside_ofn.csv", layout="ofn")
    assert parsed.ok
    assert [(row.line, row.name, row.price, row.vat_percent, row.stock) for row in parsed.rows] == [
        (2, "Carrots", Decimal("1.90"), 4, 40),
        (4, "Leeks", Decimal("1.35"), 4, None),
        (6, "Eggs, half a dozen", Decimal("2.40"), 4, 25),
        (7, "Apple juice", Decimal("3.20"), 10, 12),
        (8, "Chard", Decimal("1.80"), 0, 0),
    ]
    assert [(row.unit, row.unit_amount) for row in parsed.rows] == [
        ("KGM", 1), ("GRM", 500), ("H87", 6), ("CLT", 75), ("H87", 1)
    ]  # fmt: skip
    assert [parsed.rows[i].description for i in (0, 4)] == ["Washed,\nwithout leaves", "=SUM(A1)"]


def test_a_half_wrong_ofn_list_names_each_fault_and_keeps_the_good_rows_for_the_preview() -> None:
    parsed = own("riverside_ofn_half_wrong.csv", layout="ofn")
    assert faults(parsed) == [
        (3, "price", "not_a_number"),
        (4, "sku", "repeated"),
        (5, "unit_type", "unit"),
        (5, "price", "not_a_number"),
        (7, "name", "missing"),
        (8, "price", "too_precise"),
        (9, "units", "zero"),
        (9, "on_demand", "yes_or_no"),
        (9, "price", "negative"),
        (10, "", "too_many_cells"),
        (11, "price", "too_large"),
        (12, "unit_type", "unit"),
        (12, "price", "ambiguous"),
    ]
    assert "line 2" in parsed.faults[1].expected
    assert [row.name for row in parsed.rows] == ["Carrots", "Onions"]
    assert not parsed.ok


def test_a_foodsoft_list_of_our_own_is_read_whole() -> None:
    parsed = own("moli_foodsoft.csv", layout="foodsoft")
    assert parsed.ok
    assert [(row.name, row.pack_size, row.price, row.deposit) for row in parsed.rows] == [
        ("Olive oil, first pressing", 6, Decimal("11.9900"), Decimal("0.2750")),
        ("Olives", 1, Decimal("7.0400"), 0),
        ("Eggs", 30, Decimal("0.3120"), Decimal("0.0520")),
        ("Almond biscuits", 12, Decimal("3.9600"), 0),
        ("Cheese", 10, Decimal("1.8720"), 0),
    ]
    assert [(row.unit, row.unit_amount) for row in parsed.rows] == [
        ("MLT", 750), ("KGM", 1), ("H87", 1), ("GRM", 250), ("GRM", 100)
    ]  # fmt: skip
    oil, olives = parsed.rows[:2]
    assert (oil.minimum_packs, oil.note, oil.manufacturer, oil.available) == (2, "bio ◎", "Molí del Camp", True)
    assert not olives.available


def test_a_half_wrong_foodsoft_list_names_each_fault() -> None:
    parsed = own("moli_foodsoft_half_wrong.csv", layout="foodsoft")
    assert faults(parsed) == [
        (2, "Ratios to supplier order unit", "ratio"),
        (3, "Group order unit", "unit"),
        (4, "VAT", "too_large"),
        (4, "Group order granularity", "zero"),
        (4, "avail.", "yes_or_no"),
        (6, "Deposit", "negative"),
        (6, "Order number", "repeated"),
    ]
    assert [row.name for row in parsed.rows] == ["Soap", "Vinegar"]


def test_the_default_vat_is_for_products_whose_list_does_not_say_it() -> None:
    text = (FIXTURES / "riverside_ofn.csv").read_bytes()
    rows = read_price_list(text, format="ofn", default_vat=Decimal(21)).rows
    assert [row.vat_percent for row in rows] == [4, 4, 4, 10, 21]


NASTY = st.text(alphabet=st.sampled_from('"\\,;\t\n\r 0123456789.-€xXgkGKlL%¼\u2028\x0bé'), max_size=200)


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | NASTY.map(str.encode))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for layout, header in (("ofn", OFN), ("foodsoft", FOODSOFT)):
        for file in (content, header.encode() + content):
            assert isinstance(read_price_list(file, format=layout), ParsedList)


@given(cells=st.lists(NASTY.map(lambda text: text[:60]), min_size=18, max_size=18))
def test_no_cells_break_the_foodsoft_reader(cells: list[str]) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerow(cells)
    assert isinstance(read_price_list((FOODSOFT + file.getvalue()).encode(), format="foodsoft"), ParsedList)


WORDS = st.text(alphabet=st.characters(codec="utf-8", categories=["L", "P", "S", "Nd"]), min_size=1, max_size=30)


@st.composite
def ofn_rows(draw: st.DrawFn) -> list[ProductRow]:
    """Products as a list can say them, each with its own number."""
    count = draw(st.integers(1, 5))
    return [
        ProductRow(
            line=2 + index,
            sku=f"P{index}",
            name=draw(WORDS),
            category=draw(WORDS),
            manufacturer=draw(WORDS),
            unit="GRM",
            unit_amount=(amount := draw(st.integers(1, 5000).map(Decimal))),
            unit_text=f"{amount} g",
            price=draw(st.decimals(0, 99_999, places=4)),
            stock=draw(st.none() | st.decimals(0, 9_999, places=3)),
        )
        for index in range(count)
    ]


@given(rows=ofn_rows(), delimiter=st.sampled_from(",;\t"), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_was_written_is_read(rows: list[ProductRow], delimiter: str, encoding: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(OFN.strip().split(","))
    for row in rows:
        on_hand, on_demand = ("", 1) if row.stock is None else (row.stock, 0)
        writer.writerow([row.manufacturer, row.sku, row.name, "", row.category, "", row.unit_amount, "g", "", row.price,
                         on_hand, on_demand])  # fmt: skip
    assert read_price_list(file.getvalue().encode(encoding), format="ofn") == ParsedList(tuple(rows), ())


@given(
    net=st.decimals(0, 9_999, places=2),
    pieces=st.integers(1, 60),
    vat=st.sampled_from([0, 4, 10, 21]),
)
def test_foodsoft_pieces_cost_their_share_of_the_crate(net: Decimal, pieces: int, vat: int) -> None:
    (row,) = foodsoft(f"Yes;1;Leeks;Crate;;{pieces} Piece;;;1;Piece;{net};;{vat};0;;;;").rows
    assert abs(row.price * row.pack_size - net * (100 + vat) / 100) <= Decimal("0.00005") * pieces


DATA = Path(os.environ.get("CABAS_DATA", Path(__file__).parents[4] / "shared/data")) / "catalogues"


real_lists = pytest.mark.skipif(not DATA.exists(), reason="no real price lists beside the project (CABAS_DATA)")


@real_lists
def test_the_real_ofn_list_is_read_whole() -> None:
    parsed = read_price_list((DATA / "ofn_sample_file_120_products.csv").read_bytes(), format="ofn")
    assert (len(parsed.rows), parsed.faults) == (120, ())
    assert [(row.sku, row.price, row.unit_amount, row.stock) for row in parsed.rows] == [
        (str(n), n + 1, n, n + 99) for n in range(1, 121)
    ]


@real_lists
@pytest.mark.parametrize("name", ["ofn_product_list_template.csv", "ofn_inventory_template.csv"])
def test_real_templates_hold_no_product(name: str) -> None:
    assert faults(read_price_list((DATA / name).read_bytes(), format="ofn")) == [(2, "", "empty")]


@real_lists
def test_the_real_foodsoft_lists_are_read_whole() -> None:
    first, second = (
        read_price_list((DATA / f"foodsoft_file_0{n}.csv").read_bytes(), format="foodsoft") for n in (1, 2)
    )
    assert first.faults == second.faults == ()
    rows = [*first.rows, *second.rows]
    assert [(row.sku, row.price, row.pack_size, row.unit_amount, row.unit, row.deposit) for row in rows] == [
        ("29932", Decimal("2.4804"), 1, 1, "KGM", 0),
        ("28391", Decimal("5.8936"), 10, 100, "GRM", 0),
        ("1829", Decimal("3.4026"), 10, 1000, "MLT", Decimal("0.4240")),
        ("177813", Decimal("1.2720"), 20, 500, "GRM", 0),
        ("1", Decimal("1.2720"), 20, 500, "GRM", 0),
    ]
    assert (rows[0].note, rows[3].manufacturer) == ("bio ◎", "De röde hof")
