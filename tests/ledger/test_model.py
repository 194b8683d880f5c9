"""The ledger against a model in plain Python: any sequence of steps ends in the same balances, or the same refusal."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import api as ledger
from ledger.api import Leg, NewEntry

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ACCOUNTS = {"bank": ("EUR", None), "amina": ("EUR", 0), "lise": ("EUR", -50), "issued": ("ECO", None),
            "wallet": ("ECO", 0), "hours": ("HRS", None), "helper": ("HRS", 0),
            "held": ("EUR", 0), "held eco": ("ECO", 0)}  # fmt: skip
HOLDING = {"EUR": "held", "ECO": "held eco"}


class Refused(Exception):
    pass


class Books:
    """What a ledger is, in sixty lines."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(ACCOUNTS, 0)
        self.entries: dict[str, tuple[Any, list[Leg]]] = {}
        self.holds: dict[str, list[Any]] = {}  # key of the hold: [source, holding, left]
        self.undone: dict[str, str] = {}

    def book(self, key: str, content: Any, legs: list[Leg]) -> str:
        if key in self.entries:
            if self.entries[key] != (content, legs):
                raise Refused("key_reused")
            return "replayed"
        after = dict(self.balances)
        for leg in legs:
            if leg.debit == leg.credit:
                raise Refused("same_account")
            if ACCOUNTS[leg.debit][0] != ACCOUNTS[leg.credit][0]:
                raise Refused("currency_mismatch")
            after[leg.debit] -= leg.amount
            after[leg.credit] += leg.amount
            floor = ACCOUNTS[leg.debit][1]
            if floor is not None and after[leg.debit] < floor:
                raise Refused("floor")
        self.balances, self.entries[key] = after, (content, legs)
        return "posted"

    def post(self, key: str, legs: list[Leg]) -> str:
        if any(leg.debit == leg.credit for leg in legs):
            raise Refused("same_account")
        return self.book(key, "post", legs)

    def hold(self, key: str, source: str, amount: int) -> str:
        holding = HOLDING[ACCOUNTS[source][0]]
        done = self.book(key, "hold", [Leg(source, holding, amount)])
        self.holds.setdefault(key, [source, holding, amount])
        return done

    def draw(self, key: str, hold: str, to: str | None, amount: int) -> str:
        source, holding, left = self.holds[hold]
        if key not in self.entries and amount > left:
            raise Refused("already_captured")
        way = "release" if to is None else "capture"
        done = self.book(key, (way, hold), [Leg(holding, to or source, amount)])
        if done == "posted":
            self.holds[hold][2] -= amount
        return done

    def reverse(self, key: str, original: str) -> str:
        content, legs = self.entries[original]
        if self.undone.get(original) == key:
            return "replayed"
        if original in self.undone or content == "reversal":
            raise Refused("already_reversed")
        if key in self.entries:
            raise Refused("key_reused")
        if content != "post":
            raise Refused("holds_money")
        self.book(key, "reversal", [Leg(leg.credit, leg.debit, leg.amount) for leg in reversed(legs)])
        self.undone[original] = key
        return "posted"


def outcome(step: Callable[[], Any]) -> str:
    try:
        done = step()
    except (ledger.LedgerError, Refused) as refusal:
        return refusal.code if isinstance(refusal, ledger.LedgerError) else str(refusal)
    if isinstance(done, str):
        return done
    return "replayed" if done.replayed else "posted"


def on_the_ledger(ids: dict[str, int], kind: str, key: str, *wanted: Any) -> ledger.EntryReceipt | None:
    """Take one step of a plan through the door; `ids` remembers holds by their key."""
    common = {"key": key, "happened_at": AT}
    if kind == "post":
        return ledger.post(NewEntry(kind="post", legs=wanted[0], **common))
    if kind == "hold":
        holding = HOLDING[ACCOUNTS[wanted[0]][0]]
        made = ledger.hold(kind="hold", source=wanted[0], holding=holding, amount=wanted[1], **common)
        ids[key] = made.id
        return made.entry
    if kind == "reverse":
        return ledger.reverse(wanted[0], **common)
    hold, payee, amount = wanted
    if payee is None:
        return ledger.release(ids[hold], amount=amount, **common)
    return ledger.capture(ids[hold], kind="capture", legs=[(payee, amount)], **common)


