from __future__ import annotations

from django.db import models

from patients.querysets.rights import ErasedKeyQuerySet


class ErasedKey(models.Model):
    """By what a file would tell of somebody whose data are erased: the keyed hash of a number, and nothing readable.

    A row of a file with such a number, of nobody who is on file, would bring the person back. The same hash as
    `Identifier.digest`.
    """

    request = models.ForeignKey("patients.DataRequest", on_delete=models.PROTECT, related_name="erased_keys")
    digest = models.CharField(max_length=64)

    objects = ErasedKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "request"], name="erased_key_once")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.pk}"
