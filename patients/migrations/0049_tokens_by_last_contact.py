"""Search reads first with whom the hospital spoke last, from the index alone; until now the newest registered."""

from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MINUTES = {
    "postgresql": "CAST(floor(extract(epoch FROM p.last_contact_at) / 60) AS integer)",
    "sqlite": "CAST(strftime('%s', p.last_contact_at) AS integer) / 60",
}
TELL = """
UPDATE patients_searchtoken SET last_contact_minute = {minutes}
FROM patients_patient p WHERE p.id = patient_id AND p.last_contact_at IS NOT NULL
"""


def tell_last_contact(apps: StateApps | None, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(minutes=MINUTES[connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("patients", "0048_tokens_without_indexes")]
    operations = [migrations.RunPython(tell_last_contact, migrations.RunPython.noop)]
