from __future__ import annotations

from datetime import datetime

from django.db import models

from consult.querysets import CallDraftQuerySet


class CallDraft(models.Model):
    """A call that is not saved yet, as its form was typed; kept while another call is taken."""

    key = models.UUIDField(unique=True)  # the form's submission id: what it becomes in the end
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="call_drafts")
    content = models.JSONField(default=dict)  # field name -> list of values, as a browser sends them
    label = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    parked_seconds = models.PositiveIntegerField(default=0)  # while another call was taken

    objects = CallDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["staff", "-kept_at"], name="call_draft_of_staff")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.key}"

    def waited(self, reopened: datetime | None) -> int:
        """For how many seconds it has lain aside, up to when it was reopened: the last touch was before that."""
        if reopened is None or reopened <= self.kept_at:
            return self.parked_seconds
        return self.parked_seconds + int((reopened - self.kept_at).total_seconds())
