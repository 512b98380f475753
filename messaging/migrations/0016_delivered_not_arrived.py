from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0015_numbers_of_the_law")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="fate",
            field=models.CharField(
                blank=True, choices=[("delivered", "Delivered"), ("not_delivered", "Did not arrive")], max_length=13
            ),
        ),
    ]
