"""Import a producer's price list from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from market.catalogue.importers import FORMATS, read_price_list
from market.catalogue.services import differences, import_rows
from market.people.models import Organisation


class Command(BaseCommand):
    help = "Import a price list, whole or not at all. Exit code 1 and every fault by line and column if it is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument("--organisation", required=True, help="the producer's short name (slug)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        producer = Organisation.objects.filter(slug=options["organisation"]).first()
        if producer is None:
            raise CommandError(f"There is no organisation with the short name {options['organisation']}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        parsed = read_price_list(content, format=options["format"])
        for fault in parsed.faults:
            where = f"line {fault.line}" + (f", column {fault.column}" if fault.column else "")
            found = f" Found: {fault.found!r}." if fault.found else ""
            self.stderr.write(f"{where}: {fault.expected}{found}")
        if not parsed.ok:
            raise CommandError(f"Nothing was imported: {len(parsed.faults)} faults.")
        if options["dry_run"]:
            changes = differences(producer, parsed.rows)
        else:
            changes = import_rows(producer=producer, rows=parsed.rows, at=timezone.now())
        counts = {kind: sum(1 for change in changes if change.kind == kind) for kind in ("new", "changed", "same")}
        words = "would be" if options["dry_run"] else "are"
        self.stdout.write(
            f"{counts['new']} products {words} new, {counts['changed']} changed, {counts['same']} as they were."
        )
