"""An hour of the day is no length of time."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEYS = ["followups.opens_hour", "followups.closes_hour"]


def name_unit(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key__in=KEYS).update(unit="clock")


def name_it_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key__in=KEYS).update(unit="hours")


class Migration(migrations.Migration):
    dependencies = [("followups", "0003_attempt_voided_at"), ("institution", "0003_units_of_things_and_hours")]

    operations = [migrations.RunPython(name_unit, name_it_as_before)]
