"""Calls count where they were made, whoever else uses the number: by its keyed hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0020_message_not_ready")]

    operations = [
        migrations.AddField(model_name="contactlog", name="digest", field=models.CharField(blank=True, max_length=64)),
        migrations.AddIndex(
            model_name="contactlog",
            index=models.Index(
                condition=models.Q(("digest__gt", "")), fields=["digest", "-logged_at"], name="contact_log_of_number"
            ),
        ),
    ]
