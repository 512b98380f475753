from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.querysets.duplicates import MergeQuerySet


class Merge(models.Model):
    """Two records became one: `merged` stays as a row and leads to `survivor`, until the merge is undone."""

    survivor = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="merges_into_others")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()  # the columns of both, by "survivor" and "merged"
    after = models.JSONField()  # those that the merge wrote, in the same way
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    stayed = models.JSONField(default=list)  # columns of the survivor that were changed since, and so were not put back
    stayed_rows = models.JSONField(default=list)  # [label, key] of rows that could not go back, or belong to both
    stayed_new = models.JSONField(default=list)  # [label, number] of what came since and has stayed with the survivor
    newest = models.JSONField(default=dict)  # by label, the highest key of that moment: what is above came since
    gathered_at = models.DateTimeField(null=True)  # nobody who did not know of the merge can write any more

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Merge")
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_open_once"),
        ]
        indexes = [models.Index(fields=["id"], name="merge_to_gather", condition=Q(gathered_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class MergedRow(models.Model):
    """One thing that a merge did to one row of any table, so that undoing can do the reverse."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="rows")
    model = models.CharField(max_length=80)
    row = models.BigIntegerField()
    before = models.JSONField()  # columns and their values; the whole row where it was removed
    after = models.JSONField(null=True)  # None: it was removed, as the survivor's own row says the same

    def __str__(self) -> str:
        return f"{self.model} {self.row}"
