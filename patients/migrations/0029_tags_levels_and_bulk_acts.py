import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("institution", "0004_switches"),
        ("jobs", "0001_jobs_and_files"),
        ("patients", "0028_no_names_in_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                ("position", models.BigIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "Act for many patients",
            },
        ),
        migrations.CreateModel(
            name="BulkRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("words", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "Refusal",
            },
        ),
        migrations.CreateModel(
            name="LevelSweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("terms", models.CharField(max_length=200)),
                ("began_at", models.DateTimeField()),
                ("position", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PatientTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Tag",
                "ordering": ("tag__position", "tag"),
            },
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keys", models.JSONField(default=list)),
                ("wanted", models.JSONField(default=dict)),
                ("chosen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Selection of patients",
            },
        ),
        migrations.AddField(
            model_name="patient",
            name="level_ends_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="service_level",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "As everybody"), (1, "C"), (2, "B"), (3, "A")],
                default=0,
                editable=False,
                verbose_name="Service level owed",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["-service_level", "-registered_at", "-id"], name="patient_by_level"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("level_ends_at__isnull", False)),
                fields=["level_ends_at"],
                name="patient_level_ends",
            ),
        ),
        migrations.AddField(
            model_name="bulkact",
            name="job",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"),
        ),
        migrations.AddField(
            model_name="bulkrefusal",
            name="act",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refusals", to="patients.bulkact"
            ),
        ),
        migrations.AddField(
            model_name="bulkrefusal",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="patienttag",
            name="added_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"),
        ),
        migrations.AddField(
            model_name="patienttag",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tags", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="patienttag",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institution.referenceitem"
            ),
        ),
        migrations.AddField(
            model_name="selection",
            name="chosen_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"),
        ),
        migrations.AddField(
            model_name="bulkact",
            name="selection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="patients.selection"
            ),
        ),
        migrations.AddConstraint(
            model_name="patienttag",
            constraint=models.UniqueConstraint(fields=("tag", "patient"), name="patient_tag_once"),
        ),
    ]
