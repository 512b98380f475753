from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from patients.querysets.visits import VisitQuerySet
from patients.rules import visits as rules

CURRENCY = "CNY"


class Visit(Versioned):
    """Somebody is, was or will be here as a patient. What it was for is clinical text and stands in rows of its own.

    `scope` and `external_id` name its row in the system that it came from; what is `historic` was brought in from the
    past and begins nothing any more.
    """

    class Kind(models.TextChoices):
        OUTPATIENT = rules.OUTPATIENT, _("Outpatient")
        INPATIENT = rules.INPATIENT, _("Inpatient")
        EMERGENCY = rules.EMERGENCY, _("Emergency")
        HEALTH_CHECK = rules.HEALTH_CHECK, _("Health check")

    class Status(models.TextChoices):
        PLANNED = rules.PLANNED, _("Planned")
        ARRIVED = rules.ARRIVED, _("Arrived")
        FINISHED = rules.FINISHED, _("Finished")
        CANCELLED = rules.CANCELLED, _("Cancelled")

    class Disposition(models.TextChoices):
        HOME = "home", _("Went home")
        TRANSFER = "transfer", _("Transferred")
        AGAINST_ADVICE = "against_advice", _("Left against advice")
        DIED = "died", _("Died")
        OTHER = "other", _("Otherwise")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.OUTPATIENT)
    status = models.CharField(_("Status"), max_length=9, choices=Status, default=Status.FINISHED)
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("Department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    doctor = models.ForeignKey(
        "accounts.Staff", verbose_name=_("Doctor"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    doctor_name = models.CharField(_("Doctor from elsewhere"), max_length=60, blank=True)
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    disposition = models.CharField(_("Discharged"), max_length=14, choices=Disposition, blank=True)
    total = models.DecimalField(_("Amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    insured = models.DecimalField(_("Paid by insurance"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default=CURRENCY)
    scope = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    historic = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(editable=False)

    objects = VisitQuerySet.as_manager()
    shows_clinical = False  # unless `with_clinical_for` says otherwise

    class Meta:
        verbose_name = _("Visit")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "external_id"], condition=~Q(external_id=""), name="visit_external_id_once"
            ),
            models.CheckConstraint(name="visit_external_id_in_scope", condition=Q(external_id="") | ~Q(scope="")),
            models.CheckConstraint(
                name="visit_ends_after_it_begins", condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="visit_amounts_fit",
                condition=(Q(total__isnull=True) | Q(total__gte=0))
                & (Q(insured__isnull=True) | Q(insured__gte=0))
                & (Q(total__isnull=True) | Q(insured__isnull=True) | Q(insured__lte=F("total"))),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-starts_at", "-id"], name="visit_of_patient"),
            models.Index(fields=["-starts_at", "-id"], name="visit_newest"),
            models.Index(fields=["department", "-starts_at", "-id"], name="visit_of_department"),
            models.Index(fields=["kind", "patient"], name="visit_of_clients"),
            models.Index(fields=["ends_at"], name="visit_ended", condition=Q(historic=False, ends_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def seen_by(self) -> str:
        """The doctor, of this hospital or from elsewhere; "" for nobody known."""
        return self.doctor.name if self.doctor else self.doctor_name


CLIENT_KINDS = {
    rules.OUTPATIENT: _("Outpatient client"),
    rules.INPATIENT: _("Inpatient client"),
    rules.HEALTH_CHECK: _("Health-check client"),
}


class Diagnosis(models.Model):
    """What was found, as a code of the hospital's catalogue, in words, or both."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="diagnoses")
    rank = models.PositiveSmallIntegerField()  # the first is the main one
    code = models.CharField(max_length=20, blank=True, db_index=True)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("Diagnosis")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class Operation(models.Model):
    """What was done."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="operations")
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, blank=True, db_index=True)
    text = models.CharField(max_length=200, blank=True)
    performed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Operation")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()
