"""The numbers of the workbench and of the hand-over that a hospital may choose."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SOURCE = {"source_zh": "本产品的默认值", "source_en": "This product's default"}
# key, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    (
        "dashboards.most_open",
        "每人未办承诺的上限",
        "Open promises that one person can keep up with",
        "count",
        24,
        1,
        500,
    ),
    (
        "dashboards.shift_hours",
        "交班页显示多久内到期的",
        "The hand-over page shows what falls due within",
        "hours",
        16,
        1,
        168,
    ),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    rows = apps.get_model("institution", "Setting").objects
    for key, label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, **SOURCE}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        rows.create(key=key, area="dashboards", unit=unit, updated_at=now, **words, **bounds)


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(area="dashboards").delete()


class Migration(migrations.Migration):
    dependencies = [("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
