"""Where patients are written to by e-mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0034_erased_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="email",
            field=models.EmailField(blank=True, max_length=120, verbose_name="E-mail"),
        ),
    ]
