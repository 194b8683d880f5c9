"""A process of its own on a database of its own, which tests kill: `python -m tests.ledger.outsider WHAT …`.

prepare            make the ledger's tables and fifty accounts with floors
post NUMBER        book at random for ever, naming each key once it was acknowledged
verify [DATABASE]  read acknowledged keys from the standard input; say what is missing, double, half, or does not hold
"""

import os
import random
import sys
from datetime import UTC, datetime

import django
from django.conf import settings

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ACCOUNTS = [f"member:{number}" for number in range(50)]


def set_up() -> None:
    """Start Django with the ledger alone, on the database that the environment names, set up as in production."""
    from config import settings as ours

    settings.configure(
        DATABASES=ours.DATABASES, INSTALLED_APPS=["ledger"], USE_TZ=True, LEDGER_PROOFS=[],
        DEFAULT_AUTO_FIELD=ours.DEFAULT_AUTO_FIELD,
    )  # fmt: skip
    django.setup()


def prepare() -> None:
    from django.core.management import call_command

    from ledger import api as ledger

    call_command("migrate", verbosity=0)
    ledger.create_currency("ECO", name="Eco")
    ledger.open_account("issued", currency="ECO", kind="asset")
    for code in ACCOUNTS:
        ledger.open_account(code, currency="ECO", kind="liability", floor=0)
    legs = [ledger.Leg("issued", code, 1000) for code in ACCOUNTS]
    ledger.post(ledger.NewEntry(key="issue", kind="test", happened_at=AT, legs=legs))


def some_legs(chance: random.Random) -> list[tuple[str, str, int]]:
    return [(*chance.sample(ACCOUNTS, 2), chance.randint(1, 400)) for _leg in range(chance.choice([1, 1, 1, 2, 5]))]


def post(number: str) -> None:
    from ledger import api as ledger

    chance, turn = random.Random(number), 0
    while True:
        turn += 1
        legs = [ledger.Leg(*leg) for leg in some_legs(chance)]
        try:
            ledger.post(ledger.NewEntry(key=f"{number}:{turn}", kind="test", happened_at=AT, legs=legs))
        except ledger.FloorReached:
            continue
        print(f"{number}:{turn}", flush=True)


def verify(database: str | None) -> None:
    """Name every acknowledged entry that is not there whole and once, and everything the check finds."""
    from django.db import connections
    from django.db.models import Count, F

    from ledger import api as ledger
    from ledger.models import Entry

    if database:
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = database
    acknowledged = set(sys.stdin.read().split())
    for key in acknowledged - set(Entry.objects.values_list("key", flat=True)):
        print(f"{key} was acknowledged and is not there")
    for entry in Entry.objects.annotate(there=Count("postings")).exclude(there=F("legs")):
        print(f"{entry} has not all its postings")
    for problem in ledger.check():
        print(f"{problem.code}: {problem.message}")
    if total := sum(ledger.balances([*ACCOUNTS, "issued"]).values()):
        print(f"{total} came from nowhere")


if __name__ == "__main__":
    os.environ.setdefault("SECRET_KEY", "x" * 64)
    set_up()
    {"prepare": prepare, "post": post, "verify": lambda *words: verify(words[0] if words else None)}[sys.argv[1]](
        *sys.argv[2:]
    )
