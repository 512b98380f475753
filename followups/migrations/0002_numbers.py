"""When one may ring, and how often before it ends: plain settings."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SOURCE = {"source_zh": "本产品的默认值", "source_en": "This product's default"}
# key, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    ("followups.opens_hour", "最早几点可以打电话", "Ring people from this hour of the day", "hours", 9, 0, 23),
    ("followups.closes_hour", "最晚几点前打电话", "Ring people until this hour of the day", "hours", 20, 1, 24),
    ("followups.most_tries", "未接通最多再试几次", "Tries without an answer before it ends", "count", 3, 1, 10),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    rows = apps.get_model("institution", "Setting").objects
    for key, label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, **SOURCE}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        rows.create(key=key, area="followups", unit=unit, updated_at=now, **words, **bounds)


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(area="followups").delete()


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_attempts"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
