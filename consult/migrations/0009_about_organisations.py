import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("consult", "0008_drafts_without_label"),
        ("followups", "0004_hours_of_the_day"),
        ("institution", "0004_switches"),
        ("patients", "0022_organisations"),
        ("promises", "0006_sums_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="call",
            name="consult_call_about_one",
        ),
        migrations.AddField(
            model_name="call",
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
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", True), ("patient__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True), ("patient__isnull", True)),
                    models.Q(("contact__isnull", True), ("organisation__isnull", False), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="consult_call_about_one",
            ),
        ),
    ]
