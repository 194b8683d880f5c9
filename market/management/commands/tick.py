"""Do what is due: open, close, send again, seal. To be run every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from market.desk.clock import tick


class Command(BaseCommand):
    help = "Open and close cycles whose time has come. Run it every minute; running it twice does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        done, failed = tick(timezone.now())
        for words in done:
            self.stdout.write(words)
        if failed:
            raise CommandError("\n".join(failed))
