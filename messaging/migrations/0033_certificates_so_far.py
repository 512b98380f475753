"""What stands with published words today was entered for them: no other words may have it later."""

import re
from unicodedata import category, normalize

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BRACKETS = frozenset("()[]〔〕【】〈〉《》「」『』〖〗{}")
DASHES = re.compile(r"[‐‑‒–—―−]")


def key_of(number: str) -> str:
    """As messaging.rules.certificates had it when this was written."""
    folded = DASHES.sub("-", normalize("NFKC", number).casefold())
    key = "".join(sign for sign in folded if sign not in BRACKETS and category(sign)[0] not in "ZC")
    return (key or folded)[:120]


def note_them(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """By whoever wrote the row last: who entered the number was not kept with it."""
    certificates = apps.get_model("messaging", "TemplateCertificate").objects
    versions = apps.get_model("messaging", "TemplateVersion").objects.exclude(certificate_number="")
    for words in versions.filter(certificates=None).iterator():
        certificates.create(
            of=words,
            number=words.certificate_number,
            key=key_of(words.certificate_number),
            until=words.certificate_until,
            entered_at=words.updated_at,
            entered_by=words.updated_by,
        )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0032_certificate_history")]

    operations = [migrations.RunPython(note_them, migrations.RunPython.noop)]
