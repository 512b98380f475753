import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("patients", "0018_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="Name")),
                ("digits", models.CharField(blank=True, db_index=True, max_length=20)),
                ("extension", models.CharField(blank=True, max_length=8)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("spouse", "Spouse"),
                            ("sibling", "Sibling"),
                            ("grandparent", "Grandparent"),
                            ("grandchild", "Grandchild"),
                            ("guardian", "Guardian"),
                            ("ward", "Ward"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="Is to the patient",
                    ),
                ),
                ("is_guardian", models.BooleanField(default=False, verbose_name="Guardian")),
                ("is_ward", models.BooleanField(default=False)),
                (
                    "may_be_told",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing"),
                            ("appointments", "Appointments only"),
                            ("everything", "Everything"),
                        ],
                        default="nothing",
                        max_length=12,
                        verbose_name="May be told",
                    ),
                ),
                (
                    "patient_may_be_told",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing"),
                            ("appointments", "Appointments only"),
                            ("everything", "Everything"),
                        ],
                        default="nothing",
                        max_length=12,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relations", to="patients.patient"
                    ),
                ),
                (
                    "relative",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations_as_relative",
                        to="patients.patient",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.actor",
                    ),
                ),
            ],
            options={
                "verbose_name": "Relative",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), ("relative__isnull", False)),
                            models.Q(("relative__isnull", True), models.Q(("name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="relation_to_patient_or_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relative", models.F("patient")), _negated=True), name="relation_to_another"
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Least("patient", "relative"),
                        django.db.models.functions.comparison.Greatest("patient", "relative"),
                        condition=models.Q(("ended_at__isnull", True), ("relative__isnull", False)),
                        name="relation_once_a_pair",
                    ),
                ],
            },
        ),
    ]
