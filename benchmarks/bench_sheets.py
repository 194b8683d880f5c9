"""Print everything for one pick-up day: 40 households, 12 producers, 200 products, 480 lines (and twice as many).

`python -m benchmarks.bench_sheets [FILE]` builds the day in a database of its own in memory, prints all sheets in one
PDF several times, and gives the best time of the processor and of the clock. The budget is two seconds.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

BUDGET, HOUSEHOLDS, PRODUCERS, PRODUCTS = 2.0, 40, 12, 200


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    cycle = build()
    for lines in (12, 24):
        order(cycle, lines)
        best, pages, content = measure(cycle)
        processor, clock = best
        print(
            f"{HOUSEHOLDS * lines} lines: {pages} pages in {processor:.2f} s of the processor,"
            f" {clock:.2f} s by the clock ({len(content) // 1024} kB){'' if processor <= BUDGET else '  OVER BUDGET'}"
        )
        if len(sys.argv) > 1:
            Path(sys.argv[1]).write_bytes(content)


def build() -> object:
    """Close a cycle through the services; its orders are written straight into the tables by `order`."""
    from tests import builders

    group = builders.a_group()
    products = []
    for number in range(PRODUCERS):
        farm = builders.a_producer(f"Cooperative of the valley {number + 1}")
        products += [
            builders.a_product(farm, f"Tomàquet de penjar, varietat {n + 1}", unit_text="caixa d'1 kg")
            for n in range(number, PRODUCTS, PRODUCERS)
        ]
    for number in range(HOUSEHOLDS):
        builders.a_household(f"Household of the street {number + 1}", group=group, euros="0")
    cycle = builders.an_open_cycle(group, products)
    cycle.closes_at = builders.NOW + timedelta(days=1)
    return builders.close(cycle)


def order(cycle: object, lines: int) -> None:
    """Let every household have ordered, and got, so many products."""
    from market.ordering.models import Allocation, AllocationShare, Order, OrderLine
    from market.people.models import Household
    from tests import builders

    AllocationShare.objects.all().delete()
    OrderLine.objects.all().delete()
    offers = list(cycle.offers.all())  # type: ignore[attr-defined]
    for offer in offers:
        Allocation.objects.get_or_create(
            offer=offer,
            defaults={"packs": 1, "available": 50, "missing": 0, "strategy": "first_come", "at": builders.NOW},
        )
    written = []
    for number, household in enumerate(Household.objects.order_by("pk")):
        placed, _created = Order.objects.get_or_create(
            cycle=cycle, household=household, defaults={"reference": f"ABC{number:03}", "placed_at": builders.NOW}
        )
        for n in range(lines):
            offer = offers[(number * 7 + n * 17) % len(offers)]
            written.append(
                OrderLine(
                    order=placed, offer=offer, name=offer.name, price=offer.price, quantity=n % 3 + 1, most_minor=900
                )
            )
    OrderLine.objects.bulk_create(written)
    AllocationShare.objects.bulk_create(
        AllocationShare(line=line, firm=line.quantity, from_tolerance=0, result=line.quantity, short=0)
        for line in OrderLine.objects.all()
    )


def measure(cycle: object) -> tuple[tuple[float, float], int, bytes]:
    from django.utils import timezone
    from pypdf import PdfReader

    from market.supply.models import SupplierOrder
    from market.supply.prints import print_sheets
    from market.supply.services import prepare_supplier_orders
    from market.supply.sheets import SHEETS, PickupDay, cycles_of_day

    SupplierOrder.objects.all().delete()
    prepare_supplier_orders(cycle=cycle)  # type: ignore[arg-type]
    times = []
    for _turn in range(4):
        processor, clock = time.process_time(), time.perf_counter()
        day = timezone.localdate(cycle.distribution_at)  # type: ignore[attr-defined]
        everything = PickupDay(cycle.organiser, day, cycles_of_day(cycle.organiser, day))  # type: ignore[attr-defined]
        printed = print_sheets(day=everything, names=SHEETS, changed_only=False, actor=None, at=timezone.now())
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    assert printed
    from io import BytesIO

    return min(times), len(PdfReader(BytesIO(printed.pdf)).pages), printed.pdf


if __name__ == "__main__":
    main()
