"""What people agreed to, in which words; and whether surveys may be sent unasked."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import hospital_crm.lib.bilingual

SURVEYS = "patients.surveys_unasked"
WORDINGS = {
    "care": (
        "为了您的诊疗，我们会就预约、检查结果和随访与您联系。您可以随时告诉我们不再联系。",
        "For your care we contact you about appointments, results and follow-up. You can tell us to stop at any time.",
    ),
    "survey": (
        "我们想请您评价我们的服务。是否参加由您决定，不影响您的诊疗。您可以随时退出。",
        "We would like to ask what you think of our service. It is up to you, it does not change your care, and you can stop at any time.",
    ),
    "marketing": (
        "经您同意，我们会向您发送活动、优惠和节日问候。不同意不影响您的诊疗。您可以随时撤回同意。",
        "If you agree, we send you offers, events and greetings. If you do not, your care is the same. You can withdraw at any time.",
    ),
    "sharing": (
        "经您单独同意，我们会把您的必要信息提供给您指明的机构，用于您指明的目的。您可以随时撤回同意。",
        "If you agree to this alone, we pass the necessary data to the body that you name, for what you name. You can withdraw at any time.",
    ),
    "story": (
        "经您单独同意，我们会公开讲述您的就医经历。您可以决定讲什么、是否署名，也可以随时撤回同意。",
        "If you agree to this alone, we tell your story in public. You decide what is told and whether with your name, and can withdraw at any time.",
    ),
}


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    wordings = apps.get_model("patients", "ConsentWording").objects
    for purpose, (text_zh, text_en) in WORDINGS.items():
        wordings.create(purpose=purpose, version=1, text_zh=text_zh, text_en=text_en, added_at=now)
    apps.get_model("institution", "Setting").objects.create(
        key=SURVEYS,
        area="patients",
        unit="switch",
        label_zh="未表示意见的患者可以收到满意度调查",
        label_en="Patients who said nothing may be sent surveys",
        source_zh="本产品的默认值；个人信息保护法第十三条",
        source_en="This product's default; Personal Information Protection Law, art. 13",
        value=1,
        default=1,
        lowest=0,
        highest=1,
        updated_at=now,
    )


def remove_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key=SURVEYS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_submission_kind"),
        ("jobs", "0001_jobs_and_files"),
        ("patients", "0014_desk_registrations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("care", "Care: appointments, follow-up, results"),
                            ("survey", "Surveys"),
                            ("marketing", "Offers and greetings"),
                            ("sharing", "Passing data on to others"),
                            ("story", "Telling one's story in public"),
                        ],
                        max_length=10,
                        verbose_name="Purpose",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("text_zh", models.TextField(max_length=4000, verbose_name="Chinese wording")),
                ("text_en", models.TextField(max_length=4000, verbose_name="English wording")),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
                    ),
                ),
            ],
            options={
                "verbose_name": "Consent wording",
            },
            bases=(hospital_crm.lib.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("care", "Care: appointments, follow-up, results"),
                            ("survey", "Surveys"),
                            ("marketing", "Offers and greetings"),
                            ("sharing", "Passing data on to others"),
                            ("story", "Telling one's story in public"),
                        ],
                        max_length=10,
                        verbose_name="Purpose",
                    ),
                ),
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
                ("is_given", models.BooleanField()),
                ("decided_at", models.DateTimeField(verbose_name="When")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("paper", "Signed on paper"),
                            ("spoken", "Said in person or by phone"),
                            ("online", "Online"),
                        ],
                        default="spoken",
                        max_length=8,
                        verbose_name="How",
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[("self", "The patient"), ("guardian", "The guardian")],
                        default="self",
                        max_length=8,
                        verbose_name="Who said so",
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.storedfile"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="patients.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.actor"
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.consentwording",
                    ),
                ),
            ],
            options={
                "verbose_name": "Consent",
            },
        ),
        migrations.AddConstraint(
            model_name="consentwording",
            constraint=models.UniqueConstraint(fields=("purpose", "version"), name="consent_wording_version_once"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["patient", "purpose", "-decided_at"], name="consent_of_patient"),
        ),
        migrations.RunPython(add_rows, remove_rows),
    ]
