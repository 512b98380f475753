from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0030_first_tags_and_levels")]
    operations = [
        migrations.RemoveConstraint("looktocheck", "look_to_check_once_a_pair"),
        migrations.AddField("looktocheck", "patient_then", models.BigIntegerField(null=True)),
    ]
