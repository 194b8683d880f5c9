from django.db import migrations, models


class Migration(migrations.Migration):
    """A producer that stays silent is asked again, at most once a day."""

    dependencies = [("market", "0014_packed")]

    operations = [
        migrations.AddField(
            model_name="supplierorder",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked again for an answer"),
        ),
    ]
