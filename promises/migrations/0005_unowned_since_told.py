from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def tell(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Since the last step that left it to a team; a promise is unowned from its beginning at the latest."""
    events = apps.get_model("promises", "PromiseEvent").objects.filter(
        promise=OuterRef("pk"), verb__in=["made", "reassigned", "reopened"]
    )
    since = Coalesce(Subquery(events.order_by("-happened_at", "-pk").values("happened_at")[:1]), F("made_at"))
    apps.get_model("promises", "Promise").objects.filter(state="open", owner__isnull=True).update(unowned_since=since)


class Migration(migrations.Migration):
    dependencies = [("promises", "0004_unowned_since")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
