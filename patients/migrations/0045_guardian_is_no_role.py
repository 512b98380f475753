"""Whether somebody is the guardian is a tick of its own: the roles that said the same become it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TICKS = {"guardian": "is_guardian", "ward": "is_ward"}
LABEL = "patients.Relation"


def tick(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Of nobody's guardian was said what else they are: they are an other relative, and the guardian."""
    relations = apps.get_model("patients", "Relation").objects
    for role, column in TICKS.items():
        relations.filter(role=role).update(role="other", **{column: True})
    merged = apps.get_model("patients", "MergedRow").objects.filter(model=LABEL)
    for row in merged.iterator():  # what undoing a merge puts back, or compares with
        before, after = _ticked(row.before), _ticked(row.after)
        if (before, after) != (row.before, row.after):
            merged.filter(pk=row.pk).update(before=before, after=after)


def _ticked(columns: dict[str, object] | None) -> dict[str, object] | None:
    column = TICKS.get(str((columns or {}).get("role")))
    if columns is None or column is None:
        return columns
    whole = {column: True} if column in columns else {}
    return {**columns, "role": "other", **whole}


class Migration(migrations.Migration):
    dependencies = [("patients", "0044_guardian_of_a_consent")]
    operations = [migrations.RunPython(tick, migrations.RunPython.noop)]  # "other" was a role before too
