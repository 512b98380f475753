"""Marketing is called so everywhere; the settings' names too, unless the hospital has other ones."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# field, before, since
NAMES = [
    ("label_en", "Offers are sent from", "Marketing is sent from"),
    ("label_en", "Offers are sent until", "Marketing is sent until"),
    ("label_en", "Offers count, and are withheld", "Marketing counts, and is withheld"),
    ("label_zh", "诊疗关怀消息最早发送时间", "诊疗消息最早发送时间"),
    ("label_zh", "诊疗关怀消息最晚发送时间", "诊疗消息最晚发送时间"),
    ("label_zh", "诊疗关怀消息计入联系次数", "诊疗消息计入联系次数"),
]


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    for field, before, since in NAMES:
        apps.get_model("institution", "Setting").objects.filter(**{field: before}).update(**{field: since})


def name_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for field, before, since in NAMES:
        apps.get_model("institution", "Setting").objects.filter(**{field: since}).update(**{field: before})


class Migration(migrations.Migration):
    dependencies = [("messaging", "0023_more_words_to_watch"), ("institution", "0009_first_signature")]

    operations = [
        migrations.AlterField(
            model_name="optout",
            name="scope",
            field=models.CharField(
                choices=[("offers", "Surveys and marketing"), ("all", "Care messages, surveys and marketing")],
                default="offers",
                max_length=8,
                verbose_name="What stops",
            ),
        ),
        migrations.AlterField(
            model_name="templateversion",
            name="state",
            field=models.CharField(
                choices=[("draft", "Draft"), ("published", "Published"), ("retired", "No longer used")],
                default="draft",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.RunPython(rename, name_as_before),
    ]
