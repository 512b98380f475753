from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0017_service_messages_wait")]

    operations = [
        migrations.AddField(model_name="contactlog", name="is_counted", field=models.BooleanField(default=True)),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(fields=["digest", "-id"], name="inbound_text_of_sender"),
        ),
    ]
