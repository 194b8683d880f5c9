"""Show that filling packs costs in proportion to the demand log: 100,000 changes against 10,000."""

import random
import statistics
import sys
import time
from collections.abc import Sequence
from decimal import Decimal

from market.ordering.packs import EQUAL_SHARE, FIRST_COME, LOT, PROPORTIONAL, Change, fill_packs

LIMIT = 12
ROUNDS = 5


MEMBERS = 2_000


def demand_log(length: int) -> list[Change]:
    """A log in which two thousand households change their minds over and over: only its length differs.

    If the households grew with the log too, the larger one would leave the processor's cache, and the memory would be
    measured with it (about 17 times instead of 10).
    """
    rng = random.Random(length)
    return [
        Change(rng.randrange(MEMBERS), at, Decimal(rng.randrange(9)), Decimal(rng.randrange(4))) for at in range(length)
    ]


def seconds(changes: Sequence[Change], strategy: str) -> float:
    start = time.perf_counter()
    fill_packs(pack_size=Decimal(6), changes=changes, strategy=strategy, seed="bench")
    return time.perf_counter() - start


def main() -> int:
    short, long = demand_log(10_000), demand_log(100_000)
    worst = 0.0
    print(f"{'rule':<14}{'10,000':>10}{'100,000':>10}{'ratio':>8}")
    for strategy in (FIRST_COME, EQUAL_SHARE, PROPORTIONAL, LOT):
        # In turn, so that a machine that slows down slows both.
        pairs = [(seconds(short, strategy), seconds(long, strategy)) for _ in range(ROUNDS)]
        few, many = (statistics.median(column) for column in zip(*pairs, strict=True))
        worst = max(worst, many / few)
        print(f"{strategy:<14}{few * 1000:>8.0f} ms{many * 1000:>8.0f} ms{many / few:>8.1f}")
    print(f"packs_100k_over_10k: {worst:.1f} (at most {LIMIT})")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
