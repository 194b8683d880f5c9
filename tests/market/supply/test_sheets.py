"""The sheets of a pick-up day: over all its cycles, in one PDF, and never older than what they say."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from market.paper import HEIGHT, WIDTH, Box, Page, Rule, Words, width_of
from market.printing import label_pages, matrix_pages, table_pages
from market.supply.models import DeliveredShare
from market.supply.prints import print_sheets
from market.supply.receiving import correct_share
from market.supply.sheets import SHEETS, PickupDay, cycles_of_day
from market.tables import Column, Group, Table
from tests import builders as build
from tests.square import client_of

pytestmark = pytest.mark.django_db


class Day:
    """Two cycles of a group are handed out on one day; Lise ordered in both, Noor in one."""

    def __init__(self) -> None:
        self.group = build.a_group()
        self.carrots = build.a_product(build.a_producer(), "Carrots", "2.00")
        self.soap = build.a_product(build.a_producer("Soap Works", editor="Sara"), "Soap", "4.00")
        self.lise = build.a_household("Lise", group=self.group)
        self.noor = build.a_household("Noor", group=self.group)
        self.cycles = []
        for name, product in (("Vegetables", self.carrots), ("Soaps", self.soap)):
            cycle = build.an_open_cycle(self.group, [product], name=name)
            build.an_order(self.lise, cycle, {product: 3})
            if product is self.carrots:
                build.an_order(self.noor, cycle, {product: 2})
            build.close(cycle)
            build.order_from_producers(cycle)
            build.receive(cycle)
            self.cycles.append(cycle)

    def sheets(self) -> PickupDay:
        day = timezone.localdate(self.cycles[0].distribution_at)
        return PickupDay(self.group, day, cycles_of_day(self.group, day))

    def print(self, *, changed_only: bool = False, names: tuple[str, ...] = tuple(SHEETS)) -> tuple[str, int] | None:
        """Give the words on the paper and the revision."""
        printed = print_sheets(
            day=self.sheets(), names=names, changed_only=changed_only, actor=build.a_person("Amina"), at=build.NOW
        )
        if printed is None:
            return None
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(printed.pdf)).pages), printed.revision


def test_deliveries_compared_add_up_over_all_producers_on_the_screen_in_the_file_and_on_paper() -> None:
    day = Day()
    build.receive(day.cycles[0], {day.carrots: 4})
    build.receive(day.cycles[1], {day.soap: 2})
    table = SHEETS["comparison"](day.sheets())
    assert [group.total[5] for group in table.groups if group.total] == [-200, -400, -600]
    assert table.csv().splitlines()[-1] == "All producers,in all,,,,,-6.00,,"
    page = client_of("Amina").get(reverse("market:supply:packing", args=[day.cycles[0].pk]), {"by": "comparison"})
    assert page.content.decode().count("-€6.00") == 1
    printed = day.print(names=("comparison",))
    assert printed is not None
    assert "All producers" in printed[0]
    assert "-€6.00" in printed[0]


def test_two_orders_of_one_producer_on_a_day_say_of_which_cycle_they_are() -> None:
    day = Day()
    titles = [group.title for group in SHEETS["comparison"](day.sheets()).groups]
    assert titles == ["Riverside Farm", "Soap Works", "All producers"]
    cycle = build.an_open_cycle(day.group, [day.carrots], name="Roots")
    build.an_order(day.lise, cycle, {day.carrots: 1})
    build.close(cycle)
    build.order_from_producers(cycle)
    for sheet in ("orders", "comparison"):
        titles = [group.title for group in SHEETS[sheet](day.sheets()).groups]
        assert titles[:3] == ["Riverside Farm · Vegetables", "Riverside Farm · Roots", "Soap Works"]


def test_a_household_has_one_sheet_for_all_cycles_of_the_day() -> None:
    day = Day()
    table = SHEETS["household"](day.sheets())
    lise = next(group for group in table.groups if "Lise" in group.title)
    assert [(row[1], row[2]) for row in lise.rows] == [(3, "Carrots"), (3, "Soap")]
    assert len(table.groups) == 2


def test_all_sheets_are_one_pdf_with_stamp_revision_and_numbered_pages() -> None:
    words, revision = Day().print()
    assert revision == 1
    for expected in ("Carrots", "Soap Works", "Lise", "revision 1", "printed", "1 / 7", "7 / 7"):
        assert expected in words, expected


def test_every_sheet_is_also_a_file_for_a_spreadsheet() -> None:
    day = Day()
    address = reverse("market:supply:packing", args=[day.cycles[0].pk])
    for name in SHEETS:
        answer = client_of("Amina").get(address, {"by": name, "format": "csv"})
        assert answer.headers["Content-Type"].startswith("text/csv"), name
        assert ("Carrots" if name not in ("labels", "cash") else "Lise") in answer.content.decode(), name
    assert "Lise" in client_of("Amina").get(address, {"by": "matrix"}).content.decode()


def test_paper_that_is_out_of_date_is_printed_again_and_no_other() -> None:
    day = Day()
    day.print()
    assert day.print(changed_only=True) is None  # nothing changed: no paper is wasted
    share = DeliveredShare.objects.get(line__order__household=day.noor)
    correct_share(share=share, quantity=Decimal(1), actor=None, at=build.NOW)
    words, revision = day.print(changed_only=True, names=("household", "product"))
    assert revision == 2
    assert "Noor" in words
    assert "Soap" not in words  # nothing about soap changed, so its sheet and Lise's are still right
    assert day.print(changed_only=True, names=("household",)) is None


def test_the_same_content_keeps_its_revision() -> None:
    day = Day()
    assert [day.print()[1], day.print()[1]] == [1, 1]


def test_a_long_name_is_never_cut_off_and_headings_return_on_every_page() -> None:
    group = build.a_group()
    farm = build.a_producer()
    words = "A very long name of a product that no column holds, with its variety, its origin and its maker"
    products = [build.a_product(farm, f"{words} {number}") for number in range(40)]
    lise = build.a_household("Lise", group=group, euros="900")
    cycle = build.an_open_cycle(group, products)
    build.an_order(lise, cycle, dict.fromkeys(products, 1))
    build.close(cycle)
    day = PickupDay(group, timezone.localdate(cycle.distribution_at), [cycle])
    printed = print_sheets(day=day, names=["household"], changed_only=False, actor=None, at=build.NOW)
    pages = [page.extract_text() for page in PdfReader(BytesIO(printed.pdf)).pages]
    assert len(pages) > 1
    assert all("Product" in page and "Producer" in page for page in pages)
    assert sum(page.count("maker") for page in pages) == 40


def test_the_print_room_answers_with_a_pdf_and_remembers_who_printed_what() -> None:
    day = Day()
    address = reverse("market:supply:print", args=[day.cycles[0].pk])
    client = client_of("Amina")
    answer = client.post(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert client.post(address, {"changed": "1"}).status_code == 302
    page = client.get(reverse("market:supply:packing", args=[day.cycles[0].pk])).content.decode()
    assert "revision 1" in page


# --- Setting on pages, without a database ----------------------------------------------------------------------------


def leaving(pages: list[Page]) -> list[Words | Box | Rule]:
    """What does not stand wholly on its page, with the room printers need at the edge."""
    found: list[Words | Box | Rule] = []
    for page in pages:
        across, down = (HEIGHT, WIDTH) if page.wide else (WIDTH, HEIGHT)
        for mark in page.marks:
            match mark:
                case Words():
                    long = width_of(mark.words, mark.size, mark.face)
                    left = mark.x - (long if mark.align == "right" else 0)
                    right = mark.x if mark.upright or mark.align == "right" else mark.x + long
                    edges = left, mark.y - (long if mark.upright else 3), right, mark.y
                case Box():
                    edges = mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
                case Rule():
                    edges = mark.x, mark.y, mark.to_x, mark.to_y
            if edges[0] < 7 or edges[1] < 7 or edges[2] > across - 7 or edges[3] > down - 11:
                found.append(mark)
    return found


LONG = "Extraordinàriament-llarg-i-sense-cap-espai-" * 2


@pytest.mark.parametrize("words", ["Pa", "Tomàquet de penjar de la Cooperativa de la Vall", LONG])
@pytest.mark.parametrize("columns", [2, 6, 11])
def test_no_word_leaves_the_page(words: str, columns: int) -> None:
    kinds = ["tick", "text", "money", "quantity", "text", "blank", "text", "quantity", "text", "money", "text"]
    head = [Column("☐" if kind == "tick" else words, kind) for kind in kinds[:columns]]
    row = [{"text": words, "money": 123_456, "quantity": Decimal("12.5")}.get(column.kind) for column in head]
    groups = [Group([row] * count, words, words, total=row) for count in (1, 3, 40)]
    pages = list(table_pages(Table("any", words, head, groups, note=words)))
    assert leaving(pages) == []
    cells = [str(n) for n in range(47)]
    assert leaving(list(matrix_pages(words, [words] * 47, [(words, cells, "1034.25")] * 40))) == []
    assert leaving(list(label_pages([(words, "ABC123 DEF456 GHI789", "12 items", "Friday")] * 30))) == []


def test_a_narrow_list_stands_in_two_columns_in_reading_order() -> None:
    groups = [Group([["", n, "Lise"]] * 9, f"Product {n}") for n in range(1, 9)]
    (page,) = table_pages(
        Table("any", "All", [Column("☐", "tick"), Column("Items", "quantity"), Column("Who")], groups)
    )
    titles = [mark for mark in page.marks if isinstance(mark, Words) and mark.words.startswith("Product")]
    assert [mark.words for mark in titles] == [group.title for group in groups]
    assert [mark.x for mark in titles] == sorted(mark.x for mark in titles)
    assert len({mark.x for mark in titles}) == 2


def test_forty_households_stand_side_by_side_on_one_page() -> None:
    rows = [(f"Product {n}", ["1"] * 40, "40") for n in range(30)]
    assert len(list(matrix_pages("All", [f"Household {n}" for n in range(40)], rows))) == 1


def test_the_sum_of_all_groups_never_stands_alone_on_a_page() -> None:
    for rows in range(1, 60):
        groups = [Group([[f"Product {n}", 100] for n in range(rows)], "A farm", total=["in all", 100 * rows]),
                  Group([], "All producers", total=["in all", 100 * rows])]  # fmt: skip
        pages = list(
            table_pages(Table("any", "Sheet", [Column("A wide product " * 8), Column("Worth", "money")], groups))
        )
        words = [mark.words for mark in pages[-1].marks if isinstance(mark, Words)]
        assert "All producers" in words
        assert any(word.startswith("A farm") for word in words), rows


# --- In which order, and what stands together -------------------------------------------------------------------------


def test_a_crate_gets_one_line_for_what_a_household_ordered_in_two_cycles_of_the_day() -> None:
    day = Day()
    again = build.an_open_cycle(day.group, [day.carrots], name="Roots")
    orders = [build.an_order(day.lise, again, {day.carrots: 4})]
    build.close(again)
    build.order_from_producers(again)
    build.receive(again)
    lise = next(group for group in SHEETS["household"](day.sheets()).groups if "Lise" in group.title)
    assert [(row[1], row[2]) for row in lise.rows] == [(7, "Carrots"), (3, "Soap")]
    assert orders[0].reference in lise.title
    carrots = SHEETS["product"](day.sheets()).groups[0]
    assert carrots.title.startswith("Carrots: 9 ")
    assert [(row[1], row[2]) for row in carrots.rows] == [(7, "Lise"), (2, "Noor")]
    assert orders[0].reference in carrots.rows[0][3]  # both codes, as on the label
    assert [row[0] for row in SHEETS["matrix"](day.sheets()).groups[0].rows] == ["Carrots", "Soap"]
    money = next(row[2] for row in SHEETS["cash"](day.sheets()).groups[0].rows if row[0] == "Lise")
    assert money == 7 * 200 + 3 * 400


def test_what_is_weighed_stays_in_a_bag_of_its_own_for_each_order() -> None:
    day = Day()
    pumpkin = build.a_product(day.carrots.producer, "Pumpkin", "3.00", unit="KGM", weighed=True)
    for name in ("First", "Second"):
        cycle = build.an_open_cycle(day.group, [pumpkin], name=name)
        build.an_order(day.noor, cycle, {pumpkin: 1})
        build.close(cycle)
        build.order_from_producers(cycle)
        build.receive(cycle)
    noor = next(group for group in SHEETS["household"](day.sheets()).groups if "Noor" in group.title)
    assert [(row[1], row[2]) for row in noor.rows] == [(2, "Carrots"), (1, "Pumpkin"), (1, "Pumpkin")]


def test_names_with_numbers_stand_in_the_order_people_count() -> None:
    group, farm = build.a_group(), build.a_producer()
    products = [build.a_product(farm, name) for name in ("Jam 103", "Jam 13", "Àpat", "Jam 108", "bread", "Jam 2")]
    cycle = build.an_open_cycle(group, products)
    for number in (10, 2, 1):
        build.an_order(build.a_household(f"Household {number}", group=group), cycle, dict.fromkeys(products, 1))
    build.close(cycle)
    build.order_from_producers(cycle)
    day = PickupDay(group, timezone.localdate(cycle.distribution_at), [cycle])
    names = ["Àpat", "bread", "Jam 2", "Jam 13", "Jam 103", "Jam 108"]
    homes = ["Household 1", "Household 2", "Household 10"]
    sheets = {name: make(day) for name, make in SHEETS.items()}
    assert [row[2] for row in sheets["household"].groups[0].rows] == names
    assert [group.title.split(" · ")[0] for group in sheets["household"].groups] == homes
    assert [group.title.split(":")[0] for group in sheets["product"].groups] == names
    assert [column.heading for column in sheets["matrix"].columns[1:-1]] == homes
    assert [row[0] for row in sheets["matrix"].groups[0].rows] == names
    assert [row[1] for row in sheets["orders"].groups[0].rows] == names
    assert [row[0] for row in sheets["comparison"].groups[0].rows] == names
    assert [row[0] for row in sheets["cash"].groups[0].rows] == homes
    page = client_of("Amina").get(reverse("market:supply:pickup", args=[cycle.pk])).content.decode()
    assert sorted(homes, key=lambda name: page.index(f"{name}<")) == homes


def test_what_comes_one_by_one_is_called_no_pack() -> None:
    group, farm = build.a_group(), build.a_producer()
    loose, packed = build.a_product(farm, "Leeks"), build.a_product(farm, "Oats", pack_size=Decimal(6))
    cycle = build.an_open_cycle(group, [loose, packed])
    build.an_order(build.a_household("Lise", group=group), cycle, {loose: 5, packed: 6})
    build.close(cycle)
    build.order_from_producers(cycle)
    day = PickupDay(group, timezone.localdate(cycle.distribution_at), [cycle])
    assert [row[2:5] for row in SHEETS["orders"](day).groups[0].rows] == [[None, None, 5], [1, 6, 6]]
