from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0033_certificates_so_far")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("department__isnull", True), ("staff__isnull", True)),
                fields=["kind", "-id"],
                name="message_of_no_department",
            ),
        ),
    ]
