from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0018_senders")]

    operations = [
        migrations.AlterField(
            model_name="optout",
            name="scope",
            field=models.CharField(
                choices=[("offers", "Surveys and offers"), ("all", "Care messages, surveys and offers")],
                default="offers",
                max_length=8,
                verbose_name="What stops",
            ),
        ),
    ]
