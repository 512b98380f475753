"""Settings that are yes or no."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("institution", "0003_units_of_things_and_hours"),
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
                    ("years", "years"),
                    ("megabytes", "MB"),
                    ("percent", "%"),
                    ("count", "times"),
                    ("items", "items"),
                    ("clock", "o'clock"),
                    ("switch", "(1 yes, 0 no)"),
                ],
                max_length=12,
            ),
        ),
    ]
