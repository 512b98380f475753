"""What somebody wrote to us stood in the promise too, where no rule of keeping reached it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_copies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    promise = apps.get_model("promises", "Promise")
    promise.objects.filter(source__startswith="inbound_text:").update(note="")


class Migration(migrations.Migration):
    dependencies = [("promises", "0008_promises_of_rows")]

    operations = [migrations.RunPython(forget_copies, migrations.RunPython.noop)]
