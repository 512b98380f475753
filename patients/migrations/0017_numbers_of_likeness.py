"""From which likeness two records are shown as one person perhaps: plain settings."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SOURCE = {"source_zh": "本产品的默认值", "source_en": "This product's default"}
# key, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    (
        "patients.likeness_listed",
        "相似度达到多少列入疑似重复",
        "Likeness from which two records stand in the list of possible duplicates",
        "percent",
        60,
        30,
        100,
    ),
    (
        "patients.likeness_warned",
        "相似度达到多少在登记时特别提醒",
        "Likeness from which registering warns of probably the same person",
        "percent",
        60,
        30,
        100,
    ),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    rows = apps.get_model("institution", "Setting").objects
    for key, label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, **SOURCE}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        rows.create(key=key, area="patients", unit=unit, updated_at=now, **words, **bounds)


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    keys = [key for key, *_rest in SETTINGS]
    apps.get_model("institution", "Setting").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0016_two_records_of_one"), ("institution", "0003_units_of_things_and_hours")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
