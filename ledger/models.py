"""The tables of the ledger.

Sign rule, said once: the balance of an account is its credits minus its debits. What others own (wallets, prepaid
balances, dues) stands positive, what the market owns (bank, cash) stands negative; `floor` and `ceiling` are meant in
the same way, None for no limit. Amounts are whole minor units of the account's currency.

Rows are written by `ledger.api` alone, and the laws in `ledger/laws/` hold whoever writes: entries and postings are
never changed, and only a posting moves a balance. What every payment passes (accounts, entries, postings) has its
limits and references in those laws too and not in constraints, which PostgreSQL reads anew for every statement.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler

# SQLite turns 2**63 into a float without a word; these bounds, which the laws repeat, keep every sum far from it.
LARGEST_AMOUNT = 10**18
LARGEST_BALANCE = 4 * 10**18


class ThisTransaction(models.Func):
    """The number of the running transaction; SQLite counts none."""

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="txid_current()", **context)


class Currency(models.Model):
    """A money or unit that is counted; `decimals` says how many minor units make one."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    decimals = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "currencies"
        constraints = [models.CheckConstraint(condition=Q(decimals__lte=8), name="ledger_currency_decimals")]

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """One owner, one currency. `number` counts its postings; balance and turnover move with each of them."""

    class Kind(models.TextChoices):
        ASSET = "asset"
        LIABILITY = "liability"
        EQUITY = "equity"
        INCOME = "income"
        EXPENSE = "expense"

    code = models.CharField(max_length=80, unique=True)
    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="accounts", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(default=0)
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """One dated record of an event, never changed; it groups `legs` postings.

    `key` makes a retry harmless: the same key with the same `fingerprint` is the same entry. `happened_at` is given,
    `recorded_at` is the database's clock, `transaction` its transaction (zero on SQLite), which sealing needs. Several
    entries may reverse one, together never more than it.
    """

    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(db_default=ThisTransaction())
    legs = models.IntegerField()
    memo = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80, blank=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversals", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_entry_reversals")
        ]
        # A constraint and not unique=True, which on PostgreSQL adds a second index for LIKE.
        constraints = [models.UniqueConstraint(fields=["key"], name="ledger_entry_key")]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One move of an amount from a debit account to a credit account of the same currency.

    The database fills in both accounts' running number and balance after the move.
    """

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    leg = models.IntegerField()
    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    debit_number = models.BigIntegerField(db_default=0)
    credit_number = models.BigIntegerField(db_default=0)
    debit_balance = models.BigIntegerField(db_default=0)
    credit_balance = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "leg"], name="ledger_posting_leg"),
            # The two indexes a statement pages over.
            models.UniqueConstraint(fields=["debit", "debit_number"], name="ledger_posting_debit"),
            models.UniqueConstraint(fields=["credit", "credit_number"], name="ledger_posting_credit"),
        ]


class Hold(models.Model):
    """Money moved to a holding account, to be captured by the payee or released back, in parts or whole."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="hold")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    captured__gte=0,
                    released__gte=0,
                    amount__gte=F("captured") + F("released"),
                ),
                name="ledger_hold_not_spent_twice",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_hold_holds_something"),
        ]


class Draw(models.Model):
    """What one entry took out of a hold: captured for a payee, or released to where it came from.

    Inserting a draw moves the hold's figures; nothing else can.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="draws")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="draw")
    captured = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(captured__gt=0, released=0) | Q(captured=0, released__gt=0),
                name="ledger_draw_one_way",
            )
        ]


class Seal(models.Model):
    """A link of the hash chain over entries, in the order in which they were sealed."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())


class Closing(models.Model):
    """From here on nothing may be booked that happened before `until`."""

    until = models.DateTimeField(unique=True)
    closed_at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=80, blank=True)
