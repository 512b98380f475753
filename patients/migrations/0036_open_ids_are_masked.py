"""By an open id somebody is written to: it is sealed and masked like the number of a document."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from hospital_crm.lib.sealing import seal, unseal

SEALED_FOR, SHOWN_END = "patients.identifier", 3


def seal_open_ids(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    identifiers, tokens = (apps.get_model("patients", name) for name in ("Identifier", "SearchToken"))
    for row in identifiers.objects.filter(type="system", scope__startswith="wechat:", sealed="").iterator():
        tokens.objects.filter(patient=row.patient_id, token=f"n:{row.shown.lower()}").delete()
        masked = "*" * (len(row.shown) - SHOWN_END) + row.shown[-SHOWN_END:]
        sealed = seal(row.shown, purpose=SEALED_FOR)
        identifiers.objects.filter(pk=row.pk).update(sealed=sealed, shown=masked)


def open_again(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    identifiers = apps.get_model("patients", "Identifier")
    for row in identifiers.objects.filter(type="system", scope__startswith="wechat:").exclude(sealed="").iterator():
        shown = unseal(row.sealed, purpose=SEALED_FOR)
        identifiers.objects.filter(pk=row.pk).update(sealed="", shown=shown)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0035_patient_email"),
    ]

    operations = [migrations.RunPython(seal_open_ids, open_again)]
