"""Show what filling packs costs as the demand log grows from 10,000 to 100,000 changes.

Two kinds of log: one in which only the log grows, which decides, and one in which the households grow with it. The
second leaves the processor's cache, and memory is measured along: a plain pass, which does nothing but keep each
household's last totals, is timed beside it to show how much of the growth any program would pay.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from market.ordering.packs import EQUAL_SHARE, FIRST_COME, LOT, PROPORTIONAL, Change, fill_packs

LIMIT = 12
ROUNDS = 5
SHORT, LONG = 10_000, 100_000
HOUSEHOLDS = 2_000


def demand_log(length: int, *, households: int) -> list[Change]:
    """A log in which households change their minds over and over."""
    rng = random.Random(length)
    return [
        Change(rng.randrange(households), at, Decimal(rng.randrange(9)), Decimal(rng.randrange(4)))
        for at in range(length)
    ]


def fill(strategy: str) -> Callable[[Sequence[Change]], object]:
    return lambda changes: fill_packs(pack_size=Decimal(6), changes=changes, strategy=strategy, seed="bench")


def plain_pass(changes: Sequence[Change]) -> object:
    return {member: (quantity, tolerance) for member, _, quantity, tolerance in changes}


def seconds(work: Callable[[Sequence[Change]], object], changes: Sequence[Change]) -> float:
    """Give the processor time of one run: what else the machine does in the meantime does not count."""
    start = time.process_time()
    work(changes)
    return time.process_time() - start


def growth(name: str, work: Callable[[Sequence[Change]], object], logs: tuple[list[Change], list[Change]]) -> float:
    """Time work on both logs, print a line and give how many times longer the long one takes."""
    # In turn, so that a machine that slows down slows both.
    pairs = [(seconds(work, logs[0]), seconds(work, logs[1])) for _ in range(ROUNDS)]
    few, many = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"  {name:<14}{few * 1000:>8.1f} ms{many * 1000:>8.1f} ms{many / few:>8.1f}")
    return many / few


def worst_growth(title: str, *, short: int, long: int) -> float:
    """Time every rule on logs with so many households and give the worst ratio."""
    print(f"{title:<16}{SHORT:>11,}{LONG:>11,}{'ratio':>8}")
    logs = demand_log(SHORT, households=short), demand_log(LONG, households=long)
    worst = max(growth(rule, fill(rule), logs) for rule in (FIRST_COME, EQUAL_SHARE, PROPORTIONAL, LOT))
    growth("plain pass", plain_pass, logs)
    return worst


def main() -> int:
    growing = worst_growth("growing group", short=SHORT // 5, long=LONG // 5)
    steady = worst_growth("steady group", short=HOUSEHOLDS, long=HOUSEHOLDS)
    print(f"growing group, not judged: {growing:.1f}; steady group, at most {LIMIT}:")
    print(f"packs_100k_over_10k: {steady:.1f}")
    return int(steady > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
