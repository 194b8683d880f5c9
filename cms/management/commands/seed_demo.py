"""Build the demo community, and prove its books."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo.community import PASSWORD, DemoCommunity, cast_list
from cms.demo.pages import build_pages
from cms.demo.pictures import draw_cards
from market.catalogue.importers import FORMATS, read_price_list
from market.people.models import User


class Command(BaseCommand):
    help = "Build the demo community through services, and prove its books at the end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there are people already")
        parser.add_argument("--catalogue", type=Path, help="build the market on this price list instead")
        parser.add_argument("--format", choices=sorted(FORMATS), help="the layout of that price list")
        parser.add_argument("--cast", action="store_true", help="only print who can log in")
        parser.add_argument("--quiet-cast", action="store_true", help="do not print who can log in")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["cast"]:
            self.build(options)
        if options["quiet_cast"]:
            return
        self.stdout.write(f"\nThe cast, all with the password {PASSWORD}:")
        for line in cast_list():
            self.stdout.write(f"  {line}")

    def build(self, options: dict[str, Any]) -> None:
        if User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There are people here already: the demo is built into an empty database only.")
        self.stdout.write("Building the demo community:")
        rows = self.price_list(options)
        DemoCommunity(self.stdout.write, price_list=rows).build()
        self.stdout.write("  drawing the pictures, writing the pages")
        build_pages()
        draw_cards()
        call_command("check_ledger", stdout=self.stdout)

    def price_list(self, options: dict[str, Any]) -> tuple[Any, ...]:
        if options["catalogue"] is None:
            return ()
        if options["format"] is None:
            raise CommandError("Name the layout of the price list with --format.")
        parsed = read_price_list(options["catalogue"].read_bytes(), format=options["format"])
        if not parsed.ok:
            for fault in parsed.faults:
                self.stderr.write(f"line {fault.line}, column {fault.column}: {fault.expected}")
            raise CommandError("Nothing was built: the price list has faults.")
        return parsed.rows
