import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from ledger.laws import drop_laws, install_laws


def draw_what_was_drawn(apps, schema_editor):
    """Give every hold the draws that say which entries took its money.

    Until now only the sums were kept. Among holds of one holding account and source any distribution that adds up is
    as true as another; an entry that takes exactly what a hold gave is tried first.
    """
    Hold, Draw, Posting = (apps.get_model("ledger", name) for name in ("Hold", "Draw", "Posting"))
    holds = list(Hold.objects.filter(captured__gt=0) | Hold.objects.filter(released__gt=0))
    left = {(hold.pk, way): getattr(hold, way) for hold in holds for way in ("captured", "released")}
    entries = {}
    for posting in Posting.objects.filter(debit__in={hold.holding_id for hold in holds}).order_by("pk"):
        entries.setdefault((posting.entry_id, posting.debit_id, posting.entry.kind), []).append(posting)
    made = []
    for (entry, holding, kind), postings in entries.items():
        way = "released" if kind == "hold released" else "captured"
        amount = sum(posting.amount_minor for posting in postings)
        able = [
            hold
            for hold in holds
            if hold.holding_id == holding
            and left[hold.pk, way] >= amount
            and (way == "captured" or all(posting.credit_id == hold.source_id for posting in postings))
        ]
        able.sort(key=lambda hold: (left[hold.pk, way] != amount, hold.pk))
        if able:
            left[able[0].pk, way] -= amount
            made.append(Draw(hold=able[0], entry_id=entry, **{way: amount}))
    if any(left.values()):
        raise RuntimeError("Some holds cannot be matched with the entries that drew on them. A demo: make demo-reset.")
    Draw.objects.bulk_create(made)


def unseal(apps, schema_editor):
    """Take away seals of the first format, which left out when an entry was recorded; the next sealing makes them."""
    apps.get_model("ledger", "Seal").objects.all().delete()


def check_what_refers(apps, schema_editor):
    """Let PostgreSQL check foreign keys now: it alters no table with checks still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        drop_laws,
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(unique=True)),
                ("closed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="ledger.hold"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draw", to="ledger.entry"
                    ),
                ),
                ("captured", models.BigIntegerField(default=0)),
                ("released", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("captured__gt", 0), ("released", 0))
                        | models.Q(("captured", 0), ("released__gt", 0)),
                        name="ledger_draw_one_way",
                    )
                ]
            },
        ),
        migrations.AlterField(
            model_name="entry",
            name="reverses",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="ledger.entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", True), ("balance", 0), _connector="OR"),
                name="ledger_account_closed_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="ledger_hold_holds_something"
            ),
        ),
        migrations.RunPython(draw_what_was_drawn, migrations.RunPython.noop),
        migrations.RunPython(unseal, migrations.RunPython.noop),
        migrations.RunPython(check_what_refers, migrations.RunPython.noop),
        install_laws,
    ]
