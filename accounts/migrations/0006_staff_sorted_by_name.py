"""Whoever works here already is found in lists where the name's sound stands."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from hospital_crm.lib.pinyin import sort_key


def give_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    staff = apps.get_model("accounts", "Staff")
    rows = list(staff._default_manager.only("pk", "display_name"))
    for row in rows:
        row.sort_key = sort_key(row.display_name)
    staff._default_manager.bulk_update(rows, ["sort_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_staff_sort_key")]
    operations = [migrations.RunPython(give_keys, migrations.RunPython.noop)]
