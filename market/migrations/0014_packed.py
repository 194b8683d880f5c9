from django.db import migrations, models


class Migration(migrations.Migration):
    """An order is ticked off when its crate is packed."""

    dependencies = [("market", "0013_answers")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="packed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="packed"),
        ),
    ]
