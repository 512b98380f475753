"""Settings that count months, or money."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("institution", "0004_switches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="setting",
            name="unit",
            field=models.CharField(
                choices=[
                    ("seconds", "seconds"),
                    ("minutes", "minutes"),
                    ("hours", "hours"),
                    ("days", "days"),
                    ("working_days", "working days"),
                    ("months", "months"),
                    ("years", "years"),
                    ("megabytes", "MB"),
                    ("percent", "%"),
                    ("count", "times"),
                    ("items", "items"),
                    ("clock", "o'clock"),
                    ("money", "CNY"),
                    ("switch", "(1 yes, 0 no)"),
                ],
                max_length=12,
            ),
        ),
    ]
