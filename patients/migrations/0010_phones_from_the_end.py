"""Phones are found by their end and no longer by their beginning, with which a masked one could be guessed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OLD, NEW = "d:", "e:"
BATCH = 2000


def _turn(apps: StateApps, old: str, new: str) -> None:
    tokens = apps.get_model("patients", "SearchToken")
    rows = tokens.objects.filter(token__gte=old, token__lt=f"{old}\uffff").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        turned = [tokens(token=new + row.token.removeprefix(old)[::-1], patient_id=row.patient_id) for row in batch]
        tokens.objects.bulk_create(turned, ignore_conflicts=True)
        tokens.objects.filter(pk__in=[row.pk for row in batch]).delete()


def from_the_end(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _turn(apps, OLD, NEW)


def from_the_beginning(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _turn(apps, NEW, OLD)


class Migration(migrations.Migration):
    dependencies = [("patients", "0009_when_callers_were_spoken_with")]
    operations = [migrations.RunPython(from_the_end, from_the_beginning)]
