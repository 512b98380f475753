"""What a person agreed to, in which words, and what was taken back."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.bilingual import Bilingual
from patients.querysets import ConsentQuerySet, WordingQuerySet


class Purpose(models.TextChoices):
    """What somebody is contacted for, or what is done with what is known of them (PIPL art. 13, 23, 29)."""

    CARE = "care", _("Care: appointments, follow-up, results")
    SURVEY = "survey", _("Surveys")
    MARKETING = "marketing", _("Marketing")
    SHARING = "sharing", _("Passing data on to others")
    STORY = "story", _("Telling one's story in public")

    @property
    def in_short(self) -> str:
        """Of those for which somebody is contacted; "" of the others."""
        return str(IN_SHORT.get(self, ""))


IN_SHORT = {Purpose.CARE: _("Care"), Purpose.SURVEY: _("Surveys"), Purpose.MARKETING: _("Marketing")}


class ConsentWording(Bilingual, models.Model):
    """The words that are read out or signed; a new version leaves the earlier ones as they were agreed to."""

    purpose = models.CharField(_("Purpose"), max_length=10, choices=Purpose)
    version = models.PositiveSmallIntegerField()
    text_zh = models.TextField(_("Chinese wording"), max_length=4000)
    text_en = models.TextField(_("English wording"), max_length=4000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Consent wording")
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_wording_version_once")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version}"

    @property
    def text(self) -> str:
        return self.in_reader_language("text")


class Consent(models.Model):
    """One decision of a person: given or taken back, for one channel or ("") for all. Never changed afterwards; the
    last one counts.
    """

    class Way(models.TextChoices):
        PAPER = "paper", _("Signed on paper")
        SPOKEN = "spoken", _("Said in person or by phone")
        ONLINE = "online", _("Online")

    class SaidBy(models.TextChoices):
        SELF = "self", _("The patient")
        GUARDIAN = "guardian", _("The guardian")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        SMS = "sms", _("Text message")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("Purpose"), max_length=10, choices=Purpose)
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel, blank=True)
    is_given = models.BooleanField()
    decided_at = models.DateTimeField(_("When"))
    way = models.CharField(_("How"), max_length=8, choices=Way, default=Way.SPOKEN)
    said_by = models.CharField(_("Who said so"), max_length=8, choices=SaidBy, default=SaidBy.SELF)
    guardian = models.CharField(_("The guardian's name"), max_length=80, blank=True)  # who said it, where that was one
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.ForeignKey("jobs.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    last_on = models.DateField(_("Last day"), null=True)  # on which an agreement counts; None: until taken back
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Consent")
        constraints = [
            models.CheckConstraint(
                name="consent_that_ends_is_given", condition=models.Q(last_on__isnull=True) | models.Q(is_given=True)
            )
        ]
        indexes = [models.Index(fields=["patient", "purpose", "-decided_at"], name="consent_of_patient")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.pk}"

    def holds(self, on: date) -> bool:
        """Whether it is an agreement that counts that day: one whose last day is over counts as not given."""
        return self.is_given and (self.last_on is None or on <= self.last_on)

    def told_on(self, channel: str) -> str:
        """What was said, in words, on a channel or ("") all of them."""
        what = (
            f"{self.get_purpose_display()} ({self.Channel(channel).label})" if channel else self.get_purpose_display()
        )
        word = _("allowed") if self.is_given else _("not allowed")
        if self.last_on:
            return gettext("%(what)s: %(word)s until %(day)s") % {"what": what, "word": word, "day": self.last_on}
        return gettext("%(what)s: %(word)s") % {"what": what, "word": word}
