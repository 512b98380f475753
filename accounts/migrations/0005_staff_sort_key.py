from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_api_tokens")]
    operations = [
        migrations.AddField(
            model_name="staff",
            name="sort_key",
            field=models.TextField(blank=True, editable=False, default=""),
            preserve_default=False,
        ),
    ]
