"""Write the journal for hledger, beancount, a spreadsheet, or whoever wants to prove the seals."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ledger import api


class Command(BaseCommand):
    help = "Write the journal to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["hledger", "beancount", "csv", "sealed"], default="hledger")
        parser.add_argument("--at", help="leave out what happened after this moment, as 2026-03-04T12:00+01:00")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["at"]) if options["at"] else None
        for line in api.export_journal(options["format"], at=at):
            self.stdout.write(line)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no moment; write it as 2026-03-04T12:00+01:00") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)
