from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patients.querysets.bulk import BulkActQuerySet, SelectionQuerySet


class Selection(models.Model):
    """Many patients for whom somebody is about to do something: those that were ticked, or all whom a filter finds.

    Of a filter the rows are looked up when it is done, within what the person may see then.
    """

    keys = models.JSONField(default=list)  # of those who were ticked
    wanted = models.JSONField(default=dict)  # else the list's filter; empty: everybody
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Selection of patients")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class BulkAct(models.Model):
    """One thing that is done for each patient of a selection, by a job, once: in the order of their keys.

    `position`: the last one for whom it was done, or refused.
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=40)  # of its job too; the app that owns it knows what to do
    parameters = models.JSONField(default=dict)
    words = models.JSONField(default=dict)  # what was asked for, by language
    job = models.OneToOneField("jobs.Job", on_delete=models.PROTECT, related_name="+")
    position = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = _("Act for many patients")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def template_name(self) -> str:
        """What is done, in words; the app that owns the kind brings it."""
        return f"patients/bulk/{self.kind}.html"

    @property
    def told(self) -> str:
        """What was asked for, in the reader's language."""
        return str(self.words.get(get_language(), ""))


class BulkRefusal(models.Model):
    """For this patient it was not done, and why; `words` by language."""

    act = models.ForeignKey(BulkAct, on_delete=models.PROTECT, related_name="refusals")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    words = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Refusal")

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"
