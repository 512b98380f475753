from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.bilingual import Bilingual

NO_BRACKETS = _("Leave out brackets and spaces: the provider adds 【】 by itself.")


class HospitalProfile(Bilingual, Versioned):
    """The hospital's own facts, one row: what pages, letters and the consult line say about it."""

    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    licence_number = models.CharField(_("Practice licence number"), max_length=40, blank=True)
    address_zh = models.CharField(_("Address in Chinese"), max_length=200, blank=True)
    address_en = models.CharField(_("Address in English"), max_length=200, blank=True)
    directions_zh = models.TextField(_("Directions in Chinese"), max_length=1000, blank=True)
    directions_en = models.TextField(_("Directions in English"), max_length=1000, blank=True)
    opening_hours_zh = models.CharField(_("Opening hours in Chinese"), max_length=200, blank=True)
    opening_hours_en = models.CharField(_("Opening hours in English"), max_length=200, blank=True)
    consult_phone = models.CharField(_("Consult line"), max_length=40, blank=True)
    complaint_phone = models.CharField(_("Complaint line"), max_length=40, blank=True)
    message_signature = models.CharField(
        _("Signature of text messages"),
        max_length=8,
        blank=True,
        validators=[MinLengthValidator(2), RegexValidator(r"^[^【】\[\]{}\s]*$", message=NO_BRACKETS)],
        help_text=_("2 to 8 characters, as your SMS provider has registered them; they stand in 【】 before the text"),
    )
    website = models.URLField(_("Website"), max_length=200, blank=True)
    support_contact_zh = models.CharField(
        _("Help with signing in, in Chinese"),
        max_length=80,
        blank=True,
        help_text=_("Shown on the sign-in page, for example: 信息科，分机 8100"),
    )
    support_contact_en = models.CharField(
        _("Help with signing in, in English"),
        max_length=80,
        blank=True,
        help_text=_("Shown on the sign-in page, for example: IT, extension 8100"),
    )

    class Meta:
        verbose_name = _("Hospital profile")
        constraints = [models.CheckConstraint(name="hospital_profile_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.in_reader_language("name")

    @property
    def support_contact(self) -> str:
        """Whom to ask about signing in, in the reader's language; may be empty."""
        return self.in_reader_language("support_contact")
