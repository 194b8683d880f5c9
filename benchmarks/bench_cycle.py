"""Show what a big cycle costs: closing, settling and its sheets, beside the time PostgreSQL needs to copy the result.

The yardstick is PostgreSQL's COPY of the very rows a step wrote, into empty tables with the same columns, checks and
indexes, in the same run on the same server. A step is measured to the end of its transaction, foreign keys included.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (250, 1_000, 4_000)  # households, 40 lines each
CLOSING, SETTLEMENT = 8, 20  # times COPY, at most
GROWTH = 1.35  # of the time per line, from the smallest cycle to the largest, at most

CLOSED = {
    "market_allocation": "offer_id IN (SELECT id FROM market_offer WHERE cycle_id = {cycle})",
    "market_allocationshare": "line_id IN (SELECT l.id FROM market_orderline l JOIN market_order o ON o.id = l.order_id"
    " WHERE o.cycle_id = {cycle})",
}
SETTLED = {
    "market_settledorder": "order_id IN (SELECT id FROM market_order WHERE cycle_id = {cycle})",
    "market_settledline": CLOSED["market_allocationshare"],
}
BOOKED = {
    "ledger_entry": "id > {entry}",
    "ledger_posting": "entry_id > {entry}",
    "ledger_draw": "entry_id > {entry}",
}


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def newest_entry() -> int:
    from ledger.models import Entry

    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def copying(tables: dict[str, str], cycle: int, entry: int) -> float:
    """Time COPY of the rows a step wrote into empty tables of the same make; the median of three."""
    from django.db import connection

    rows = {}
    with connection.cursor() as cursor:
        for table, which in tables.items():
            query = f"COPY (SELECT * FROM {table} WHERE {which.format(cycle=cycle, entry=entry)}) TO STDOUT"
            with cursor.copy(query) as copy:
                rows[table] = b"".join(copy)

    def copy_all() -> None:
        for table, data in rows.items():
            with cursor.copy(f"COPY copied_{table} FROM STDIN") as copy:
                copy.write(data)

    times = []
    for _ in range(3):
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DROP TABLE IF EXISTS copied_{table}")
                cursor.execute(f"CREATE TABLE copied_{table} (LIKE {table} INCLUDING ALL)")
            times.append(seconds(copy_all))
            for table in tables:
                cursor.execute(f"DROP TABLE copied_{table}")
    return statistics.median(times)


def sheets(cycle_id: int) -> None:
    """Lay out the sheets of a cycle as for a screen; not the matrix, with its cell per household and product."""
    from django.utils import timezone

    from market.cycles.models import OrderCycle
    from market.supply.sheets import SHEETS, PickupDay

    cycle = OrderCycle.objects.select_related("organiser", "pickup_point").get(pk=cycle_id)
    day = PickupDay(cycle.organiser, timezone.localdate(cycle.distribution_at), [cycle])
    for name, make in SHEETS.items():
        if name != "matrix":
            make(day)


def measure(households: int) -> tuple[float, float, float, float, float]:
    """Give the seconds of closing, settling, sheets, and of copying what the first two wrote."""
    from django.db import connection

    from benchmarks.big_cycle import NOW, build
    from market.ordering.closing import close_cycle
    from market.settlement.services import settle_cycle
    from market.supply.models import SupplierOrder
    from market.supply.receiving import receive_delivery
    from market.supply.services import send_all_supplier_orders

    cycle = build(households)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = newest_entry()
    closing = seconds(lambda: close_cycle(cycle=cycle, actor=None, at=NOW))
    copied = copying({**CLOSED, **BOOKED}, cycle.pk, before)
    send_all_supplier_orders(cycle=cycle, actor=None, at=NOW)
    for order in SupplierOrder.objects.filter(cycle=cycle):
        received = {line.offer_id: line.quantity for line in order.lines.all()}
        receive_delivery(supplier_order=order, received=received, actor=None, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    printing = seconds(lambda: sheets(cycle.pk))
    before = newest_entry()
    settling = seconds(lambda: settle_cycle(cycle=cycle, actor=None, at=NOW))
    copied_settled = copying({**SETTLED, **BOOKED}, cycle.pk, before)
    return closing, copied, settling, copied_settled, printing


def run(sizes: tuple[int, ...]) -> int:
    print(
        f"{'lines':>8}{'closing':>10}{'rows/s':>9}{'× COPY':>8}{'settling':>10}{'rows/s':>9}{'× COPY':>8}{'sheets':>9}"
    )
    per_line, wrong = [], []
    for households in sizes:
        lines = households * 40
        closing, copied, settling, copied_settled, printing = measure(households)
        ratios = closing / copied, settling / copied_settled
        print(
            f"{lines:>8,}{closing:>9.2f}s{lines / closing:>9,.0f}{ratios[0]:>8.1f}"
            f"{settling:>9.2f}s{lines / settling:>9,.0f}{ratios[1]:>8.1f}{printing:>8.2f}s",
            flush=True,
        )
        per_line.append((closing / lines, settling / lines, printing / lines))
        if lines == 40_000:
            wrong += [f"closing takes {ratios[0]:.1f} × COPY, at most {CLOSING}"] if ratios[0] > CLOSING else []
            wrong += [f"settling takes {ratios[1]:.1f} × COPY, at most {SETTLEMENT}"] if ratios[1] > SETTLEMENT else []
    for name, first, last in zip(("closing", "settling", "sheets"), per_line[0], per_line[-1], strict=True):
        print(f"{name}_per_line_growth: {last / first:.2f}")
        wrong += [f"{name} does not grow with the lines"] if last / first > GROWTH else []
    print("\n".join(wrong) or "within the limits")
    return int(bool(wrong))


def main() -> int:
    from tests.postgres import EphemeralPostgres

    server = EphemeralPostgres(durable=True)
    try:
        os.environ |= {"DATABASE_URL": server.start(), "DJANGO_SETTINGS_MODULE": "config.settings"}
        # Migrating leaves much in memory, through which the garbage collector would go again and again; a worker, whose
        # process this stands for, has not just migrated.
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, check=True, cwd=Path(__file__).parents[1], env={**os.environ, "DEBUG": "1"})
        import django

        django.setup()
        from market.people.services import found_market

        found_market(name="Cabas", slug="cabas")
        return run(tuple(int(size) for size in sys.argv[1:]) or SIZES)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
