"""docs/bookkeeping.md, read and booked: every entry, every balance and the trial balance in it must come out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from inspect import isfunction
from pathlib import Path
from typing import get_type_hints
from uuid import uuid4

import pytest

from ledger import api as ledger
from ledger.api import Leg, NewEntry
from market import bookkeeping as books

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "bookkeeping.md").read_text(encoding="utf-8")
AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LISE, AMINA, FARM, GROUP, CYCLE = 1, 2, 3, 4, 7
WALLET = books.household(LISE, "ECO")


def tables(section: str) -> list[list[list[str]]]:
    """Read the tables of a section: rows of cells, without the head."""
    found: list[list[list[str]]] = []
    for block in re.split(r"\n\s*\n", section):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        if rows:
            found.append([[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]])
    return found


def code(cell: str) -> str:
    return cell.strip("`")


def minor(cell: str) -> int:
    return int(Decimal(cell.replace("−", "-")) * 100)


def examples() -> dict[int, str]:
    parts = re.split(r"\n### (\d+)\. ", PAGE.split("\n## Trial balance")[0])
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


EXAMPLES = examples()


def open_books() -> None:
    for currency in ("EUR", "ECO"):
        ledger.create_currency(currency, name=currency, decimals=2)
    for account in chart():
        ledger.open_account(account.code, currency=account.currency, kind=account.kind, floor=account.floor)


def chart() -> list[books.NewAccount]:
    owners = [
        *books.household_accounts(LISE),
        *books.household_accounts(AMINA),
        *books.deposit_accounts(LISE),
        *books.deposit_accounts(AMINA),
        *books.organisation_accounts(FARM),
        *books.organisation_accounts(GROUP),
        *books.group_accounts(GROUP),
    ]
    wallets = [WALLET, books.household(AMINA, "ECO"), books.organisation(FARM, "ECO")]
    return [
        *books.market_accounts(),
        *books.card_accounts(),
        *books.currency_accounts("ECO"),
        *owners,
        *(books.wallet_account(wallet, "ECO") for wallet in wallets),
        *books.cycle_accounts(CYCLE, ["EUR", "ECO"]),
    ]


def post(kind: str, legs: list[Leg]) -> list[str]:
    key = f"example:{uuid4()}"
    ledger.post(NewEntry(key=key, kind=kind, happened_at=AT, legs=legs))
    return [key]


SET_ASIDE = {(LISE, "EUR"): 2500, (LISE, "ECO"): 1000, (AMINA, "EUR"): 1200}


def set_aside(household: int, currency: str = "EUR") -> tuple[int, str]:
    """Hold the money of an order and give hold and key; again under the same key, it is the same hold."""
    key = f"hold:{household}:{currency}"
    receipt = ledger.hold(
        key=key,
        kind="order placed",
        source=books.household(household, currency),
        holding=books.held(CYCLE, currency),
        amount=SET_ASIDE[household, currency],
        happened_at=AT,
    )
    return receipt.id, key


def take(household: int, currency: str, amount: int) -> list[str]:
    key = f"capture:{household}:{currency}"
    to = books.clearing(CYCLE, currency)
    ledger.capture(
        set_aside(household, currency)[0], key=key, kind="order settled", legs=[(to, amount)], happened_at=AT
    )
    return [key]


def free(household: int, amount: int) -> list[str]:
    key = f"release:{household}:{amount}"
    ledger.release(set_aside(household)[0], key=key, happened_at=AT, amount=amount)
    return [key]


def reverse_the_mistake() -> list[str]:
    mistaken = next(line.key for line in ledger.statement(WALLET).lines if line.kind == "wallet payment")
    ledger.reverse(mistaken, key="reversal", happened_at=AT)
    return ["reversal"]


def reverse(key: str) -> list[str]:
    ledger.reverse(key, key=f"{key}:undone", happened_at=AT)
    return [f"{key}:undone"]


# What each example books, through the functions of market/bookkeeping.py and the ledger's holds.
EVENTS: dict[int, Callable[[], list[str]]] = {
    1: lambda: post("payment received", books.payment_received(LISE, 4500, "transfer")),
    2: lambda: post("payment received", books.payment_received(AMINA, 1300, "cash")),
    3: lambda: post("units issued", books.units_issued(WALLET, "ECO", 2000, "transfer")),
    4: lambda: post("wallet payment", books.wallet_payment(WALLET, books.household(AMINA, "ECO"), 500)),
    5: lambda: [set_aside(LISE)[1], set_aside(LISE, "ECO")[1]],
    6: lambda: [set_aside(AMINA)[1]],
    7: lambda: free(LISE, 400),
    8: lambda: take(LISE, "EUR", 2090) + free(LISE, 10) + take(LISE, "ECO", 1000),
    9: lambda: take(AMINA, "EUR", 1200),
    10: lambda: post("order settled", books.charged_beyond_hold(CYCLE, AMINA, from_balance=100, on_due=150)),
    11: lambda: post(
        "cycle settled",
        books.producers_credited(CYCLE, "EUR", {FARM: 3408, GROUP: 0})
        + books.producers_credited(CYCLE, "ECO", {FARM: 1000}),
    ),
    12: lambda: post("cycle settled", books.fees_credited(CYCLE, {GROUP: 132, FARM: 0})),
    13: lambda: post("payout", books.payout_made(FARM, 3000, "transfer")),
    14: lambda: post(
        "units redeemed", books.units_redeemed(books.organisation(FARM, "ECO"), "ECO", 1000, 50, "transfer")
    ),
    15: lambda: post("payment received", books.payment_received(AMINA, 1000, "cash", owed=150)),
    16: reverse_the_mistake,
    17: lambda: post("payment received", books.payment_received(LISE, 3000, "card")),
    18: lambda: post("card fee", books.card_fee_kept(70)),
    19: lambda: post("refund asked", books.refund_asked(LISE, 1200)),
    20: lambda: post("refund sent", books.refund_sent(1200)),
    21: lambda: (
        post("refund asked", books.refund_asked(LISE, 300)) + post("refund refused", books.refund_refused(LISE, 300))
    ),
    22: lambda: post("refund returned", books.refund_returned(LISE, 1200)),
    23: lambda: post("units issued", books.units_issued_from_balance(LISE, WALLET, "ECO", 1000)),
    24: lambda: post("card payout", books.card_payout_received(1500)),
    25: lambda: post("order given back", books.order_given_back(LISE, "EUR", {FARM: 390}, {GROUP: 10})),
    26: lambda: (
        post("order settled", books.charged_beyond_hold(CYCLE, AMINA, from_balance=0, on_due=150))
        + post("cycle settled", books.producers_credited(CYCLE, "EUR", {FARM: 150}))
        + post("order given back", books.order_given_back(AMINA, "EUR", {FARM: 150}) + books.debt_paid(AMINA, 150))
    ),
    27: lambda: post("cycle settled", books.stock_bought(GROUP, {FARM: 900})),
    28: lambda: (
        post("order settled", books.charged_beyond_hold(CYCLE, LISE, from_balance=600, on_due=0))
        + post("cycle settled", books.stock_sold(CYCLE, GROUP, 600))
    ),
    29: lambda: post("stock counted", books.stock_written_off(GROUP, 300)),
    30: lambda: post("invoice difference", books.invoice_difference(GROUP, FARM, 50)),
    31: lambda: (
        post("claim credited", books.claim_credited(LISE, GROUP, FARM, 200))
        + post("claim credited", books.claim_credited(LISE, GROUP, None, 100))
    ),
    32: lambda: (
        post("order settled", books.charged_beyond_hold(CYCLE, LISE, from_balance=500, on_due=0))
        + (credited := post("cycle settled", books.producers_credited(CYCLE, "EUR", {FARM: 500})))
        + reverse(credited[0])
        + post("settlement undone", books.capture_returned(CYCLE, LISE, "EUR", 500))
    ),
    33: lambda: (
        (owed := post("order settled", books.charged_beyond_hold(CYCLE, AMINA, from_balance=0, on_due=100)))
        + post("payment received", books.payment_received(AMINA, 100, "cash", owed=100))
        + reverse(owed[0])
        + post("settlement undone", books.debt_returned(AMINA, 100))
    ),
    34: lambda: post("joined", books.joined(AMINA, GROUP, fee=500, deposit=1000, from_balance=950)),
    35: lambda: post("deposit returned", books.deposit_returned(AMINA, 1000, owed=550)),
    36: lambda: (
        post("order settled", books.charged_beyond_hold(CYCLE, AMINA, from_balance=360, on_due=0))
        + post(
            "cycle settled",
            books.producers_credited(CYCLE, "EUR", {FARM: 400}) + books.discounts_borne(CYCLE, GROUP, 40),
        )
    ),
    37: lambda: post(
        "order given back",
        books.order_given_back(AMINA, "EUR", {FARM: 400}) + books.discount_returned(AMINA, GROUP, 40),
    ),
}


def test_every_example_books_what_its_table_says_and_leaves_the_balances_it_says() -> None:
    open_books()
    for number, text in EXAMPLES.items():
        entry_table, balance_table = tables(text)
        keys = EVENTS[number]()
        booked = [leg for key in keys for leg in ledger.find_entry(key).legs]
        assert booked == [Leg(code(debit), code(credit), minor(amount)) for debit, credit, amount in entry_table], (
            number
        )
        said = {code(account): minor(balance) for account, balance in balance_table}
        assert ledger.balances(said) == said, number
        touched = {account for leg in booked for account in (leg.debit, leg.credit)}
        assert set(said) == touched, f"example {number} leaves out a balance"
    (trial_table,) = tables(PAGE.split("\n## Trial balance")[1].split("\n## ")[0])
    left = {line.code: line.balance for line in ledger.trial_balance() if line.balance}
    assert {code(account): minor(balance) for account, balance in trial_table} == left
    assert ledger.check() == []


def test_every_example_of_the_page_is_booked_and_every_function_has_one() -> None:
    assert set(EXAMPLES) == set(EVENTS)
    events = [
        name
        for name, made in vars(books).items()
        if isfunction(made) and get_type_hints(made).get("return") == list[Leg]
    ]
    assert {name for name in events if f"`{name}`" not in PAGE} == set()
    assert len(events) >= 8


def test_the_chart_of_accounts_is_the_one_that_is_opened() -> None:
    rows = tables(PAGE.split("## Chart of accounts")[1].split("\n## ")[0])[0]
    said = {
        each: (kind, never.startswith("below zero"))
        for cell, kind, _holds, never in rows
        for each in re.findall(r"`([^`]+)`", cell)
    }
    opened = {account.code: (account.kind, account.floor == 0) for account in chart()}
    wanted = {name: row for name, row in opened.items() if not name.startswith(("household:2", "organisation:4:EUR"))}
    assert said == wanted


@pytest.mark.parametrize("account", [account.code for account in chart()])
def test_a_code_says_whose_account_it_is(account: str) -> None:
    read = books.read_code(account)
    assert read.owner in {"market", "household", "organisation", "cycle", "currency"}
    assert read.currency == next(row.currency for row in chart() if row.code == account)
    assert read.owner_id in {"", "1", "2", "3", "4", "7", "ECO"}
    assert (read.owner_id == "") == (read.owner == "market")


def test_a_full_commission_pays_nothing_out_and_none_keeps_nothing() -> None:
    farm = books.organisation(FARM, "ECO")
    assert [leg.amount for leg in books.units_redeemed(farm, "ECO", 1000, 1000, "cash")] == [1000, 1000]
    assert [leg.credit for leg in books.units_redeemed(farm, "ECO", 1000, 0, "cash")] == [
        books.issued("ECO"),
        books.CASH,
    ]


def test_a_payment_smaller_than_the_debt_leaves_nothing_prepaid() -> None:
    legs = books.payment_received(AMINA, 100, "cash", owed=150)
    assert legs == [
        Leg(books.CASH, books.household(AMINA), 100),
        Leg(books.household(AMINA), books.household_due(AMINA), 100),
    ]
