from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consult", "0004_call_settled")]
    operations = [
        migrations.AddField("call", "parked_seconds", models.PositiveIntegerField(default=0)),
        migrations.AddField("calldraft", "parked_seconds", models.PositiveIntegerField(default=0)),
    ]
