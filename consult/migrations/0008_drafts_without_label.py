"""What a parked call is called is told from what was typed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consult", "0007_sent_as")]
    operations = [migrations.RemoveField("calldraft", "label")]
