"""What was withheld may go again, so it has to learn when its reason ends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0021_calls_of_a_number")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_open_source"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ("queued", "claimed", "handed_over", "failed", "unknown", "withheld"))
                ),
                fields=["source"],
                name="message_open_source",
            ),
        ),
    ]
