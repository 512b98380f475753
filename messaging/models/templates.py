"""What patients are told, in words that somebody wrote and somebody published."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.bilingual import Bilingual
from messaging.querysets import TemplateQuerySet, TemplateVersionQuerySet
from messaging.rules.certificates import LONGEST_KEY
from patients.models import LANGUAGES

from .kinds import MessageClass
from .purposes import PURPOSES, MessagePurpose

TO_PATIENTS = [choice for choice in MessageClass.choices if choice[0] != MessageClass.STAFF]
LONGEST = 500  # characters that SMS providers take, signature and all (Aliyun's page "SMS sending rules")


class MessageTemplate(Bilingual, Versioned):
    """A message that patients get, whatever it says at the moment. Never deleted: it is taken out of use."""

    code = models.SlugField(
        _("Code"),
        max_length=40,
        unique=True,
        help_text=_("Small letters, digits, hyphen, underscore; other parts of the system and the API know it by it"),
        error_messages={"unique": _("Another template has this code.")},
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    message_class = models.CharField(_("Class"), max_length=10, choices=TO_PATIENTS)
    purpose = models.CharField(_("Purpose"), max_length=40)  # a code in PURPOSES
    advertises = models.BooleanField(
        _("Advertises medical services"),
        default=False,
        help_text=_("Then it is published and sent only under a certificate that is valid on the day"),
    )
    is_active = models.BooleanField(_("In use"), default=True)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Message template")
        constraints = [models.CheckConstraint(name="template_never_to_staff", condition=~Q(message_class="staff"))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.in_reader_language("name")

    @property
    def filled_by(self) -> MessagePurpose:
        """Its purpose, with the variables; one without any of its own where the app that named it is gone."""
        return PURPOSES.get(self.purpose) or MessagePurpose(self.purpose, self.purpose, ())

    @property
    def is_lawful(self) -> bool:
        """Its class is one that its purpose can have; of one from before that was so, nothing goes out."""
        return self.message_class in self.filled_by.classes

    @property
    def is_urgent(self) -> bool:
        """Quiet hours do not hold it up."""
        return self.filled_by.goes_at_any_hour(self.message_class)


class TemplateVersion(Versioned):
    """The words of a template in one language. Once published they never change: what was sent can be read for ever."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("No longer used")

    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(_("Language"), max_length=10, choices=LANGUAGES)
    number = models.PositiveSmallIntegerField(editable=False)
    subject = models.CharField(_("Subject"), max_length=80, blank=True, help_text=_("Of an e-mail"))
    text = models.TextField(_("Text"), max_length=LONGEST)
    certificate_number = models.CharField(_("Number of the advertisement's certificate"), max_length=60, blank=True)
    certificate_until = models.DateField(_("Certificate valid until"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    retired_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Version of a message template")
        constraints = [
            models.UniqueConstraint(fields=["template", "language", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["template", "language"], condition=Q(state="published"), name="template_published_once"
            ),
            models.UniqueConstraint(
                fields=["template", "language"], condition=Q(state="draft"), name="template_one_draft"
            ),
            models.CheckConstraint(
                name="template_version_dates",
                condition=Q(state="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", retired_at__isnull=False),
            ),
            models.CheckConstraint(
                name="template_version_certificate_whole",
                condition=Q(certificate_number="", certificate_until__isnull=True)
                | Q(certificate_number__gt="", certificate_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.get_language_display()} · {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def has_certificates(self) -> bool:
        """They advertise, and patients get them or got them; those who wait still may."""
        return self.template.advertises and self.published_at is not None

    def may_go_on(self, day: date) -> bool:
        """They are no medical advertisement, or the authority has passed these very words for that day."""
        return not self.template.advertises or (self.certificate_until is not None and self.certificate_until >= day)


class TemplateCertificate(models.Model):
    """What was entered for the words of an advertisement, and when; the newest is what stands with them. Never changed:
    what was given for some words covers no others, later neither.
    """

    of = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("Number of the advertisement's certificate"), max_length=60, blank=True)
    key = models.CharField(max_length=LONGEST_KEY, blank=True)  # without what people type differently
    until = models.DateField(_("Certificate valid until"), null=True, blank=True)
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("Certificate of a message template")
        indexes = [models.Index(fields=["key"], name="template_certificate_key")]

    def __str__(self) -> str:
        return f"{self.of} · {self.number}"


class TemplateRegistration(Versioned):
    """A provider has approved the words: it sends them by its own number of them, and never other ones."""

    class Provider(models.TextChoices):
        ALIYUN = "aliyun", _("Aliyun SMS")
        TENCENT = "tencent", _("Tencent Cloud SMS")
        WECHAT = "wechat", _("WeChat official account")

    of = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="registrations")
    provider = models.CharField(_("Provider"), max_length=10, choices=Provider)
    number = models.CharField(_("The provider's number of the template"), max_length=64)
    keywords = models.JSONField(
        _("Keywords"), default=dict, blank=True
    )  # of WeChat: its keyword → our variable, e.g. {"thing1": "department"}

    class Meta:
        verbose_name = _("Registration of a message template")
        constraints = [models.UniqueConstraint(fields=["of", "provider"], name="template_registered_once")]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.number}"
