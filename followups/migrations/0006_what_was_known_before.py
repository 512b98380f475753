from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0005_number_rung"),
    ]

    operations = [
        migrations.AddField("attempt", "phone_before", models.JSONField(null=True)),
    ]
