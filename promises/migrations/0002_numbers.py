"""The numbers of reminding and escalating that a hospital may choose."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SOURCE = {"source_zh": "本产品的默认值", "source_en": "This product's default"}
# key, label zh, label en, default, lowest, highest (minutes)
SETTINGS = [
    ("promises.ahead_minutes", "到期前多久提醒", "Remind ahead of the due time by", 10, 0, 1440),
    ("promises.unowned_minutes", "无人认领多久算迟", "What nobody has taken counts as late after", 30, 1, 1440),
    ("promises.late_1_minutes", "迟多久提醒本人和代理人", "Late: tell the owner and who stands in, after", 5, 1, 1440),
    ("promises.late_2_minutes", "迟多久告知科主任", "Late: tell the head of the department, after", 30, 1, 2880),
    ("promises.late_3_minutes", "迟多久告知上级管理者", "Late: tell the nearest manager, after", 120, 1, 10080),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    rows = apps.get_model("institution", "Setting").objects
    for key, label_zh, label_en, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, **SOURCE}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        rows.create(key=key, area="promises", unit="minutes", updated_at=now, **words, **bounds)


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(area="promises").delete()


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_promises"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
