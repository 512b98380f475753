"""Looks know whom they were found at; a request that claims to be older than anybody was asked when it was recorded."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q
from django.utils import timezone

FIRST = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)


def mend_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("patients", "LookToCheck").objects.update(patient_then=F("patient"))
    requests = apps.get_model("patients", "DataRequest").objects
    wrong = requests.filter(Q(asked_at__lt=FIRST) | Q(asked_at__gt=F("recorded_at")))
    days = apps.get_model("institution", "Setting").objects.get(key="patients.data_request_days").value
    for key, recorded_at in list(wrong.values_list("pk", "recorded_at")):
        due_on = timezone.localdate(recorded_at) + datetime.timedelta(days=int(days))
        requests.filter(pk=key).update(asked_at=recorded_at, due_on=due_on)


def leave_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was mended stays so."""


class Migration(migrations.Migration):
    dependencies = [("patients", "0031_looks_as_they_were_found")]
    operations = [migrations.RunPython(mend_rows, leave_rows)]
