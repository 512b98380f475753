import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("patients", "0022_organisations"),
        ("promises", "0006_sums_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="promise",
            name="promises_promise_about_one",
        ),
        migrations.AddField(
            model_name="promise",
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
        migrations.AlterField(
            model_name="promise",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ring_back", "Ring-back"),
                    ("ask_specialist", "Ask a specialist"),
                    ("send_information", "Send information"),
                    ("look_into", "Look into"),
                    ("visit_them", "Visit them"),
                    ("send_offer", "Send an offer"),
                ],
                max_length=20,
                verbose_name="Kind",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("state", "open"), ("organisation__isnull", False)),
                fields=["organisation", "due_at"],
                name="promise_of_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", True), ("patient__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True), ("patient__isnull", True)),
                    models.Q(("contact__isnull", True), ("organisation__isnull", False), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="promises_promise_about_one",
            ),
        ),
    ]
