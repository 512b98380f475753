"""Our own numbers for organisations: O-00001."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add_sequence(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sequences = apps.get_model("institution", "NumberSequence").objects
    sequences.create(code="organisation", prefix="O", period="never", digits=5)


def remove_sequence(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "NumberSequence").objects.filter(code="organisation").delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0022_organisations"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_sequence, remove_sequence)]
