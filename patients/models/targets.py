"""Whom something is about: exactly one of patient and contact. No generic key ever points at a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .people import Contact, Patient


class Targeted(models.Model):
    """A row about one person: on file, or nobody yet."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_about_one",
                condition=Q(patient__isnull=False, contact__isnull=True)
                | Q(patient__isnull=True, contact__isnull=False),
            )
        ]

    @property
    def target(self) -> Patient | Contact:
        found = self.patient or self.contact
        assert found is not None  # noqa: S101  the table's constraint says so
        return found


def target_fields(target: Patient | Contact) -> dict[str, Patient | Contact]:
    """The column that names this target."""
    return {"patient" if isinstance(target, Patient) else "contact": target}
