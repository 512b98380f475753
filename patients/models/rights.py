"""What people ask about their own data, and what becomes of it: a copy, or that it is erased."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from patients.querysets.rights import DataRequestQuerySet, ErasureStepQuerySet, KeptRecordQuerySet

FIRST = datetime(1900, 1, 1, tzinfo=UTC)  # what is before can be shown in no list


class DataRequest(Versioned):
    """A person, or who may speak for the person, wants a copy of everything, or that it is erased."""

    class Kind(models.TextChoices):
        COPY = "copy", _("A copy of everything")
        ERASURE = "erasure", _("To be erased")

    class Asker(models.TextChoices):
        PERSON = "person", _("The person")
        GUARDIAN = "guardian", _("The guardian")
        RELATIVE = "relative", _("A relative with the right")

    class Identity(models.TextChoices):
        """How somebody made sure that it is they who ask."""

        DOCUMENT = "document", _("Identity document seen")
        CALLED_BACK = "called_back", _("Called back on the number on file")
        PAPERS = "papers", _("Document and proof of the relationship seen")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("What is asked for"), max_length=8, choices=Kind)
    asker = models.CharField(_("Who asks"), max_length=8, choices=Asker, default=Asker.PERSON)
    identity = models.CharField(_("How identity was checked"), max_length=12, choices=Identity)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("Asked"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("Answer due"))
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField(_("How it was answered"), max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    copy = models.OneToOneField("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("Data request")
        constraints = [
            models.CheckConstraint(
                name="data_request_closed",
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="data_request_approved_by_another",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(kind="erasure", approved_at__isnull=False, approved_by__isnull=False))
                & ~Q(approved_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="data_request_asked_in_time", condition=Q(asked_at__gte=FIRST, asked_at__lte=F("recorded_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="data_request_open", condition=Q(state="open")),
            models.Index(fields=["patient", "-id"], name="data_request_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def key(self) -> str:
        """Names the request as the source of a promise."""
        return f"data_request:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_erasure(self) -> bool:
        return self.kind == self.Kind.ERASURE

    @property
    def is_under_way(self) -> bool:
        """An erasure that was approved and has not ended: nothing brings it back."""
        return self.is_open and self.approved_at is not None


class Part(models.TextChoices):
    """Who holds something about people, in the order in which it goes: what still runs first, the person last."""

    PROMISES = "promises", _("Promises")
    MESSAGING = "messaging", _("Messages")
    FOLLOWUPS = "followups", _("Tries to reach the person")
    CONSULT = "consult", _("Calls and enquiries")
    PATIENTS = "patients", _("The record itself")


class ErasureStep(models.Model):
    """One part of an erasure: the app that holds it erases it, and ticks it here in the same transaction."""

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="steps")
    part = models.CharField(max_length=10, choices=Part)
    rank = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)

    objects = ErasureStepQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "part"], name="erasure_step_once")]
        ordering = ("rank",)

    def __str__(self) -> str:
        return f"{self.request_id}: {self.part}"


class Kept(models.TextChoices):
    """What is not erased, for the law wants it kept, or the erasure itself."""

    OUTPATIENT = "outpatient", _("Outpatient visits, with diagnoses")
    INPATIENT = "inpatient", _("Inpatient stays, with diagnoses and operations")
    CONSENTS = "consents", _("Proof of what the person agreed to")
    SENT = "sent", _("Proof of what was sent, with the address")
    AUDIT = "audit", _("Who did and looked at what: no content")
    REQUESTS = "requests", _("That this was asked for and done")
    PRINTS = "prints", _("Fingerprints of numbers, which nobody can read: no file brings the person back")
    FILES = "files", _("Imported files, until they are removed by themselves")


RULES: dict[str, str | Promise] = {
    Kept.OUTPATIENT: _("Rules on medical records"),
    Kept.INPATIENT: _("Rules on medical records"),
    Kept.CONSENTS: _("Personal Information Protection Law"),
    Kept.SENT: _("Rules on text messages"),
    Kept.AUDIT: _("Cybersecurity Law, Personal Information Protection Law"),
    Kept.REQUESTS: _("Personal Information Protection Law"),
    Kept.PRINTS: _("The erasure itself, for as long as other systems keep records"),
    Kept.FILES: _("The hospital's setting for files of jobs"),
}


class KeptRecord(models.Model):
    """So many rows of a kind were kept, and until when."""

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="kept")
    what = models.CharField(max_length=10, choices=Kept)
    number = models.PositiveIntegerField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)  # since then it is gone too

    objects = KeptRecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "what"], name="kept_record_once")]
        indexes = [models.Index(fields=["until"], name="kept_record_due", condition=Q(ended_at__isnull=True))]
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.request_id}: {self.what}"

    @property
    def rule(self) -> str:
        """Who says so, in the reader's language."""
        return str(RULES[self.what])
