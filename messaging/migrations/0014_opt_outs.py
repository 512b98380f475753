import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_saved_views"),
        ("messaging", "0012_first_setups"),
        ("patients", "0034_erased_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("desk", "At the desk"),
                            ("web", "Web"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                        ],
                        max_length=8,
                        verbose_name="Channel",
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("provider_id", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("masked", models.CharField(max_length=80)),
                ("sealed", models.TextField(blank=True)),
                ("keyword", models.CharField(blank=True, max_length=8)),
                ("said_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "Text received",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("sms", "Text message"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                        ],
                        max_length=8,
                        verbose_name="Channel",
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("masked", models.CharField(blank=True, max_length=80)),
                (
                    "scope",
                    models.CharField(
                        choices=[("offers", "Surveys and offers"), ("all", "Everything but what the treatment needs")],
                        default="offers",
                        max_length=8,
                        verbose_name="What stops",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("keyword", "Answered with a keyword"),
                            ("link", "By the link in a message"),
                            ("colleague", "Told a colleague"),
                            ("carrier", "Refused by the recipient's carrier or app"),
                        ],
                        max_length=10,
                        verbose_name="How",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="In these words")),
                ("source", models.CharField(blank=True, max_length=80)),
                ("opted_out_at", models.DateTimeField(verbose_name="When")),
                ("recorded_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=200, verbose_name="Why it was lifted")),
            ],
            options={
                "verbose_name": "Opt-out",
            },
        ),
        migrations.AddField(
            model_name="message",
            name="is_forgotten",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="message",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("expired", "Its time had passed before it could be sent."),
                    ("recipient_left", "The colleague has left."),
                    ("deceased", "The patient has died."),
                    ("held", "Messages to this patient are on hold."),
                    ("opted_out", "The recipient wants no such messages any more."),
                    ("no_consent", "There is no consent to such messages."),
                    ("quiet", "These are quiet hours for such messages."),
                    ("capped", "The hospital has reached out to the recipient often enough lately."),
                    ("no_address", "There is no address for this channel."),
                    ("bad_address", "The address cannot be right."),
                    ("not_set_up", "This channel is not set up here."),
                    (
                        "no_template",
                        "The provider in use has not approved these words: register the template there.",
                    ),
                    ("refused", "The other side refused it for good."),
                    ("spent", "It could not be handed over, however often it was tried."),
                    ("broken", "Its text could not be made."),
                    ("no_answer", "It was handed over, and nobody knows whether it arrived."),
                    ("restored", "It was due before a back-up was restored, and may have been sent since."),
                    ("not_arrived", "It did not arrive; a colleague gave it up."),
                    ("not_delivered", "The provider took it and reports that it did not arrive."),
                    ("not_needed", "It was no longer needed."),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", False), ("patient__isnull", False)),
                fields=["patient", "handed_over_at"],
                name="message_told_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", False), ("staff__isnull", True)),
                fields=["address", "handed_over_at"],
                name="message_told_address",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_forgotten", False), ("settled_at__isnull", False), ("staff__isnull", True)),
                fields=["settled_at"],
                name="message_to_forget",
            ),
        ),
        migrations.AddField(
            model_name="inboundtext",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="patients.contact",
            ),
        ),
        migrations.AddField(
            model_name="inboundtext",
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
            model_name="inboundtext",
            name="patient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="inboundtext",
            name="settled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
            ),
        ),
        migrations.AddField(
            model_name="optout",
            name="lifted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
            ),
        ),
        migrations.AddField(
            model_name="optout",
            name="patient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="opt_outs", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="optout",
            name="recorded_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"),
        ),
        migrations.AddField(
            model_name="inboundtext",
            name="opt_out",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="messaging.optout"
            ),
        ),
        migrations.AddIndex(
            model_name="optout",
            index=models.Index(fields=["patient", "-opted_out_at"], name="opt_out_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest", ""), _negated=True), ("patient__isnull", False), _connector="OR"
                ),
                name="opt_out_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lift_reason", ""), ("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(
                        ("lifted_at__isnull", False),
                        ("lifted_by__isnull", False),
                        models.Q(("lift_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="opt_out_lifted_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("digest", ""), _negated=True), ("lifted_at__isnull", True)),
                fields=("digest", "channel", "scope"),
                name="opt_out_once_an_address",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(fields=["patient", "-received_at"], name="inbound_text_of_patient"),
        ),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(
                condition=models.Q(("keyword", ""), ("settled_at__isnull", True)),
                fields=["id"],
                name="inbound_text_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact__isnull", True), ("organisation__isnull", True), ("patient__isnull", False)),
                    models.Q(("contact__isnull", False), ("organisation__isnull", True), ("patient__isnull", True)),
                    models.Q(("contact__isnull", True), ("organisation__isnull", False), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="messaging_inboundtext_about_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundtext",
            constraint=models.UniqueConstraint(fields=("provider", "provider_id"), name="inbound_text_once"),
        ),
    ]
