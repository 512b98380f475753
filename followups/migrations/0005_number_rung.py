import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0004_hours_of_the_day"),
        ("patients", "0021_kinds_of_phones"),
    ]

    operations = [
        migrations.AddField(
            "attempt",
            "phone",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="patients.phone",
                verbose_name="Number",
            ),
        ),
    ]
