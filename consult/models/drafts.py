from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models

from consult.querysets import CallDraftQuerySet


class CallDraft(models.Model):
    """A call that is not saved yet, as its form was typed; kept while another call is taken."""

    key = models.UUIDField(unique=True)  # the form's submission id: what it becomes in the end
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="call_drafts")
    content = models.JSONField(default=dict)  # field name -> list of values, as a browser sends them
    opened_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    parked_seconds = models.PositiveIntegerField(default=0)  # while another call was taken, up to when it was taken up
    parked_at = models.DateTimeField(null=True, blank=True)  # since when it lies aside; none while somebody speaks

    objects = CallDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["staff", "-kept_at"], name="call_draft_of_staff")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.key}"

    @property
    def kept_as(self) -> str:
        """Tells what was kept last from what was kept before."""
        return self.kept_at.astimezone(UTC).isoformat()

    def waited(self, at: datetime) -> int:
        """For how many seconds it has lain aside by then."""
        aside = at - self.parked_at if self.parked_at else timedelta()
        return self.parked_seconds + max(0, int(aside.total_seconds()))
