"""Prove the books: exit 0 and the proof in figures, or exit 1 and every law that does not hold."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from ledger import api
from ledger.models import Entry, Posting


class Command(BaseCommand):
    help = "Prove every law of the ledger from the postings alone."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [f"{problem.code}: {problem.message}{_at(problem)}" for problem in api.check()]
        totals: dict[str, list[int]] = {}
        for line in api.trial_balance():
            totals.setdefault(line.currency, []).append(line.balance)
        self.stdout.write(f"{Entry.objects.count()} entries, {Posting.objects.count()} postings.")
        for currency, balances in totals.items():
            self.stdout.write(f"{currency}: {len(balances)} accounts, balances add up to {sum(balances)}.")
        if root := api.sealed_root():
            self.stdout.write(f"{root.entries} entries are sealed; root {root.digest}")
        # What the ledger cannot know (whose reserve stands behind which units) its users prove themselves.
        for proof in settings.LEDGER_PROOFS:
            lines, broken = import_string(proof)()
            for line in lines:
                self.stdout.write(line)
            problems += broken
        if problems:
            raise CommandError("The books do not hold:\n" + "\n".join(problems))
        self.stdout.write(self.style.SUCCESS("The books hold: every balance is the sum of its postings."))


def _at(problem: api.Problem) -> str:
    return f" (entry {problem.entry_id})" if problem.entry_id else ""
