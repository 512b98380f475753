"""A message's row is written anew with each step, with an entry in every index that it stands in.

So no index is a part of another one, and none holds rows that its question does not mean. Two questions got one that
suits them: the newest unread note, and to whom anything was sent at an address.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_saved_views"),
        ("messaging", "0024_one_word_for_marketing"),
        ("patients", "0044_guardian_of_a_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel", "in_app"), ("read_at__isnull", True), ("state", "sent")),
                fields=["staff", "-settled_at", "-id"],
                name="message_unread_note",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("department__isnull", False)),
                fields=["department", "-id"],
                name="message_in_department",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("staff__isnull", False)), fields=["staff"], name="message_to_staff"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("patient__isnull", False)),
                fields=["patient", "handed_over_at"],
                name="message_to_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)), fields=["contact"], name="message_to_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("about_patient__isnull", False)),
                fields=["about_patient"],
                name="message_about_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("about_contact__isnull", False)),
                fields=["about_contact"],
                name="message_about_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("settled_by__isnull", False)), fields=["settled_by"], name="message_settled_by"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("address__gt", ""), ("staff__isnull", True)),
                fields=["address", "handed_over_at"],
                name="message_to_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("dedupe_key",), name="message_dedupe_key"),
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_unread",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_of_department",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_told_patient",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_told_address",
        ),
        migrations.AlterField(
            model_name="message",
            name="about_contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages_about",
                to="patients.contact",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="about_patient",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages_about",
                to="patients.patient",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="patients.contact",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="dedupe_key",
            field=models.CharField(max_length=160),
        ),
        migrations.AlterField(
            model_name="message",
            name="department",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="patient",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="patients.patient",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="queued_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="settled_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.actor",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="staff",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
