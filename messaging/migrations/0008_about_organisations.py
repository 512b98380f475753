import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("messaging", "0007_restored_messages"),
        ("patients", "0022_organisations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="contactlog",
            name="messaging_contactlog_about_one",
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_to_one",
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_about_one",
        ),
        migrations.AddField(
            model_name="contactlog",
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
        migrations.AddField(
            model_name="message",
            name="about_organisation",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages_about",
                to="patients.organisation",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="patients.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlog",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)),
                fields=["organisation", "-logged_at"],
                name="contact_log_of_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactlog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", True), ("patient__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True), ("patient__isnull", True)),
                    models.Q(("contact__isnull", True), ("organisation__isnull", False), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="messaging_contactlog_about_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("contact__isnull", True),
                        ("organisation__isnull", True),
                        ("patient__isnull", True),
                        ("staff__isnull", False),
                    ),
                    models.Q(
                        ("contact__isnull", True),
                        ("organisation__isnull", True),
                        ("patient__isnull", False),
                        ("staff__isnull", True),
                    ),
                    models.Q(
                        ("contact__isnull", False),
                        ("organisation__isnull", True),
                        ("patient__isnull", True),
                        ("staff__isnull", True),
                    ),
                    models.Q(
                        ("contact__isnull", True),
                        ("organisation__isnull", False),
                        ("patient__isnull", True),
                        ("staff__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="message_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("about_contact__isnull", True),
                        ("about_organisation__isnull", True),
                        ("about_patient__isnull", True),
                    ),
                    models.Q(
                        ("staff__isnull", False),
                        models.Q(
                            models.Q(
                                ("about_contact__isnull", True),
                                ("about_organisation__isnull", True),
                                ("about_patient__isnull", False),
                            ),
                            models.Q(
                                ("about_contact__isnull", False),
                                ("about_organisation__isnull", True),
                                ("about_patient__isnull", True),
                            ),
                            models.Q(
                                ("about_contact__isnull", True),
                                ("about_organisation__isnull", False),
                                ("about_patient__isnull", True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="message_about_one",
            ),
        ),
    ]
