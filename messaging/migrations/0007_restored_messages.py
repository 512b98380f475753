"""What was due before a backup was restored is asked about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_messages_are_items"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("expired", "Its time had passed before it could be sent."),
                    ("recipient_left", "The colleague has left."),
                    ("held", "Messages to this patient are on hold."),
                    ("no_address", "There is no address for this channel."),
                    ("bad_address", "The address cannot be right."),
                    ("not_set_up", "This channel is not set up here."),
                    ("refused", "The other side refused it for good."),
                    ("spent", "It could not be handed over, however often it was tried."),
                    ("broken", "Its text could not be made."),
                    ("no_answer", "It was handed over, and nobody knows whether it arrived."),
                    ("restored", "It was due before a back-up was restored, and may have been sent since."),
                    ("not_arrived", "It did not arrive; a colleague gave it up."),
                    ("not_needed", "It was no longer needed."),
                ],
                max_length=16,
            ),
        ),
    ]
