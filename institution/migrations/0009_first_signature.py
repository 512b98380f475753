"""Text messages are signed with the hospital's name, where it is as short as providers want it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SHORTEST, LONGEST = 2, 8


def sign(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for profile in apps.get_model("institution", "HospitalProfile").objects.filter(message_signature=""):
        if SHORTEST <= len(profile.name_zh) <= LONGEST:
            profile.message_signature = profile.name_zh
            profile.save(update_fields=["message_signature"])


class Migration(migrations.Migration):
    dependencies = [("institution", "0008_message_signature")]
    operations = [migrations.RunPython(sign, migrations.RunPython.noop)]
