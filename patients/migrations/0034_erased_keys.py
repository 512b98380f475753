"""What a file knows people by whose data were erased: hashes, so that none brings them back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0033_looks_once_and_requests_in_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="keptrecord",
            name="what",
            field=models.CharField(
                choices=[
                    ("outpatient", "Outpatient visits, with diagnoses"),
                    ("inpatient", "Inpatient stays, with diagnoses and operations"),
                    ("consents", "Proof of what the person agreed to"),
                    ("sent", "Proof of what was sent, with the address"),
                    ("audit", "Who did and looked at what: no content"),
                    ("requests", "That this was asked for and done"),
                    ("prints", "Fingerprints of numbers, which nobody can read: no file brings the person back"),
                    ("files", "Imported files, until they are removed by themselves"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="ErasedKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased_keys",
                        to="patients.datarequest",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("digest", "request"), name="erased_key_once")],
            },
        ),
    ]
