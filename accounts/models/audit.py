from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.querysets.audit import AuditEntryQuerySet

FIELD_NAMES: dict[str, str | Promise] = {"roles": _("Roles"), "members": _("Members")}  # what is no column
VERB_NAMES: dict[str, str | Promise] = {}  # each app adds its own: accounts.audit.name_verbs


class AuditEntry(models.Model):
    """Who did what to what, when. Names of fields, never their values: the entry outlives an erasure."""

    at = models.DateTimeField(_("When"))
    actor = models.ForeignKey("accounts.Actor", verbose_name=_("Who"), on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(_("What"), max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)
    address = models.GenericIPAddressField(null=True)
    look_key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  NULL: any number of acts

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["actor", "-at"], name="audit_actor"),
            models.Index(fields=["verb", "-at", "-id"], name="audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"

    subject_name = ""  # filled by accounts.audit.name_subjects for a page

    @property
    def verb_name(self) -> str:
        """In the reader's language."""
        return str(VERB_NAMES.get(self.verb, self.verb))

    @property
    def field_labels(self) -> list[str]:
        """The changed fields as forms call them, in the reader's language."""
        model = apps.get_model(self.subject_type) if self.fields else None
        known = {field.name: str(field.verbose_name) for field in model._meta.fields} if model else {}
        return [str(known.get(name) or FIELD_NAMES.get(name, name)) for name in self.fields]

    @property
    def subject_text(self) -> str:
        """The kind of record and its name, or its number where a name would tell too much."""
        if not self.subject_type:
            return ""
        kind = str(apps.get_model(self.subject_type)._meta.verbose_name)
        return f"{kind} {self.subject_name or self.subject_id}"
