"""A template's certificate stands with the words that patients get: it was given for them, and for no others."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def move_to_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """A number without its day, or a day without its number, covered nothing before either."""
    templates = apps.get_model("messaging", "MessageTemplate").objects
    for template in templates.exclude(certificate_number="").exclude(certificate_until=None):
        template.versions.filter(state="published").update(
            certificate_number=template.certificate_number, certificate_until=template.certificate_until
        )


def move_to_template(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Of two languages the one that is valid longer."""
    templates = apps.get_model("messaging", "MessageTemplate").objects
    words = apps.get_model("messaging", "TemplateVersion").objects.filter(state="published")
    for each in words.exclude(certificate_until=None).order_by("certificate_until", "pk"):
        templates.filter(pk=each.template_id).update(
            certificate_number=each.certificate_number, certificate_until=each.certificate_until
        )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0029_certificates_of_versions")]

    operations = [migrations.RunPython(move_to_words, move_to_template)]
