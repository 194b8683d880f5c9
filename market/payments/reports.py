"""Who has and owes what in euros, and statements as their owners read them: in pages and as a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.cycles.models import OrderCycle
from market.money import from_minor
from market.people.access import Owner
from market.people.models import Household, Organisation
from market.spreadsheet import MARK, csv_row
from market.templatetags.market import entry_kind

PAGE = 25
# The most lines an account can have; what is typed into an address beyond it is no page.
LAST_NUMBER = 10**18


def euro_account(owner: Owner) -> str:
    """Give the code of a household's prepaid euros, or of what an organisation is owed."""
    return bookkeeping.household(owner.pk) if isinstance(owner, Household) else bookkeeping.organisation(owner.pk)


class HouseholdBalance(NamedTuple):
    """A household's prepaid cents and the cents it owes."""

    household: Household
    balance: int
    owed: int


def household_balances() -> list[HouseholdBalance]:
    """List what every household has and owes, debts first, then by name, in two queries."""
    balances = ledger.balances_like("household:", suffix=f":{bookkeeping.EUR}")
    rows = [
        HouseholdBalance(
            household,
            balances.get(bookkeeping.household(household.pk), 0),
            -balances.get(bookkeeping.household_due(household.pk), 0),
        )
        for household in Household.objects.all()
    ]
    return sorted(rows, key=lambda row: (-row.owed, row.household.name))


def producer_balances() -> list[tuple[Organisation, int]]:
    """List producers, and other organisations that earned fees, with the cents the market owes them."""
    owed = ledger.balances_like("organisation:", suffix=f":{bookkeeping.EUR}")
    earning = [int(bookkeeping.read_code(code).owner_id) for code, balance in owed.items() if balance]
    organisations = Organisation.objects.filter(is_market=False).filter(Q(products__isnull=False) | Q(pk__in=earning))
    return [(row, owed.get(bookkeeping.organisation(row.pk), 0)) for row in organisations.distinct()]


class StatementPage(NamedTuple):
    """A page of a statement, newest line first; `newer` and `older` are the `before` of the pages beside it.

    `balance` is the present one, whatever the page.
    """

    lines: Sequence[ledger.StatementLine]
    newer: int | None
    older: int | None
    balance: int


def statement_page(code: str, before: str) -> StatementPage:
    """Give the page of a statement that an address asks for; an account nobody used yet has an empty one."""
    number = int(before) if before.isascii() and before.isdigit() and len(before) < len(str(LAST_NUMBER)) else None
    try:
        page = ledger.statement(code, before=number, limit=PAGE)
    except ledger.UnknownAccount:
        return StatementPage((), None, None, 0)
    # The lines of an account are numbered without gaps, so the page before begins one page higher.
    return StatementPage(page.lines, number + PAGE if number else None, page.next_before, page.balance)


def owner_names(codes: Iterable[str]) -> dict[str, str]:
    """Name the owner of each account, in one query."""
    read = {code: bookkeeping.read_code(code) for code in codes}
    tables = {"household": Household.objects, "organisation": Organisation.objects, "cycle": OrderCycle.objects}
    rows = [
        table.filter(pk__in={int(code.owner_id) for code in read.values() if code.owner == owner})
        .order_by()
        .values_list(Value(owner), "pk", "name")
        for owner, table in tables.items()
    ]
    names = {(owner, str(pk)): name for owner, pk, name in rows[0].union(*rows[1:], all=True)}
    treasury = _("the market's treasury")
    return {
        text: names.get((code.owner, code.owner_id), "") if code.owner in tables else treasury
        for text, code in read.items()
    }


def statement_csv(code: str) -> Iterator[str]:
    """Write the whole statement of an account for a spreadsheet, line by line, newest first."""
    yield MARK + csv_row([_("When"), _("What"), _("With"), _("Memo"), _("Amount"), _("Balance"), _("Entry")])
    before: int | None = LAST_NUMBER
    while before is not None:
        try:
            page = ledger.statement(code, before=before, limit=500)
        except ledger.UnknownAccount:
            return
        names = owner_names({line.counter_account for line in page.lines})
        for line in page.lines:
            when = timezone.localtime(line.happened_at).strftime("%Y-%m-%d %H:%M")
            yield csv_row(
                [when, entry_kind(line.kind), names[line.counter_account], line.memo,
                 from_minor(line.amount), from_minor(line.balance_after), line.key]
            )  # fmt: skip
        before = page.next_before
