from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.querysets import CallQuerySet
from hospital_crm.lib import phones
from patients.models import Contact, Patient, Sex, Targeted


class Call(Targeted):
    """One conversation with somebody, however it came: what was asked, what was answered, how it ended.

    When it was and how it went never change: a correction voids the row and writes another.
    """

    class Direction(models.TextChoices):
        IN = "in", gettext_lazy("In")
        OUT = "out", gettext_lazy("Out")

    class Channel(models.TextChoices):
        PHONE = "phone", gettext_lazy("Phone")
        DESK = "desk", gettext_lazy("Desk")
        WEB = "web", gettext_lazy("Web")
        WECHAT = "wechat", gettext_lazy("WeChat")
        MAIL = "mail", gettext_lazy("Mail")

    class Disposition(models.TextChoices):
        """In the order of the keys Alt 1 to 7."""

        ANSWERED = "answered", gettext_lazy("Answered")
        BOOKED = "booked", gettext_lazy("Booked")
        RING_BACK = "ring_back", gettext_lazy("Ring back")
        PASSED_ON = "passed_on", gettext_lazy("Pass on")
        COMPLAINT = "complaint", gettext_lazy("Complaint")
        WRONG_NUMBER = "wrong_number", gettext_lazy("Wrong number")
        SILENT = "silent", gettext_lazy("Silent")

    direction = models.CharField(gettext_lazy("Direction"), max_length=3, choices=Direction, default=Direction.IN)
    channel = models.CharField(gettext_lazy("Channel"), max_length=6, choices=Channel, default=Channel.PHONE)
    digits = models.CharField(max_length=20, blank=True, db_index=True)
    extension = models.CharField(max_length=8, blank=True)
    is_withheld = models.BooleanField(gettext_lazy("Number withheld"), default=False)
    relation = models.ForeignKey(
        "institution.ReferenceItem",
        verbose_name=gettext_lazy("Caller is"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    caller_name = models.CharField(gettext_lazy("Caller's name"), max_length=80, blank=True)
    sex = models.CharField(gettext_lazy("Sex"), max_length=8, choices=Sex, default=Sex.UNKNOWN)  # as told, as is age
    age = models.PositiveSmallIntegerField(gettext_lazy("Age"), null=True)
    residence = models.CharField(gettext_lazy("Place of residence"), max_length=80, blank=True)
    source = models.ForeignKey(
        "institution.ReferenceItem",
        verbose_name=gettext_lazy("Media source"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    condition = models.TextField(gettext_lazy("Condition and treatment so far"), blank=True)
    is_confirmed = models.BooleanField(gettext_lazy("Repeated back and confirmed"), default=False)
    note = models.TextField(gettext_lazy("Internal note"), blank=True)
    disposition = models.CharField(gettext_lazy("How it ended"), max_length=12, choices=Disposition)
    handled_by = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="calls")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    parked_seconds = models.PositiveIntegerField(default=0)  # in between, while another call was taken
    logged_at = models.DateTimeField()
    sent_as = models.CharField(max_length=64, blank=True)  # tells a form sent twice from another one; unreadable
    promise = models.ForeignKey("promises.Promise", on_delete=models.PROTECT, null=True, related_name="calls")
    attempt = models.ForeignKey("followups.Attempt", on_delete=models.PROTECT, null=True, related_name="calls")
    settled = models.ManyToManyField("promises.Promise", related_name="settled_by")  # what it kept besides
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(gettext_lazy("Reason"), max_length=200, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta(Targeted.Meta):
        verbose_name = gettext_lazy("Call")
        constraints = [
            *Targeted.Meta.constraints,
            models.CheckConstraint(name="call_ends_after_it_starts", condition=Q(ended_at__gte=F("started_at"))),
            models.CheckConstraint(name="call_withheld_has_no_number", condition=Q(is_withheld=False) | Q(digits="")),
            models.CheckConstraint(
                name="call_voided_with_reason",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="call_newest"),
            models.Index(fields=["handled_by", "-started_at", "-id"], name="call_of_staff"),
            models.Index(fields=["patient", "-started_at", "-id"], name="call_of_patient"),
            models.Index(fields=["contact", "-started_at", "-id"], name="call_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def length(self) -> timedelta:
        """As long as somebody spoke."""
        return self.ended_at - self.started_at - timedelta(seconds=self.parked_seconds)

    @property
    def clock(self) -> str:
        """How long it took: 02:14, 61:05."""
        minutes, seconds = divmod(int(self.length.total_seconds()), 60)
        return f"{minutes:02}:{seconds:02}"

    @property
    def target(self) -> Patient | Contact:
        """A person: what was said with an organisation is a try on what it was promised."""
        found = self.patient or self.contact
        assert found is not None  # noqa: S101  only people are called from the call page
        return found

    @property
    def masked(self) -> str:
        """The number as lists show it; what stands there instead of one."""
        if self.is_withheld:
            return _("withheld")
        return phones.mask(self.digits) if self.digits else ""

    @property
    def person_name(self) -> str:
        """Whom it was about, or who called."""
        return self.target.name or self.caller_name or _("Unknown caller")


class CallTopic(models.Model):
    """One of the things a call was about."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="topics")
    position = models.PositiveSmallIntegerField()
    topic = models.ForeignKey("institution.ReferenceItem", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, null=True, related_name="+")
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = gettext_lazy("Topic")
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="call_topic_position_once")]
        indexes = [models.Index(fields=["topic", "-call"], name="call_topic_calls")]

    def __str__(self) -> str:
        return str(self.topic)
