from django.db import migrations, models


def whoever_is_in_has_joined(apps, schema_editor):
    """Households that have a place already are not charged for joining when they come back from a pause."""
    enrolments = apps.get_model("market", "Enrolment").objects
    enrolments.exclude(status="waiting").update(charged_at=models.F("since"))


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0009_nudging"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="charged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="household",
            name="credit_limit_minor",
            field=models.BigIntegerField(default=0, verbose_name="credit limit, in cents; the ledger keeps it"),
        ),
        migrations.RunPython(whoever_is_in_has_joined, migrations.RunPython.noop),
    ]
