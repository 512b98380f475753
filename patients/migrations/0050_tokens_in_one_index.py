"""One index says who has a piece, in the order in which they are looked at; another, which pieces somebody has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0049_tokens_by_last_contact")]
    operations = [
        migrations.AddConstraint(
            "searchtoken", models.UniqueConstraint(fields=("patient", "token"), name="patient_has_token_once")
        ),
        migrations.AddIndex(
            "searchtoken",
            models.Index(fields=["token", "-last_contact_minute", "-patient"], name="token_by_last_contact"),
        ),
    ]
