"""When the hospital spoke last with callers who are nobody yet, as far as their story tells."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Max, Q

# Somebody was spoken with, as consult.rules and followups.services had it when this was written.
SPOKEN = Q(kind="consult.call") & ~Q(params__disposition__in=["silent", "wrong_number"])
SPOKEN |= Q(kind="followups.attempt", params__outcome__in=["reached", "call_later", "refused"])
SPOKEN &= Q(struck_at__isnull=True)


def add_moments(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    story = apps.get_model("patients", "TimelineEntry").objects.filter(SPOKEN, contact__isnull=False)
    contacts = apps.get_model("patients", "Contact").objects
    for key, last in story.order_by().values_list("contact").annotate(last=Max("occurred_at")).iterator():
        contacts.filter(pk=key).update(last_contact_at=last)


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_contact_last_contact_at")]

    operations = [migrations.RunPython(add_moments, migrations.RunPython.noop)]
