import datetime

from django.db import migrations, models
from django.db.models import F, Q

FIRST = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):
    dependencies = [("patients", "0032_moments_that_can_be")]
    operations = [
        migrations.AddConstraint(
            "looktocheck",
            models.UniqueConstraint(
                condition=Q(kind="colleague"),
                fields=("staff", "day", "patient_then"),
                name="look_to_check_once_a_pair",
            ),
        ),
        migrations.AddConstraint(
            "datarequest",
            models.CheckConstraint(
                condition=Q(asked_at__gte=FIRST, asked_at__lte=F("recorded_at")), name="data_request_asked_in_time"
            ),
        ),
    ]
