"""Making the past fast: a hash chain over entries, and periods that are closed.

Seals are added afterwards by one writer, so that payments never wait for them.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from ledger.journal import check_text, refusing
from ledger.models import Account, Closing, Entry, Posting, Seal

START = "0" * 64
# One number for all databases: whoever holds it is the only one who seals.
SEALING = 7_201_519
CHUNK = 1000


@dataclass(frozen=True)
class SealedRoot:
    """The end of the chain: whoever has noted it can prove later that none of the `entries` before it was changed."""

    entries: int
    digest: str
    sealed_at: datetime


def line_of(previous: str, entry: Entry, postings: Sequence[Posting], codes: dict[int, str]) -> str:
    """Write what a seal digests: the seal before it and an entry with its postings, as one line of JSON.

    [previous, key, kind, happened_at, recorded_at, memo, actor, key of the entry it reverses or null,
    [[currency, amount, debit code, credit code], ...]], without spaces, times in UTC.
    """
    content = [
        previous,
        entry.key,
        entry.kind,
        entry.happened_at.astimezone(UTC).isoformat(),
        entry.recorded_at.astimezone(UTC).isoformat(),
        entry.memo,
        entry.actor,
        entry.reverses.key if entry.reverses else None,
        [
            [p.currency_id, p.amount_minor, codes[p.debit_id], codes[p.credit_id]]
            for p in sorted(postings, key=lambda posting: posting.leg)
        ],
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def digest_of(previous: str, entry: Entry, postings: Sequence[Posting], codes: dict[int, str]) -> str:
    """Give the SHA-256 of an entry's line."""
    return hashlib.sha256(line_of(previous, entry, postings, codes).encode()).hexdigest()


@transaction.atomic
def seal() -> int:
    """Seal the entries nobody can still slip in before, as one batch, in order; give their number.

    The root of the batch is the digest of its last entry.

    On PostgreSQL an entry is taken only if its transaction is older than every running one. (One from the future comes
    out of a backup of another server, so it is old too.)
    """
    settled = Q()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, "
                "pg_current_xact_id()::text::bigint FROM pg_current_snapshot() s"
            )
            oldest, next_one, own = cursor.fetchone()
        settled = Q(transaction__lt=min(oldest, own)) | Q(transaction__gt=max(next_one, own) + CHUNK * CHUNK)
    last = Seal.objects.order_by("-pk").first()
    previous = last.digest if last else START
    sealed = 0
    made: list[Seal] = []
    for entry, postings, codes in _with_postings(Entry.objects.filter(settled, seal=None)):
        previous = digest_of(previous, entry, postings, codes)
        made.append(Seal(entry=entry, digest=previous))
        if len(made) == CHUNK:
            sealed += len(Seal.objects.bulk_create(made))
            made = []
    return sealed + len(Seal.objects.bulk_create(made))


# The lines of `line_of`, made by PostgreSQL itself, each beginning with the digest stored before it.
MOMENT = """replace(to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || '+00:00'"""
BROKEN = f"""
    SELECT id, key FROM (
        SELECT e.id, e.key, s.id AS place, s.digest, encode(sha256(convert_to('["'
            || LAG(s.digest, 1, '{START}') OVER (ORDER BY s.id) || '",' || to_json(e.key)
            || ',' || to_json(e.kind) || ',"' || {MOMENT.format(at="e.happened_at")} || '","'
            || {MOMENT.format(at="e.recorded_at")} || '",' || to_json(e.memo) || ',' || to_json(e.actor) || ','
            || COALESCE(to_json(r.key)::text, 'null') || ',[' || COALESCE(p.legs, '') || ']]', 'UTF8')), 'hex') AS made
        FROM ledger_seal s JOIN ledger_entry e ON e.id = s.entry_id
        LEFT JOIN ledger_entry r ON r.id = e.reverses_id
        LEFT JOIN (
            SELECT p.entry_id, string_agg('[' || to_json(p.currency_id) || ',' || p.amount_minor || ','
                || to_json(d.code) || ',' || to_json(c.code) || ']', ',' ORDER BY p.leg) AS legs
            FROM ledger_posting p JOIN ledger_account d ON d.id = p.debit_id JOIN ledger_account c ON c.id = p.credit_id
            GROUP BY p.entry_id) p ON p.entry_id = e.id) sealed
    WHERE digest <> made ORDER BY place LIMIT 1"""


def broken_seals() -> Iterator[tuple[int, str]]:
    """Name the first sealed entry whose seal does not fit what is written (id and key); nothing if all fit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(BROKEN)
            yield from cursor.fetchall()
        return
    previous = START
    entries = Entry.objects.filter(seal__isnull=False).select_related("seal").order_by("seal__pk")
    for entry, postings, codes in _with_postings(entries):
        previous = digest_of(previous, entry, postings, codes)
        if previous != entry.seal.digest:
            yield entry.pk, entry.key
            return


def sealed_root() -> SealedRoot | None:
    """Give the end of the chain of seals; None if nothing is sealed yet."""
    last = Seal.objects.order_by("-pk").first()
    return SealedRoot(Seal.objects.count(), last.digest, last.sealed_at) if last else None


def sealed_lines() -> Iterator[str]:
    """Give the line of every sealed entry, in the order of the seals, made anew from what is written."""
    previous = START
    entries = Entry.objects.filter(seal__isnull=False).order_by("seal__pk")
    for entry, postings, codes in _with_postings(entries):
        line = line_of(previous, entry, postings, codes)
        previous = hashlib.sha256(line.encode()).hexdigest()
        yield line


def close_period(until: datetime, *, actor: str = "") -> None:
    """Book nothing any more that happened before `until`; for good, and twice does no harm.

    Raises PeriodNotOver for a time to come. Entries refused from then on raise PeriodClosed.
    """
    check_text("actor", actor, 0, 80)
    with transaction.atomic():
        if not Closing.objects.filter(until__gte=until).exists():
            with refusing():
                Closing.objects.create(until=until, actor=actor)


def _with_postings(
    entries: QuerySet[Entry],
) -> Iterator[tuple[Entry, list[Posting], dict[int, str]]]:
    codes = dict(Account.objects.values_list("pk", "code"))
    if not entries.ordered:
        entries = entries.order_by("pk")
    for entry in entries.select_related("reverses").prefetch_related("postings").iterator(chunk_size=CHUNK):
        yield entry, list(entry.postings.all()), codes
