from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def lay_aside(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody speaks while the program is being renewed: what is half typed lies aside since it was last touched."""
    apps.get_model("consult", "CallDraft").objects.update(parked_at=F("kept_at"))


class Migration(migrations.Migration):
    dependencies = [("consult", "0005_parked_seconds")]
    operations = [
        migrations.AddField("calldraft", "parked_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(lay_aside, migrations.RunPython.noop),
    ]
