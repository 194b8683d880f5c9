"""Find what was lost between Stripe and the books."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from market.payments import stripe_gateway
from market.payments.events import reconcile


class Command(BaseCommand):
    help = "Ask Stripe for every event of the last days, book what was lost, and compare its balance with the books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how far to look back (Stripe keeps 30 days)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not stripe_gateway.offered():
            raise CommandError("No card payments here: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.")
        try:
            found, wrong = reconcile(days=options["days"], at=timezone.now())
        except stripe_gateway.Unreachable as trouble:
            raise CommandError(
                f"Stripe cannot be reached now: {trouble}. Nothing is lost; run this again."
            ) from trouble
        for line in found:
            self.stdout.write(f"found: {line}")
        for line in wrong:
            self.stderr.write(f"differs: {line}")
        if wrong:
            raise CommandError(f"{len(wrong)} differences remain: a person has to look.")
        self.stdout.write(f"{len(found)} found and booked; Stripe and the books agree.")
