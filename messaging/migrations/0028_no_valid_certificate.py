from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0027_medical_advertisements"),
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
                    ("deceased", "The patient has died."),
                    ("held", "Messages to this patient are on hold."),
                    ("opted_out", "The recipient wants no such messages any more."),
                    ("no_consent", "There is no consent to such messages."),
                    ("no_certificate", "It advertises, and no certificate of it is valid on that day."),
                    ("quiet", "These are quiet hours for such messages."),
                    ("capped", "The hospital has reached out to the recipient often enough lately."),
                    ("no_address", "There is no address for this channel."),
                    ("bad_address", "The address cannot be right."),
                    ("not_set_up", "This channel is not set up here."),
                    ("no_template", "The provider in use has not approved these words: register the template there."),
                    ("refused", "The other side refused it for good."),
                    ("spent", "It could not be handed over, however often it was tried."),
                    ("broken", "Its text could not be made."),
                    ("no_answer", "It was handed over, and nobody knows whether it arrived."),
                    ("restored", "It was due before a back-up was restored, and may have been sent since."),
                    ("not_arrived", "It did not arrive; a colleague gave it up."),
                    ("not_delivered", "The provider took it and reports that it did not arrive."),
                    ("not_needed", "It was no longer needed."),
                ],
                max_length=16,
            ),
        ),
    ]
