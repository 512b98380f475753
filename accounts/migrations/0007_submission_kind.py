"""What a submission made. PostgreSQL adds the column without writing a row; rows from before keep an empty kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_staff_sorted_by_name")]
    operations = [
        migrations.AddField(model_name="submission", name="kind", field=models.CharField(default="", max_length=100)),
    ]
