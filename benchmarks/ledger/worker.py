"""One of several processes that book as fast as they can: `python -m benchmarks.ledger.worker KIND SECONDS NUMBER`.

Says "ready", waits for a line, works, and says how many entries it booked in how many seconds.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

AT = datetime(2026, 11, 27, 10, tzinfo=UTC)
ACCOUNTS = 1000


def two_accounts() -> tuple[str, str]:
    first, second = random.sample(range(1, ACCOUNTS + 1), 2)
    return f"account:{first}", f"account:{second}"


def door(key: str, many: int) -> Callable[[int], int]:
    """Book through ledger.api, one by one or a thousand in a call."""
    import django

    django.setup()
    from ledger import api as ledger

    def entry(name: str) -> ledger.NewEntry:
        legs = [ledger.Leg(*two_accounts(), 100)]
        return ledger.NewEntry(
            key=f"{key}:{name}", kind="transfer", happened_at=AT, legs=legs, memo="bread", actor="person:7"
        )

    def book(turn: int) -> int:
        if many == 1:
            ledger.post(entry(str(turn)))
        else:
            ledger.post([entry(f"{turn}:{place}") for place in range(many)])
        return many

    return book


def driver(key: str) -> Callable[[int], int]:
    """Make the same call with psycopg alone."""
    import psycopg

    call = f"SELECT ledger_post_one({', '.join(['%s'] * 10)})"
    connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0)

    def book(turn: int) -> int:
        payer, payee = two_accounts()
        values = [f"{key}:{turn}", "a" * 64, "transfer", AT, "bread", "person:7", None, payer, payee, 100]
        connection.execute(call, values).fetchall()
        return 1

    return book


def main() -> None:
    kind, seconds, number = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    key = f"{kind}:{number}:{time.time()}"
    book = driver(key) if kind == "driver" else door(key, 1000 if kind == "batch" else 1)
    book(-1)
    print("ready", flush=True)
    sys.stdin.readline()
    booked, turn, began = 0, 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        booked += book(turn)
        turn += 1
    print(booked / (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main()
