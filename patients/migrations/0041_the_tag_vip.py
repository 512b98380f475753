"""Who is to be received as a VIP is a tag: put on by somebody, shown as a badge, a condition of the list."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LIST, CODE = "patient_tag", "vip"
WORDS = {"label_zh": "贵宾", "label_en": "VIP", "position": 5}


def add_tag(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """A hospital that has one already keeps its own."""
    tags = apps.get_model("institution", "ReferenceList").objects.get(code=LIST)
    now = datetime.datetime.now(tz=datetime.UTC)
    items = apps.get_model("institution", "ReferenceItem").objects
    items.get_or_create(list=tags, code=CODE, defaults={**WORDS, "updated_at": now})


def remove_tag(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Unless somebody has it: what was said of people stays."""
    has_it = apps.get_model("patients", "PatientTag").objects.filter(tag__list__code=LIST, tag__code=CODE).exists()
    if not has_it:
        apps.get_model("institution", "ReferenceItem").objects.filter(list__code=LIST, code=CODE).delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0040_hours_of_phones")]
    operations = [migrations.RunPython(add_tag, remove_tag)]
