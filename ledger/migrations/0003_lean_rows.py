import django.db.models.deletion
from django.db import migrations, models

from ledger.laws import drop_laws, install_laws


def check_what_refers(apps, schema_editor):
    """Let PostgreSQL check foreign keys now: it alters no table with checks still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refuse_leniency(apps, schema_editor):
    """Make PostgreSQL refuse `ON CONFLICT DO NOTHING` on postings: it never passes over a deferrable constraint."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_leg")
        schema_editor.execute(
            "ALTER TABLE ledger_posting ADD CONSTRAINT ledger_posting_leg UNIQUE (entry_id, leg) DEFERRABLE"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_draws_and_closings'),
    ]

    operations = [
        drop_laws,
        migrations.RunPython(check_what_refers, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_kind',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_floor',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_ceiling',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_range',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_turnover',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_closed_empty',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='ledger_entry_moves_something',
        ),
        migrations.RemoveConstraint(
            model_name='posting',
            name='ledger_posting_amount',
        ),
        migrations.RemoveConstraint(
            model_name='posting',
            name='ledger_posting_two_accounts',
        ),
        migrations.RemoveConstraint(
            model_name='posting',
            name='ledger_posting_leg_counts',
        ),
        migrations.RemoveIndex(
            model_name='entry',
            name='ledger_entr_happene_9738f5_idx',
        ),
        migrations.AlterField(
            model_name='account',
            name='currency',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='ledger.currency'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='key',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='entry',
            name='legs',
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name='entry',
            name='reverses',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='ledger.entry'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='credit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='currency',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.currency'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='debit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='entry',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.entry'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='leg',
            field=models.IntegerField(),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('reverses__isnull', False)), fields=['reverses'], name='ledger_entry_reversals'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('key',), name='ledger_entry_key'),
        ),
        migrations.RunPython(refuse_leniency, migrations.RunPython.noop),
        install_laws,
    ]
