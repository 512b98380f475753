from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0030_certificates_with_the_words")]

    operations = [
        migrations.RemoveField(model_name="messagetemplate", name="certificate_number"),
        migrations.RemoveField(model_name="messagetemplate", name="certificate_until"),
    ]
