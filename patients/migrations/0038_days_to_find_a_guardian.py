"""How soon the guardian of a child is found out who was registered without one: a plain setting."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEY = "patients.guardian_days"


def add_setting(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    apps.get_model("institution", "Setting").objects.create(
        key=KEY,
        area="patients",
        unit="days",
        value=3,
        default=3,
        lowest=1,
        highest=60,
        label_zh="登记时监护人不明的，查明期限",
        label_en="Time to find out a guardian who was not known at registration",
        source_zh="本产品的默认值",
        source_en="This product's default",
        updated_at=datetime.datetime.now(tz=datetime.UTC),
    )


def remove_setting(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key=KEY).delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0037_guardian_questions"), ("institution", "0003_units_of_things_and_hours")]
    operations = [migrations.RunPython(add_setting, remove_setting)]
