"""The numbers by which others know a patient."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0010_phones_from_the_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("resident_id", "Resident identity card"),
                            ("passport", "Passport"),
                            ("travel_permit", "Travel permit (Hong Kong, Macao, Taiwan)"),
                            ("system", "Number in another system"),
                        ],
                        max_length=16,
                        verbose_name="Document",
                    ),
                ),
                ("scope", models.CharField(blank=True, max_length=40)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("sealed", models.TextField(blank=True)),
                ("shown", models.CharField(max_length=40)),
                ("added_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "Identifier",
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "digest"), name="identifier_once_a_patient"),
                    models.UniqueConstraint(
                        condition=models.Q(("type", "system")),
                        fields=("digest",),
                        name="identifier_one_row_one_patient",
                    ),
                ],
            },
        ),
    ]
