"""Seal what was booked, and print the root: whoever notes it can prove later that nothing before it was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from ledger import api


class Command(BaseCommand):
    help = "Seal the entries booked since the last time and print the root of the chain."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = api.seal()
        root = api.sealed_root()
        self.stdout.write(f"{sealed} entries sealed." if root else "There is nothing to seal.")
        if root:
            self.stdout.write(f"Root of all {root.entries}: {root.digest}")
