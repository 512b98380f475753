import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("patients", "0021_kinds_of_phones"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Employment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="Job title")),
                ("staff_number", models.CharField(blank=True, max_length=40, verbose_name="Staff number")),
                ("since", models.DateField(blank=True, null=True, verbose_name="Since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="Until")),
                ("added_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name": "Employee",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="Number")),
                ("name", models.CharField(max_length=120, verbose_name="Name of the organisation")),
                ("sound", models.CharField(editable=False, max_length=800)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("company", "Company"),
                            ("community", "Community"),
                            ("school", "School"),
                            ("clinic", "Clinic"),
                            ("supplier", "Supplier"),
                            ("other", "Other organisation"),
                        ],
                        default="company",
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("district", models.CharField(blank=True, max_length=6, verbose_name="District")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="Street address")),
                ("digits", models.CharField(blank=True, max_length=20, verbose_name="Switchboard")),
                ("extension", models.CharField(blank=True, max_length=8)),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                ("registered_at", models.DateTimeField(editable=False)),
                ("last_contact_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("end_reason", models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                "verbose_name": "Organisation",
            },
        ),
        migrations.CreateModel(
            name="OrganisationContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("name", models.CharField(max_length=80, verbose_name="Name")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="Job title")),
                ("digits", models.CharField(blank=True, max_length=20)),
                ("extension", models.CharField(blank=True, max_length=8)),
                ("email", models.EmailField(blank=True, max_length=120, verbose_name="E-mail")),
                ("is_main", models.BooleanField(default=False, verbose_name="Speak with this person first")),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "Person to speak with",
            },
        ),
        migrations.CreateModel(
            name="OrganisationVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=9,
                        verbose_name="Status",
                    ),
                ),
                ("on_day", models.DateField(verbose_name="Day")),
                ("purpose", models.CharField(max_length=200, verbose_name="Purpose of the visit")),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="What came of it")),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name": "Visit to an organisation",
            },
        ),
        migrations.RemoveConstraint(
            model_name="timelineentry",
            name="patients_timelineentry_about_one",
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="needs",
            field=models.CharField(
                choices=[
                    ("use_own_account", "Use one's own account"),
                    ("find_people", "Find and register people"),
                    ("see_organisations", "See and keep organisations"),
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
        migrations.AddField(
            model_name="employment",
            name="added_by",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
            ),
        ),
        migrations.AddField(
            model_name="employment",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="employments", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="employment",
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
            model_name="organisation",
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
            model_name="organisation",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Looked after by",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
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
            model_name="employment",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="employments", to="patients.organisation"
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="patients.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)),
                fields=["organisation", "-occurred_at", "-id"],
                name="timeline_of_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="timelineentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", True), ("patient__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True), ("patient__isnull", True)),
                    models.Q(("contact__isnull", True), ("organisation__isnull", False), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="patients_timelineentry_about_one",
            ),
        ),
        migrations.AddField(
            model_name="organisationcontact",
            name="added_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"),
        ),
        migrations.AddField(
            model_name="organisationcontact",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="patients.organisation"
            ),
        ),
        migrations.AddField(
            model_name="organisationcontact",
            name="patient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="organisation_contacts",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="organisationcontact",
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
            model_name="organisationvisit",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="patients.organisation"
            ),
        ),
        migrations.AddField(
            model_name="organisationvisit",
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
            model_name="organisationvisit",
            name="visited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Who goes",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["-registered_at", "-id"], name="organisation_newest"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("name", "district"),
                name="organisation_once_a_district",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("organisation", "patient"),
                name="employment_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True), ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="employment_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationcontact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("is_main", True)),
                fields=("organisation",),
                name="organisation_contact_one_main",
            ),
        ),
        migrations.AddIndex(
            model_name="organisationvisit",
            index=models.Index(fields=["organisation", "-on_day", "-id"], name="visit_to_organisation"),
        ),
        migrations.AddIndex(
            model_name="organisationvisit",
            index=models.Index(fields=["-on_day", "-id"], name="organisation_visit_newest"),
        ),
        migrations.AddConstraint(
            model_name="organisationvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "held"), _negated=True),
                    models.Q(("result", ""), _negated=True),
                    _connector="OR",
                ),
                name="organisation_visit_held_with_result",
            ),
        ),
    ]
