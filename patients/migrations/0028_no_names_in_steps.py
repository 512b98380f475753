"""Steps of rows that are made anew held names and numbers that nobody needs any more."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MADE = ("patients.SearchToken", "patients.MatchKey")


def forget_made(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    apps.get_model("patients", "MergedRow").objects.filter(model__in=MADE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0027_what_came_since"),
    ]

    operations = [migrations.RunPython(forget_made, migrations.RunPython.noop)]
