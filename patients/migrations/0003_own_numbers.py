"""Our own numbers for people on file: P-000001."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add_sequence(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "NumberSequence").objects.create(code="patient", prefix="P", period="never", digits=6)


def remove_sequence(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "NumberSequence").objects.filter(code="patient").delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_tokens_sorted_by_code"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_sequence, remove_sequence)]
