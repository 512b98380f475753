"""Whoever came on file by one of the staff counts as registered at the desk: nobody noted it otherwise before."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, F, OuterRef


def note_registrations(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    people, entries = (apps.get_model("patients", name).objects for name in ("Patient", "TimelineEntry"))
    by_staff = entries.filter(patient=OuterRef("pk"), kind="patients.registered", actor__kind="staff")
    people.filter(Exists(by_staff)).update(desk_registered_at=F("registered_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0013_visits"),
    ]

    operations = [
        migrations.RunPython(note_registrations, migrations.RunPython.noop),
    ]
