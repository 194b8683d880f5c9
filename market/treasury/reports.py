"""What the treasurer must be able to show: units in circulation, euros owed for them, euros kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import api as ledger
from market import bookkeeping
from market.currencies.models import CommunityCurrency
from market.payments.reports import owner_names
from market.people.models import User
from market.treasury.models import TreasuryOperation


@dataclass(frozen=True)
class Backing:
    """Minor units in circulation of one currency and the euros owed for them."""

    currency: CommunityCurrency
    circulation: int
    owed: int

    @property
    def proven(self) -> bool:
        return self.circulation == self.owed


def backings() -> list[Backing]:
    """Set the circulation of every backed currency beside the euros owed for it."""
    currencies = list(CommunityCurrency.objects.filter(kind=CommunityCurrency.Kind.BACKED).order_by("pk"))
    codes = [code(c.code) for c in currencies for code in (bookkeeping.issued, bookkeeping.circulation)]
    balances = ledger.balances(codes)
    return [
        Backing(
            c,
            -balances.get(bookkeeping.issued(c.code), 0),
            balances.get(bookkeeping.circulation(c.code), 0),
        )
        for c in currencies
    ]


def reserve() -> int:
    """Cents kept in the reserve account and the cash box at this moment."""
    return -sum(ledger.balances([bookkeeping.RESERVE, bookkeeping.CASH]).values())


def prove_reserve() -> tuple[list[str], list[str]]:
    """Prove for `check_ledger` that circulation equals the euros owed: (lines to print, what does not hold)."""
    lines, broken = [], []
    for backing in backings():
        line = f"{backing.currency.code}: {backing.circulation} in circulation, {backing.owed} cents owed for it."
        lines.append(line)
        if not backing.proven:
            broken.append(f"circulation: {line}")
    return lines, broken


def account_titles(codes: Iterable[str]) -> dict[str, str]:
    """Name accounts in the treasurer's words: whose they are and what for."""
    codes = list(codes)
    owners = owner_names(codes)
    titles = {}
    for text in codes:
        code = bookkeeping.read_code(text)
        purpose = _purpose(code)
        titles[text] = (
            f"{owners[text]} · {purpose}" if code.owner in {"household", "organisation", "cycle"} else purpose
        )
    return titles


def _purpose(code: bookkeeping.AccountCode) -> str:
    euros = code.currency == bookkeeping.EUR
    match code.owner, code.purpose:
        case "household", "due":
            return _("what it owes")
        case "household", "deposit":
            return _("deposit it gets back")
        case "household", _main:
            return _("prepaid euros") if euros else _("wallet")
        case "organisation", "stock":
            return _("goods in stock")
        case "organisation", "differences":
            return _("differences it bears")
        case "organisation", _main:
            return _("what it is owed") if euros else _("wallet")
        case "cycle", "held":
            return _("set aside for orders")
        case "cycle", _clearing:
            return _("clearing")
        case "currency", "issued":
            return _("%(currency)s issued") % {"currency": code.owner_id}
        case "currency", _circulation:
            return _("euros owed to the holders of %(currency)s") % {"currency": code.owner_id}
    names = {
        "bank": _("bank account"),
        "cash": _("cash box"),
        "reserve": _("reserve account"),
        "commission": _("commission earned"),
        "stripe": _("card payments at Stripe"),
        "card-fees": _("fees of card payments"),
        "refunding": _("on its way back to cards"),
    }
    return names.get(code.purpose, code.purpose)


def actor_name(actor: str) -> str:
    """Name who booked an entry: the ledger keeps only a number, and whoever left is that number."""
    kind, _colon, pk = actor.partition(":")
    person = User.objects.filter(pk=pk).first() if kind == "user" and pk.isdecimal() else None
    return str(person) if person else _("the clock") if actor == "clock" else actor


# The order of accounts in the trial balance.
OWNERS = ("market", "currency", "cycle", "organisation", "household")


@dataclass(frozen=True)
class TrialRow:
    """An account in the trial balance, its balance on the side where it stands."""

    code: str
    title: str
    debit: int | None
    credit: int | None


@dataclass(frozen=True)
class TrialBalance:
    """All accounts of a currency that are not at zero; what stands on the two sides must be the same."""

    currency: str
    rows: list[TrialRow]
    debit: int
    credit: int


def trial_balances(at: datetime | None) -> list[TrialBalance]:
    """Set up the trial balance of every currency, now or at a past moment."""
    lines = [line for line in ledger.trial_balance(at) if line.balance]
    titles = account_titles(line.code for line in lines)
    lines.sort(
        key=lambda line: (line.currency, OWNERS.index(bookkeeping.read_code(line.code).owner), titles[line.code])
    )
    balances = []
    for currency, group in groupby(lines, attrgetter("currency")):
        rows = [
            TrialRow(
                line.code,
                titles[line.code],
                -line.balance if line.balance < 0 else None,
                line.balance if line.balance > 0 else None,
            )
            for line in group
        ]
        debit, credit = sum(row.debit or 0 for row in rows), sum(row.credit or 0 for row in rows)
        balances.append(TrialBalance(currency, rows, debit, credit))
    return balances


@dataclass(frozen=True)
class Plot:
    """A curve drawn on the server: points of an SVG polyline in a 600 × 160 field, and the figures behind it."""

    points: str
    rows: list[tuple[date, int]]
    highest: int
    first: date
    last: date


def circulation_plot(currency: CommunityCurrency) -> Plot | None:
    """Draw the circulation day by day, from issues and redemptions; None before the first."""
    rows: list[tuple[date, int]] = []
    total = 0
    operations = currency.operations.order_by("at", "pk").values_list("at", "kind", "amount_minor")
    for at, kind, amount in operations:
        total += amount if kind == TreasuryOperation.Kind.ISSUE else -amount
        day = timezone.localdate(at)
        if rows and rows[-1][0] == day:
            rows.pop()
        rows.append((day, total))
    if not rows:
        return None
    first, last = rows[0][0], max(rows[-1][0], timezone.localdate())
    days = max(1, (last - first).days)
    highest = max(amount for _day, amount in rows) or 1
    corners = []
    level = 0
    for day, amount in [*rows, (last, total)]:
        x = 600 * (day - first).days // days
        corners += [f"{x},{160 - 150 * level // highest}", f"{x},{160 - 150 * amount // highest}"]
        level = amount
    return Plot(" ".join(corners), rows, highest, first, last)
