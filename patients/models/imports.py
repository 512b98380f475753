from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.querysets.imports import ImportQuerySet


class ImportMapping(models.Model):
    """Which column holds what: remembered under a name, and proposed for the next file with the same heading."""

    class Kind(models.TextChoices):
        PATIENTS = "patients", _("Patients")
        VISITS = "visits", _("Visits")

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind)
    header_digest = models.CharField(max_length=64, db_index=True)
    columns = models.JSONField(default=dict)  # by field, the names of its columns
    scope = models.CharField(max_length=40, blank=True)
    historic = models.BooleanField(default=False)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="import_mapping_name_once")]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A file that somebody brought, what its columns mean, and what became of its rows the last time it ran."""

    Kind = ImportMapping.Kind

    kind = models.CharField(max_length=8, choices=Kind)
    file = models.ForeignKey("jobs.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=120)
    header = models.JSONField(default=list)
    encoding = models.CharField(max_length=12, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    is_open_ended = models.BooleanField(default=False)  # nothing ends its last line
    columns = models.JSONField(default=dict)
    scope = models.CharField(max_length=40, blank=True)
    historic = models.BooleanField(default=False)
    job = models.OneToOneField("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    is_trial = models.BooleanField(default=False)  # the last run wrote nothing
    position = models.PositiveIntegerField(default=0)  # rows that were committed
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    without_guardian = models.PositiveIntegerField(default=0)  # children under 14 among those who are on file by it
    uploaded_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Import")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.job is not None and self.job.is_open

    @property
    def is_imported(self) -> bool:
        """Its rows are on file, but for those that failed."""
        return self.job is not None and not self.is_trial and self.job.state == self.job.State.DONE


class ImportFault(models.Model):
    """A row that was left out, and why; `field` is "" where the whole row is meant."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=30, blank=True)
    code = models.CharField(max_length=30)

    class Meta:
        indexes = [models.Index(fields=["run", "row"], name="import_fault_of_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
