"""Each piece is to say when somebody was last spoken with; until that stands there, fewer indexes are written."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0047_import_without_guardian")]
    operations = [
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
        migrations.AddField("searchtoken", "last_contact_minute", models.IntegerField(default=0)),
    ]
