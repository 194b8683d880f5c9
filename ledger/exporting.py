"""The journal as others read it: hledger and beancount, which judge it independently, and a plain table.

Dates are those of the market's time zone. Others count debits as positive, so their balances are ours with the other
sign.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ledger.models import Account, Currency, Entry, Posting
from ledger.refusals import UnknownFormat
from ledger.sealing import sealed_lines

CHUNK = 1000
COLUMNS = (
    "entry", "key", "kind", "happened_at", "recorded_at", "memo", "actor", "reverses", "leg", "currency", "amount",
    "debit", "credit",
)  # fmt: skip
BEANCOUNT_KINDS = {
    "asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses",
}  # fmt: skip


@dataclass(frozen=True)
class _Chart:
    """What the postings refer to: accounts and currencies by their ids."""

    accounts: dict[int, Account]
    decimals: dict[str, int]

    def amount(self, posting: Posting) -> str:
        return in_units(posting.amount_minor, self.decimals[posting.currency_id])


def export_journal(form: str, *, at: datetime | None = None) -> Iterator[str]:
    """Give the journal line by line as `hledger`, `beancount`, `csv` or `sealed`, up to an instant (inclusive).

    `sealed` gives what the seals were made of, one entry a line: docs/verify_seals.py proves it. Raises UnknownFormat.
    """
    writers = {"hledger": _hledger, "beancount": _beancount, "csv": _csv}
    if form == "sealed":
        return sealed_lines()
    if form not in writers:
        raise UnknownFormat(form)
    chart = _Chart(
        {account.pk: account for account in Account.objects.order_by("pk")},
        dict(Currency.objects.order_by("code").values_list("code", "decimals")),
    )
    return writers[form](chart, at)


def in_units(minor: int, decimals: int) -> str:
    """Write whole minor units as the number people read: 1250 with two decimals is 12.50."""
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _entries(at: datetime | None) -> Iterator[tuple[Entry, Sequence[Posting]]]:
    rows = Entry.objects.order_by("pk").select_related("reverses").prefetch_related("postings")
    if at is not None:
        rows = rows.filter(happened_at__lte=at)
    for entry in rows.iterator(chunk_size=CHUNK):
        yield entry, sorted(entry.postings.all(), key=lambda posting: posting.leg)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def hledger_account(account: Account) -> str:
    """Name an account for hledger: its code, with what hledger would read otherwise written as %XX."""
    code = re.sub(
        r"[^\w:./@-]|:(?=:|$)|^:", lambda odd: "".join(f"%{byte:02X}" for byte in odd[0].encode()), account.code
    )
    return f"{account.kind}:{code}"


def _hledger(chart: _Chart, at: datetime | None) -> Iterator[str]:
    for code, decimals in chart.decimals.items():
        yield f'commodity 1000.{"0" * decimals} "{code}"'
    for account in chart.accounts.values():
        yield f"account {hledger_account(account)}"
    for entry, postings in _entries(at):
        words = _one_line(f"{entry.kind}: {entry.memo}" if entry.memo else entry.kind).replace(";", ",")
        yield ""
        yield f"{_day(entry.happened_at)} * ({entry.pk}) {words}  ; key:{_one_line(entry.key)}"
        for posting in postings:
            amount = f'{chart.amount(posting)} "{posting.currency_id}"'
            yield f"    {hledger_account(chart.accounts[posting.debit_id])}  {amount}"
            yield f"    {hledger_account(chart.accounts[posting.credit_id])}  -{amount}"


def beancount_account(account: Account) -> str:
    """Name an account for beancount, which knows only letters, digits and dashes; the id keeps names apart."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", account.code).strip("-")
    return f"{BEANCOUNT_KINDS[account.kind]}:N{account.pk}-{words}".rstrip("-")


def beancount_currency(code: str) -> str:
    """Name a currency for beancount: its code if that is one for beancount too."""
    return code if re.fullmatch(r"[A-Z][A-Z0-9]{1,22}", code) else f"X{code.encode().hex().upper()}"


def _beancount(chart: _Chart, at: datetime | None) -> Iterator[str]:
    first = Entry.objects.order_by("happened_at").values_list("happened_at", flat=True).first()
    opened = _day(first) if first else _day(timezone.now())
    for code in chart.decimals:
        yield f"{opened} commodity {beancount_currency(code)}"
        yield f"  code: {_quoted(code)}"
    for account in chart.accounts.values():
        yield f"{opened} open {beancount_account(account)} {beancount_currency(account.currency_id)}"
        yield f"  code: {_quoted(account.code)}"
    for entry, postings in _entries(at):
        yield ""
        yield f"{_day(entry.happened_at)} * {_quoted(entry.kind)} {_quoted(entry.memo)}"
        yield f"  key: {_quoted(entry.key)}"
        for posting in postings:
            amount = f"{chart.amount(posting)} {beancount_currency(posting.currency_id)}"
            yield f"  {beancount_account(chart.accounts[posting.debit_id])}  {amount}"
            yield f"  {beancount_account(chart.accounts[posting.credit_id])}  -{amount}"


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)


def _csv(chart: _Chart, at: datetime | None) -> Iterator[str]:
    yield _row(COLUMNS)
    for entry, postings in _entries(at):
        for posting in postings:
            yield _row((
                entry.pk, entry.key, entry.kind, entry.happened_at.isoformat(), entry.recorded_at.isoformat(),
                entry.memo, entry.actor, entry.reverses.key if entry.reverses else "", posting.leg,
                posting.currency_id, chart.amount(posting), chart.accounts[posting.debit_id].code,
                chart.accounts[posting.credit_id].code,
            ))  # fmt: skip


def _row(cells: Sequence[object]) -> str:
    """Write one line; a text that a spreadsheet would calculate is marked as text."""
    line = io.StringIO()
    texts = [
        f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells
    ]
    csv.writer(line, lineterminator="\n").writerow(texts)
    return line.getvalue().removesuffix("\n")
