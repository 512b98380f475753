"""What is no mobile number in the numbering plan is a landline."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def name_landlines(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    phones = apps.get_model("patients", "Phone").objects
    phones.exclude(digits__regex=r"^1\d{10}$").update(kind="landline")


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0020_phone_checks"),
    ]

    operations = [migrations.RunPython(name_landlines, migrations.RunPython.noop)]
