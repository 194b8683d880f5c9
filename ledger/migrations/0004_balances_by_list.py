import ledger.models
from django.db import migrations, models

from ledger.laws import drop_laws, install_laws


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_lean_rows'),
    ]

    operations = [
        drop_laws,
        migrations.AlterField(
            model_name='entry',
            name='transaction',
            field=models.BigIntegerField(db_default=ledger.models.ThisTransaction()),
        ),
        migrations.AlterField(
            model_name='posting',
            name='credit_balance',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name='posting',
            name='credit_number',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name='posting',
            name='debit_balance',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name='posting',
            name='debit_number',
            field=models.BigIntegerField(db_default=0),
        ),
        install_laws,
    ]
