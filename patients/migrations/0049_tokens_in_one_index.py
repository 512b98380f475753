"""One index says who has a piece, in the order in which they are looked at; another, which pieces somebody has."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0048_tokens_by_last_contact")]
    operations = [
        migrations.AddConstraint(
            "searchtoken", models.UniqueConstraint(fields=("patient", "token"), name="patient_has_token_once")
        ),
        migrations.AddIndex(
            "searchtoken",
            models.Index(fields=["token", "-last_contact_on", "-patient"], name="token_by_last_contact"),
        ),
        migrations.RemoveConstraint("searchtoken", "search_token_once"),
        migrations.AlterField(
            "searchtoken",
            "patient",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="search_tokens",
                to="patients.patient",
            ),
        ),
    ]