keys = st.integers(0, 15).map(str)
plain = st.sampled_from(sorted(code for code in ACCOUNTS if not code.startswith("held")))
amounts = st.integers(1, 100)
legs = st.lists(st.builds(Leg, plain, plain, amounts), min_size=1, max_size=3)
# What is likely to be possible, so that there is something to hold, capture and reverse.
funding = st.tuples(amounts, st.sampled_from([("bank", "amina"), ("bank", "lise"), ("issued", "wallet")])).map(
    lambda drawn: [Leg(*drawn[1], drawn[0])]
)
money = st.sampled_from(["amina", "lise", "wallet", "bank"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("post"), keys, legs | funding | funding),
        st.tuples(st.just("hold"), keys, money, amounts),
        st.tuples(st.just("draw"), keys, keys, st.none() | money, amounts),
        st.tuples(st.just("reverse"), keys, keys),
    ),
    max_size=25,
)


def play(plan: list[tuple[Any, ...]]) -> set[str]:
    """Play a plan on the ledger and on the model side by side; give how its steps ended."""
    for currency in ("EUR", "ECO", "HRS"):
        ledger.create_currency(currency, name=currency)
    for code, (currency, floor) in ACCOUNTS.items():
        ledger.open_account(code, currency=currency, kind="liability", floor=floor)
    model, ids, ends = Books(), {}, set()
    for step in plan:
        if (step[0] == "draw" and step[2] not in model.holds) or (
            step[0] == "reverse" and step[2] not in model.entries
        ):
            continue
        real = outcome(lambda step=step: on_the_ledger(ids, *step))
        expected = outcome(lambda step=step: getattr(model, step[0])(*step[1:]))
        ends.add(f"{step[0]} {expected}")
        # An entry wrong in several ways may be refused for any of them.
        wrong = {"same_account", "currency_mismatch", "floor"}
        assert real == expected or {real, expected} <= wrong, (step, real, expected)
        assert ledger.balances(ACCOUNTS) == model.balances
    assert {key: ledger.holds([pk])[pk].open for key, pk in ids.items()} == {k: h[2] for k, h in model.holds.items()}
    assert ledger.check() == []
    return ends


@pytest.mark.django_db
@given(plan=steps)
def test_any_sequence_ends_as_the_model_says(plan: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        play(plan)
        transaction.set_rollback(True)


@pytest.mark.long
@pytest.mark.django_db
@settings(max_examples=2000)
@given(plan=steps)
def test_any_of_very_many_sequences_ends_as_the_model_says(plan: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        play(plan)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_model_meets_every_kind_of_end() -> None:
    """What the random plans are made of reaches each of these, so that none is compared with nothing."""
    pay, back = [Leg("bank", "amina", 90)], [Leg("amina", "bank", 100)]
    plan = [
        ("post", "0", pay), ("post", "0", pay), ("post", "0", back), ("post", "1", back),
        ("hold", "2", "amina", 60), ("hold", "2", "amina", 60), ("hold", "3", "amina", 60),
        ("draw", "4", "2", "lise", 20), ("draw", "4", "2", "lise", 20), ("draw", "5", "2", None, 41),
        ("draw", "5", "2", None, 40), ("draw", "4", "2", None, 1), ("reverse", "6", "2"), ("reverse", "7", "4"),
        ("post", "8", [Leg("bank", "lise", 5)]), ("reverse", "9", "8"), ("reverse", "9", "8"), ("reverse", "10", "8"),
        ("reverse", "11", "9"), ("hold", "12", "amina", 10), ("draw", "4", "12", "lise", 20),
    ]  # fmt: skip
    assert play(plan) == {
        "post posted", "post replayed", "post key_reused", "post floor", "hold posted", "hold replayed", "hold floor",
        "draw posted", "draw replayed", "draw already_captured", "draw key_reused", "reverse holds_money",
        "reverse posted", "reverse replayed", "reverse already_reversed",
    }  # fmt: skip
