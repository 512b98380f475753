from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.sealing import unseal
from patients.querysets import IdentifierQuerySet
from patients.rules import SEALED_FOR


class Identifier(models.Model):
    """A number by which others know a patient: a document, or a row in another system (`scope` says whose).

    A document's number is encrypted at rest and found by its keyed hash; the same hash at two patients marks a certain
    duplicate. `shown` is what may stand on a page: masked, or in clear where nothing is to be hidden.
    """

    class Type(models.TextChoices):
        RESIDENT_ID = "resident_id", _("Resident identity card")
        PASSPORT = "passport", _("Passport")
        TRAVEL_PERMIT = "travel_permit", _("Travel permit (Hong Kong, Macao, Taiwan)")
        SYSTEM = "system", _("Number in another system")

    WECHAT = "wechat:"  # of scopes: an open id holds for one official account, which is named behind it

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="identifiers")
    type = models.CharField(_("Document"), max_length=16, choices=Type)
    scope = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    sealed = models.TextField(blank=True)
    shown = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        verbose_name = _("Identifier")
        constraints = [
            models.UniqueConstraint(fields=["patient", "digest"], name="identifier_once_a_patient"),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(type="system"), name="identifier_one_row_one_patient"
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def kind_label(self) -> str:
        """What it is a number of."""
        if self.scope.startswith(self.WECHAT):
            return str(_("WeChat open ID"))
        return self.scope or str(self.get_type_display())

    @property
    def value(self) -> str:
        """In clear: only after a look was recorded."""
        return unseal(self.sealed, purpose=SEALED_FOR) if self.sealed else self.shown
