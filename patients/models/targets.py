"""Whom something is about: exactly one of patient, contact and organisation. No generic key ever points at them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .organisations import Organisation
from .people import Contact, Patient

Target = Patient | Contact | Organisation
COLUMNS = ("patient", "contact", "organisation")


def exactly_one(*columns: str) -> Q:
    """One of the columns names somebody, the others nobody."""
    either = Q()
    for named in columns:
        either |= Q(**{f"{column}__isnull": column != named for column in columns})
    return either


class Targeted(models.Model):
    """A row about one person, on file or nobody yet; or about an organisation."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        db_index=False,  # few rows have one: a table that is asked by it has an index of those alone
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(app_label)s_%(class)s_about_one", condition=exactly_one(*COLUMNS))
        ]

    @property
    def target(self) -> Target:
        found = self.patient or self.contact or self.organisation
        assert found is not None  # noqa: S101  the table's constraint says so
        return found


def target_fields(target: Target) -> dict[str, Target]:
    """The column that names this target."""
    return {target._meta.model_name or "": target}
