"""Search reads first with whom the hospital spoke last, from the index alone; until now the newest registered."""

from datetime import UTC, date

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate


def tell_last_contact(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tokens, people = apps.get_model("patients", "SearchToken"), apps.get_model("patients", "Patient")
    day = people.objects.filter(pk=OuterRef("patient")).annotate(day=TruncDate("last_contact_at", tzinfo=UTC))
    spoken_with = people.objects.filter(last_contact_at__isnull=False)
    tokens.objects.filter(patient__in=spoken_with).update(last_contact_on=Subquery(day.values("day")))


class Migration(migrations.Migration):
    dependencies = [("patients", "0047_import_without_guardian")]
    operations = [
        migrations.AddField("searchtoken", "last_contact_on", models.DateField(default=date.min)),
        migrations.RunPython(tell_last_contact, migrations.RunPython.noop),
    ]
