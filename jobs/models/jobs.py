from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jobs.querysets import JobQuerySet


class Job(models.Model):
    """Long work as a row: it survives a closed page, a lost broker and a killed worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    result = models.OneToOneField("jobs.StoredFile", on_delete=models.SET_NULL, null=True, related_name="job")
    requested_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("Background job")
        constraints = [
            models.CheckConstraint(
                name="job_finished_when_over",
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_done_within_total", condition=Q(total__isnull=True) | Q(done__lte=F("total"))
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="job_queued", condition=Q(state="queued")),
            models.Index(fields=["requested_by", "-id"], name="job_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def template_name(self) -> str:
        """What the row says about the job and its file; the app that owns the kind brings it."""
        return f"jobs/kinds/{self.kind}.html"

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while the total is unknown."""
        return None if not self.total else self.done * 100 // self.total
