"""Looks that somebody should check: many more than usual, or at a colleague's record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from patients.querysets.rights import ColleagueRecordQuerySet, LookToCheckQuerySet


class ColleagueRecord(models.Model):
    """This patient works here. Told by whoever checks looks, seen by nobody else."""

    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="colleague_records")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ColleagueRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("Colleague's record")
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "patient"], condition=Q(ended_at__isnull=True), name="colleague_record_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class LookToCheck(Versioned):
    """What somebody looked at in one day: once a person and day, or once a person, day and colleague's record."""

    class Kind(models.TextChoices):
        MANY = "many", _("Many more looks than usual")
        COLLEAGUE = "colleague", _("A colleague's record")

    class State(models.TextChoices):
        OPEN = "open", _("To be checked")
        EXPLAINED = "explained", _("Explained")
        PASSED_ON = "passed_on", _("Passed on")

    kind = models.CharField(_("Reason"), max_length=9, choices=Kind)
    staff = models.ForeignKey("accounts.Staff", verbose_name=_("Who"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("Day"))
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, related_name="looks_to_check"
    )  # whose record it was, of a colleague's
    patient_then = models.BigIntegerField(null=True)  # the key under which it was found: a merge makes no two rows one
    looks = models.PositiveIntegerField(_("Looks"))
    usual = models.DecimalField(max_digits=7, decimal_places=1, null=True)  # a day, of late; None: too new to say
    found_at = models.DateTimeField()
    state = models.CharField(_("State"), max_length=9, choices=State, default=State.OPEN)
    words = models.CharField(_("What was found"), max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = LookToCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("Look to check")
        constraints = [
            models.UniqueConstraint(fields=["staff", "day"], condition=Q(kind="many"), name="look_to_check_once_a_day"),
            models.UniqueConstraint(
                fields=["staff", "day", "patient_then"], condition=Q(kind="colleague"), name="look_to_check_once_a_pair"
            ),
            models.CheckConstraint(
                name="look_to_check_at_whom",
                condition=Q(kind="many", patient__isnull=True) | Q(kind="colleague", patient__isnull=False),
            ),
            models.CheckConstraint(
                name="look_to_check_checked",
                condition=Q(state="open", checked_at__isnull=True) | (~Q(state="open") & Q(checked_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="look_to_check_newest")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def key(self) -> str:
        """Names it as the source of a promise."""
        return f"look_to_check:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
