from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consult", "0006_parked_at")]
    operations = [
        migrations.AddField(
            "call", "sent_as", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
    ]
