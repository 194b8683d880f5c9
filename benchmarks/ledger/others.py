"""django-hordak's documented transfer, in an environment of its own that is made when it is first asked for.

As a script, with that environment's Python, it is a worker like those in worker.py.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

ACCOUNTS = 1000
PACKAGES = ["django-hordak==2.0.0", "django>=5.2,<5.3", "psycopg[binary]>=3.3,<4"]


def environment(folder: Path) -> Path:
    """Give the Python that has hordak, installing it once."""
    python = folder / "bin/python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder, "--clear"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return python


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="x" * 64, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": "hordak", "USER": "postgres",
            "HOST": os.environ["PGHOST"], "CONN_MAX_AGE": None,
        }},
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command
    from hordak.models import Account, AccountType
    from moneyed import Money

    if sys.argv[1] == "prepare":
        call_command("migrate", verbosity=0)
        for number in range(ACCOUNTS):
            Account.objects.create(
                name=f"account {number}", code=str(number), type=AccountType.liability, currencies=["EUR"]
            )
        return
    accounts = list(Account.objects.all())
    amount = Money(1, "EUR")

    def transfer() -> None:
        payer, payee = random.sample(accounts, 2)
        payer.transfer_to(payee, amount, description="bread")

    transfer()
    print("ready", flush=True)
    sys.stdin.readline()
    booked, began = 0, time.perf_counter()
    while time.perf_counter() - began < float(sys.argv[2]):
        transfer()
        booked += 1
    print(booked / (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main()
