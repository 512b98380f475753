"""Visits, what they were for, and who was registered at the desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("institution", "0003_units_of_things_and_hours"),
        ("patients", "0012_portrait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, db_index=True, max_length=20)),
                ("text", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "Diagnosis",
                "ordering": ("rank", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, db_index=True, max_length=20)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("performed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "Operation",
                "ordering": ("rank", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outpatient", "Outpatient"),
                            ("inpatient", "Inpatient"),
                            ("emergency", "Emergency"),
                            ("health_check", "Health check"),
                        ],
                        default="outpatient",
                        max_length=12,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("arrived", "Arrived"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="finished",
                        max_length=9,
                        verbose_name="Status",
                    ),
                ),
                ("doctor_name", models.CharField(blank=True, max_length=60, verbose_name="Doctor from elsewhere")),
                ("starts_at", models.DateTimeField(verbose_name="Begins")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="Ends")),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("home", "Went home"),
                            ("transfer", "Transferred"),
                            ("against_advice", "Left against advice"),
                            ("died", "Died"),
                            ("other", "Otherwise"),
                        ],
                        max_length=14,
                        verbose_name="Discharged",
                    ),
                ),
                (
                    "total",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Amount"),
                ),
                (
                    "insured",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Paid by insurance"
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("scope", models.CharField(blank=True, max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=80)),
                ("historic", models.BooleanField(default=False)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name": "Visit",
            },
        ),
        migrations.AddField(
            model_name="patient",
            name="desk_registered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="needs",
            field=models.CharField(
                choices=[
                    ("use_own_account", "Use one's own account"),
                    ("find_people", "Find and register people"),
                    ("control_registration", "Control who was registered at the desk"),
                    ("reveal_numbers", "Reveal a masked number"),
                    ("merge_patients", "Merge patients"),
                    ("undo_merges", "Undo a merge"),
                    ("import_patients", "Import patients"),
                    ("export_numbers", "Export with numbers"),
                    ("book_appointments", "See, book and move appointments"),
                    ("record_arrivals", "Record arrivals"),
                    ("manage_sessions", "Set up consulting sessions"),
                    ("settle_outbox", "See and settle messages"),
                    ("read_messages", "Read the text of messages"),
                    ("reassign_in_bulk", "Reassign in bulk"),
                    ("see_clinical", "See clinical text"),
                    ("see_calls", "See calls and enquiries"),
                    ("see_promises", "See and keep promises"),
                    ("file_complaints", "File a complaint"),
                    ("see_complaints", "See and handle complaints"),
                    ("see_figures", "See figures and export them"),
                    ("see_complaint_figures", "See the figures of complaints"),
                    ("see_outreach_figures", "See the figures of outreach"),
                    ("manage_settings", "Manage staff, settings and lists"),
                    ("manage_protocols", "Manage protocols, policies and templates"),
                    ("see_audit", "See the audit"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("desk_registered_at__isnull", False)),
                fields=["-desk_registered_at", "-id"],
                name="patient_of_desk",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="Department",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="doctor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Doctor",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="updated_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.actor",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="operations", to="patients.visit"
            ),
        ),
        migrations.AddField(
            model_name="diagnosis",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="diagnoses", to="patients.visit"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["patient", "-starts_at", "-id"], name="visit_of_patient"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["-starts_at", "-id"], name="visit_newest"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["department", "-starts_at", "-id"], name="visit_of_department"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["kind", "patient"], name="visit_of_clients"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("ends_at__isnull", False), ("historic", False)),
                fields=["ends_at"],
                name="visit_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("scope", "external_id"),
                name="visit_external_id_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("external_id", ""), models.Q(("scope", ""), _negated=True), _connector="OR"),
                name="visit_external_id_in_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__isnull", True), ("ends_at__gte", models.F("starts_at")), _connector="OR"),
                name="visit_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("total__isnull", True), ("total__gte", 0), _connector="OR"),
                    models.Q(("insured__isnull", True), ("insured__gte", 0), _connector="OR"),
                    models.Q(
                        ("total__isnull", True),
                        ("insured__isnull", True),
                        ("insured__lte", models.F("total")),
                        _connector="OR",
                    ),
                ),
                name="visit_amounts_fit",
            ),
        ),
    ]
