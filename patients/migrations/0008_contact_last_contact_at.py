from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0007_persons_concerned")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="last_contact_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
