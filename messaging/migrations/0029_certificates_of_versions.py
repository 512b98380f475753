from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0028_no_valid_certificate")]

    operations = [
        migrations.AddField(
            model_name="templateversion",
            name="certificate_number",
            field=models.CharField(blank=True, max_length=60, verbose_name="Number of the advertisement's certificate"),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="certificate_until",
            field=models.DateField(blank=True, null=True, verbose_name="Certificate valid until"),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.CheckConstraint(
                condition=Q(certificate_number="", certificate_until__isnull=True)
                | Q(certificate_number__gt="", certificate_until__isnull=False),
                name="template_version_certificate_whole",
            ),
        ),
    ]
