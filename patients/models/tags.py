from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.rules.tags import VIP


class PatientTagManager(models.Manager["PatientTag"]):
    """With its word, without which nobody reads a tag."""

    def get_queryset(self) -> models.QuerySet[PatientTag]:
        return super().get_queryset().select_related("tag")


class PatientTag(models.Model):
    """A word of the hospital's own list that holds for somebody; who has put it there, and when. Taken off, it is gone:
    the story tells that it was there.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="tags")
    tag = models.ForeignKey("institution.ReferenceItem", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    objects = PatientTagManager()

    class Meta:
        verbose_name = _("Tag")
        ordering = ("tag__position", "tag")
        constraints = [models.UniqueConstraint(fields=["tag", "patient"], name="patient_tag_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_vip(self) -> bool:
        return self.tag.code == VIP
