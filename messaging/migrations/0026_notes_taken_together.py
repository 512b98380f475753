"""Of notes in the app more are taken at a time, whatever the hospital chose for what leaves the house."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEY = "messaging.batch_rows"
BEFORE = {"label_zh": "每批取出的消息", "label_en": "Messages taken at a time"}
AFTER = {
    "label_zh": "每批取出的消息（站内通知至少 500 条）",
    "label_en": "Messages taken at a time (notes in the app: 500 at least)",
}


def name_notes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key=KEY).update(**AFTER)


def name_it_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(key=KEY).update(**BEFORE)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0025_fewer_indexes_of_messages")]

    operations = [migrations.RunPython(name_notes, name_it_as_before)]
