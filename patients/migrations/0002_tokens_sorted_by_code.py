"""Tokens are compared as ranges of characters, so they are sorted by code and not by a language's rules.

SQLite does so by itself; PostgreSQL is told.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMN = 'ALTER TABLE patients_searchtoken ALTER COLUMN token TYPE varchar(120) COLLATE "{}"'


def sort_by_code(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COLUMN.format("C"))


def sort_as_the_database(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COLUMN.format("default"))


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_people_on_file")]
    operations = [migrations.RunPython(sort_by_code, sort_as_the_database)]
