from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0025_numbers_of_data_rights")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="encoding",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="import",
            name="delimiter",
            field=models.CharField(blank=True, default="", max_length=1),
            preserve_default=False,
        ),
        migrations.AddField(model_name="import", name="is_open_ended", field=models.BooleanField(default=False)),
    ]
