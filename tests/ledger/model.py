"""What a ledger is, in sixty lines of plain Python: no database, no locks, nothing to speed it up."""

from collections import Counter
from typing import Any

from ledger.api import Leg


class Refused(Exception):
    pass


class Books:
    def __init__(self, accounts: dict[str, tuple[str, int | None, int | None]]) -> None:
        self.currency = {code: currency for code, (currency, _floor, _ceiling) in accounts.items()}
        self.limits = {code: (floor, ceiling) for code, (_currency, floor, ceiling) in accounts.items()}
        self.balances: Counter[str] = Counter(dict.fromkeys(accounts, 0))
        self.entries: dict[str, Any] = {}  # key: what it is (kind, legs, hold or original)
        self.holds: dict[str, list[Any]] = {}  # key of the hold: source, holding, left, expires on day
        self.undone: dict[str, Counter[Leg]] = {}  # key of an entry: legs and how much of them was taken back
        self.closed: set[str] = set()
        self.closed_until = 0

    def book(self, key: str, what: Any, legs: list[Leg], day: int) -> bool:
        """Book an entry and say whether it is new."""
        if any(leg.debit == leg.credit for leg in legs):
            raise Refused("same_account")
        if key in self.entries:
            if self.entries[key] != (what, legs):
                raise Refused("key_reused")
            return False
        if day < self.closed_until:
            raise Refused("period_closed")
        after = Counter(self.balances)
        for leg in legs:
            if leg.debit not in after or leg.credit not in after:
                raise Refused("unknown_account")
            if self.currency[leg.debit] != self.currency[leg.credit]:
                raise Refused("currency_mismatch")
            if {leg.debit, leg.credit} & self.closed:
                raise Refused("closed")
            after[leg.debit] -= leg.amount
            after[leg.credit] += leg.amount
            (floor, _), (_, ceiling) = self.limits[leg.debit], self.limits[leg.credit]
            if floor is not None and after[leg.debit] < floor:
                raise Refused("floor")
            if ceiling is not None and after[leg.credit] > ceiling:
                raise Refused("ceiling")
        self.balances, self.entries[key] = after, (what, legs)
        return True

    def draw(self, key: str, hold: str, payee: str | None, amount: int, day: int) -> bool:
        source, holding, left, expires = self.holds[hold]
        if key not in self.entries and (amount > left or (payee and day >= expires)):
            raise Refused("already_captured" if amount > left else "expired")
        new = self.book(key, ("draw", payee is None, hold), [Leg(holding, payee or source, amount)], day)
        self.holds[hold][2] -= amount * new
        return new

    def reverse(self, key: str, original: str, amount: int, day: int) -> bool:
        """Take back so much of the first leg."""
        what, legs = self.entries[original]
        if what[0] == "reversal":
            raise Refused("already_reversed")
        back = Leg(legs[0].credit, legs[0].debit, amount)
        if key in self.entries:
            return self.book(key, ("reversal", original), [back], day)
        if what[0] in ("hold", "draw"):
            raise Refused("holds_money")
        booked = sum(leg.amount for leg in legs if leg[:2] == legs[0][:2])
        gone = self.undone.setdefault(original, Counter())
        if gone[legs[0][:2]] + amount > booked:
            raise Refused("already_reversed")
        new = self.book(key, ("reversal", original), [back], day)
        gone[legs[0][:2]] += amount * new
        return new
