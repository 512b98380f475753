import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("patients", "0019_relatives"),
    ]

    operations = [
        migrations.AddField("phone", "version", models.PositiveIntegerField(default=1, editable=False)),
        migrations.AddField(
            "phone",
            "updated_at",
            models.DateTimeField(default=django.utils.timezone.now, editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            "phone",
            "updated_by",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.actor",
            ),
        ),
        migrations.AddField(
            "phone",
            "kind",
            models.CharField(
                choices=[("mobile", "Mobile"), ("landline", "Landline"), ("work", "At work")],
                default="mobile",
                max_length=8,
                verbose_name="Kind",
            ),
        ),
        migrations.AddField(
            "phone",
            "checked_as",
            models.CharField(
                blank=True,
                choices=[
                    ("answered", "Verified: rung, and answered"),
                    ("called", "Verified: they called from it"),
                    ("shown", "Verified: confirmed at the desk"),
                    ("wrong", "Not valid: belongs to somebody else"),
                    ("dead", "Not valid: out of service"),
                ],
                default="",
                max_length=8,
                verbose_name="Checked",
            ),
            preserve_default=False,
        ),
        migrations.AddField("phone", "checked_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "phone",
            "checked_by",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.actor",
            ),
        ),
        migrations.AddField("phone", "last_success_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddConstraint(
            "phone",
            models.CheckConstraint(
                condition=models.Q(
                    ("is_primary", False),
                    models.Q(("checked_as__in", ["wrong", "dead"]), _negated=True),
                    _connector="OR",
                ),
                name="phone_to_dial_is_valid",
            ),
        ),
    ]
