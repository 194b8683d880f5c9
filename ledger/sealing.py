"""Sealing: a hash chain over entries, added afterwards by one writer, so that payments never wait for it."""

import hashlib
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet

from ledger.models import Account, Entry, Posting, Seal

START = "0" * 64


def digest_of(previous: str, entry: Entry, postings: list[Posting], codes: dict[int, str]) -> str:
    """Digest the previous seal and an entry with its postings: SHA-256 over lines of tab-separated text."""
    lines = [
        previous,
        "\t".join(
            [
                entry.key,
                entry.kind,
                entry.happened_at.isoformat(),
                entry.memo,
                entry.actor,
                str(entry.reverses_id),
            ]
        ),
        *(
            "\t".join(
                [
                    p.currency_id,
                    str(p.amount_minor),
                    codes[p.debit_id],
                    codes[p.credit_id],
                ]
            )
            for p in sorted(postings, key=lambda posting: posting.leg)
        ),
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def seal() -> int:
    """Seal the entries nobody can still slip in before, in order; give their number.

    On PostgreSQL an entry is taken only if its transaction is older than every running one.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE ledger_seal IN EXCLUSIVE MODE")
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            oldest = cursor.fetchone()[0]
        else:
            oldest = 1
    last = Seal.objects.order_by("-pk").first()
    previous = last.digest if last else START
    sealed = 0
    for entry, postings, codes in _with_postings(Entry.objects.filter(seal=None, transaction__lt=oldest)):
        previous = digest_of(previous, entry, postings, codes)
        Seal.objects.create(entry=entry, digest=previous)
        sealed += 1
    return sealed


def broken_seals() -> Iterator[tuple[int, str]]:
    """Name the first sealed entry whose seal does not fit what is written (id and key); nothing if all fit."""
    previous = START
    seals = dict(Seal.objects.order_by("pk").values_list("entry_id", "digest"))
    entries = Entry.objects.filter(seal__isnull=False).order_by("seal__pk")
    for entry, postings, codes in _with_postings(entries):
        previous = digest_of(previous, entry, postings, codes)
        if previous != seals[entry.pk]:
            yield entry.pk, entry.key
            return


def _with_postings(
    entries: QuerySet[Entry],
) -> Iterator[tuple[Entry, list[Posting], dict[int, str]]]:
    codes = dict(Account.objects.values_list("pk", "code"))
    if not entries.ordered:
        entries = entries.order_by("pk")
    for entry in entries.prefetch_related("postings").iterator(chunk_size=1000):
        yield entry, list(entry.postings.all()), codes
