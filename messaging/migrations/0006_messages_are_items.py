"""What is counted are things, not how often."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEYS = ["messaging.batch_rows"]


def name_unit(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key__in=KEYS).update(unit="items")


def name_it_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key__in=KEYS).update(unit="count")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_newest_first"), ("institution", "0003_units_of_things_and_hours")]

    operations = [migrations.RunPython(name_unit, name_it_as_before)]
