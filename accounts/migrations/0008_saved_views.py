import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_submission_kind")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("list", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=40, verbose_name="Name of the view")),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("opens_first", models.BooleanField(default=False, verbose_name="Open the list with it")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.actor",
                    ),
                ),
            ],
            options={
                "verbose_name": "Saved view",
                "constraints": [
                    models.UniqueConstraint(fields=["staff", "list", "name"], name="saved_view_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("opens_first", True)),
                        fields=["staff", "list"],
                        name="saved_view_opens_first_once",
                    ),
                ],
            },
        ),
    ]
