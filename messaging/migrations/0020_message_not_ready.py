from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0019_scopes_say_what_stops")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("reason__in", ("not_set_up", "no_template")), ("staff__isnull", True), ("state", "withheld")
                ),
                fields=["send_at"],
                name="message_not_ready",
            ),
        ),
    ]
