"""What the hospital knows of somebody beyond name and number; and the list of occupations."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OCCUPATIONS = [
    ("farmer", "农民", "Farmer"),
    ("worker", "工人", "Worker"),
    ("office", "职员", "Office worker"),
    ("civil_servant", "公务员", "Civil servant"),
    ("teacher", "教师", "Teacher"),
    ("health", "医务工作者", "Health worker"),
    ("student", "学生", "Student"),
    ("driver", "司机", "Driver"),
    ("self_employed", "个体经营", "Self-employed"),
    ("home", "家务", "At home"),
    ("retired", "离退休", "Retired"),
    ("child", "学龄前儿童", "Child before school"),
    ("other", "其他", "Other"),
]
LIST = ("occupation", "职业", "Occupation", "患者的职业", "What the patient does for a living")


def add_occupations(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    code, name_zh, name_en, hint_zh, hint_en = LIST
    lists, items = (apps.get_model("institution", name) for name in ("ReferenceList", "ReferenceItem"))
    row = lists.objects.create(code=code, name_zh=name_zh, name_en=name_en, hint_zh=hint_zh, hint_en=hint_en)
    now = datetime.datetime.now(tz=datetime.UTC)
    for rank, (item, label_zh, label_en) in enumerate(OCCUPATIONS, start=1):
        items.objects.create(
            list=row, code=item, label_zh=label_zh, label_en=label_en, position=rank * 10, updated_at=now
        )


def remove_occupations(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "ReferenceItem").objects.filter(list__code=LIST[0]).delete()
    apps.get_model("institution", "ReferenceList").objects.filter(code=LIST[0]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("institution", "0003_units_of_things_and_hours"),
        ("patients", "0011_identifiers"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="address",
            field=models.CharField(blank=True, max_length=120, verbose_name="Home address"),
        ),
        migrations.AddField(
            model_name="patient",
            name="died_on",
            field=models.DateField(blank=True, null=True, verbose_name="Died on"),
        ),
        migrations.AddField(
            model_name="patient",
            name="district",
            field=models.CharField(blank=True, max_length=6, verbose_name="District"),
        ),
        migrations.AddField(
            model_name="patient",
            name="language",
            field=models.CharField(
                blank=True, choices=[("zh-hans", "Chinese"), ("en", "English")], max_length=10, verbose_name="Language"
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="last_source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institution.referenceitem",
                verbose_name="Media source, last",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Do not call before"),
        ),
        migrations.AddField(
            model_name="patient",
            name="occupation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institution.referenceitem",
                verbose_name="Occupation",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="preferred_channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "By phone"),
                    ("sms", "By text message"),
                    ("wechat", "By WeChat"),
                    ("email", "By e-mail"),
                    ("letter", "By letter"),
                ],
                max_length=8,
                verbose_name="Likes to be reached",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="preferred_from",
            field=models.TimeField(blank=True, null=True, verbose_name="Best reached from"),
        ),
        migrations.AddField(
            model_name="patient",
            name="preferred_until",
            field=models.TimeField(blank=True, null=True, verbose_name="Best reached until"),
        ),
        migrations.RunPython(add_occupations, remove_occupations),
    ]
