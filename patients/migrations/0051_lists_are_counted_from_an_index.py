"""Lists are of people on file alone: an index that holds nobody else counts them without reading their rows."""

from django.db import migrations, models
from django.db.models import Q

ON_FILE = Q(merged_into__isnull=True, erased_at__isnull=True)
LISTS = {
    "patient_newest": ["-registered_at", "-id"],
    "patient_of_department": ["department", "-registered_at", "-id"],
    "patient_by_level": ["-service_level", "-registered_at", "-id"],
}


class Migration(migrations.Migration):
    dependencies = [("patients", "0050_tokens_in_one_index")]
    operations = [
        operation
        for name, fields in LISTS.items()
        for operation in (
            migrations.RemoveIndex("patient", name),
            migrations.AddIndex("patient", models.Index(fields=fields, name=name, condition=ON_FILE)),
        )
    ]
