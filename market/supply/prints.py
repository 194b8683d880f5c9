"""Printing the sheets of a pick-up day: everything in one PDF, or only what changed since the last time."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from market.paper import Page, print_pages
from market.people.models import Organisation, User
from market.printing import label_pages, matrix_pages, table_pages
from market.supply.models import Printing
from market.supply.sheets import SHEETS, PickupDay
from market.tables import Table, text
from market.templatetags.market import when


class Printed(NamedTuple):
    """A PDF and which revision of the day's sheets it is; `pieces` of paper were new or changed."""

    pdf: bytes
    revision: int
    pieces: int


def last_printing(day: PickupDay) -> Printing | None:
    return Printing.objects.filter(organiser=day.organiser, day=day.day).order_by("-revision", "-pk").first()


@transaction.atomic
def print_sheets(
    *, day: PickupDay, names: Collection[str], changed_only: bool, actor: User | None, at: datetime
) -> Printed | None:
    """Print sheets by name and remember what was printed; gives None when nothing changed since the last printing.

    The revision rises whenever a piece of paper differs from what was printed before under its name, so that two
    sheets of one revision never contradict each other. The stamp says it, with the time, on every page.
    """
    Organisation.objects.select_for_update().get(pk=day.organiser.pk)  # two printers take turns
    last = last_printing(day)
    known = last.parts if last else {}
    tables = [make(day) for name, make in SHEETS.items() if name in names]
    now = {f"{table.name}:{group.key}": group.fingerprint for table in tables for group in table.groups}
    changed = {part for part, mark in now.items() if known.get(part) != mark}
    if changed_only:
        tables = [
            table.only(group.key for group in table.groups if f"{table.name}:{group.key}" in changed)
            for table in tables
        ]
        tables = [table for table in tables if table.groups]
        if not tables:
            return None
    rewritten = any(part in known for part in changed)
    revision = 1 if last is None else last.revision + rewritten
    Printing.objects.create(
        organiser=day.organiser, day=day.day, revision=revision, at=at, actor=actor, parts={**known, **now}
    )
    stamp = _("%(group)s · printed %(at)s · revision %(revision)d") % {
        "group": day.organiser,
        "at": when(at),
        "revision": revision,
    }
    pages = [page for table in tables for page in pages_of(table)]
    pdf = print_pages(pages, title=f"{day.headline} · {revision}", stamp=stamp)
    return Printed(pdf, revision, len(changed))


def pages_of(table: Table) -> Iterator[Page]:
    """Set a sheet in the way that suits it: a matrix on wide pages, labels to cut out, all else as a list."""
    if table.name == "matrix":
        rows = [(cells[0], cells[1:-1], cells[-1]) for _group, shown, _total in table.shown for cells in shown]
        return matrix_pages(table.title, [column.heading for column in table.columns[1:-1]], rows)
    if table.name == "labels":
        return label_pages([_label(row, table) for group in table.groups for row in group.rows])
    return table_pages(table)


def _label(row: object, table: Table) -> list[str]:
    name, code, items, day = (text(cell, column) for cell, column in zip(row, table.columns, strict=True))  # type: ignore[call-overload]
    return [name, code, _("%(items)s items") % {"items": items}, day]
