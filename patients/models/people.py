from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib import mail_addresses, phones
from hospital_crm.lib.districts import districts
from patients import rules
from patients.querysets import ON_FILE, ContactQuerySet, PatientQuerySet
from patients.rules.levels import LEVELS, USUAL

if TYPE_CHECKING:
    from .phones import Phone


def _item(label: Any) -> Any:
    """An entry of a list that the hospital keeps."""
    return models.ForeignKey(
        "institution.ReferenceItem",
        verbose_name=label,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    UNKNOWN = "unknown", _("Not known")


SEXES = dict(Sex.choices)


class ContactChannel(models.TextChoices):
    """How somebody likes to be reached."""

    PHONE = "phone", _("By phone")
    SMS = "sms", _("By text message")
    WECHAT = "wechat", _("By WeChat")
    EMAIL = "email", _("By e-mail")
    LETTER = "letter", _("By letter")


class ServiceLevel(models.IntegerChoices):
    """What somebody is owed who is here often; the hospital's words for it are a list (`services.levels`)."""

    USUAL = USUAL, _("As everybody")
    C = LEVELS["c"], "C"
    B = LEVELS["b"], "B"
    A = LEVELS["a"], "A"


LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]  # of letters and messages


class Patient(Versioned):
    """A person on file, once. `number` is ours; the hospital's own number comes from its information system."""

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    hospital_number = models.CharField(_("Hospital number"), max_length=40, blank=True)
    name = models.CharField(_("Name"), max_length=80)
    sex = models.CharField(_("Sex"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("Date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    died_on = models.DateField(_("Died on"), null=True, blank=True)
    residence = models.CharField(_("Place of residence"), max_length=80, blank=True)
    district = models.CharField(_("District"), max_length=6, blank=True)  # a code of lib.districts
    address = models.CharField(_("Home address"), max_length=120, blank=True)  # below the district; masked
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)  # masked
    occupation = _item(_("Occupation"))
    language = models.CharField(_("Language"), max_length=10, choices=LANGUAGES, blank=True)
    preferred_channel = models.CharField(_("Likes to be reached"), max_length=8, choices=ContactChannel, blank=True)
    preferred_from = models.TimeField(_("Best reached from"), null=True, blank=True)
    preferred_until = models.TimeField(_("Best reached until"), null=True, blank=True)
    not_before = models.DateTimeField(_("Do not call before"), null=True, blank=True)
    card = models.CharField(_("Discount or member card"), max_length=40, blank=True)
    source = _item(_("Media source"))  # what first led the person here
    last_source = _item(_("Media source, last"))
    insurance = _item(_("Insurance"))
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("Department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    registered_at = models.DateTimeField(editable=False)
    desk_registered_at = models.DateTimeField(null=True, editable=False)  # None: came on file in another way
    last_contact_at = models.DateTimeField(null=True, editable=False)
    service_level = models.PositiveSmallIntegerField(
        _("Service level owed"), choices=ServiceLevel, default=ServiceLevel.USUAL, editable=False
    )  # made from visits, by `rules.levels`
    level_ends_at = models.DateTimeField(
        null=True, editable=False
    )  # by then the level is looked at anew; None: it lasts
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged_from"
    )  # who this is, since somebody saw that they are one person; always one step
    erased_at = models.DateTimeField(null=True, editable=False)  # since then nobody finds the person, or reads of one
    compared_at = models.DateTimeField(null=True, editable=False)  # with all others; None: anew, something has changed

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("Patient")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital_number"],
                condition=~Q(hospital_number=""),
                name="patient_hospital_number_once",
                violation_error_code="unique",  # so that the form says it at the field
                violation_error_message=_("Somebody has this hospital number already."),
            ),
            models.CheckConstraint(
                name="patient_birth_date_or_year", condition=Q(birth_date__isnull=True) | Q(birth_year__isnull=True)
            ),
            models.CheckConstraint(name="patient_merged_into_another", condition=~Q(merged_into=F("id"))),
        ]
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="patient_newest", condition=ON_FILE),
            models.Index(
                fields=["department", "-registered_at", "-id"], name="patient_of_department", condition=ON_FILE
            ),
            models.Index(
                fields=["-desk_registered_at", "-id"],
                name="patient_of_desk",
                condition=Q(desk_registered_at__isnull=False),
            ),
            models.Index(fields=["id"], name="patient_erased", condition=Q(erased_at__isnull=False)),
            models.Index(
                fields=["-service_level", "-registered_at", "-id"], name="patient_by_level", condition=ON_FILE
            ),
            models.Index(fields=["level_ends_at"], name="patient_level_ends", condition=Q(level_ends_at__isnull=False)),
            models.Index(fields=["id"], name="patient_to_compare", condition=Q(compared_at__isnull=True)),
        ]

    first_phones: Sequence[Phone] = ()  # filled by patients.services.register_patient, for its answer

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_sex_display(self) -> str:  # type: ignore[no-redef]  # instead of Django's
        """As Django's own, which puts the words together anew: each row of each list asks for it."""
        return str(SEXES.get(self.sex, self.sex))

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @property
    def phone(self) -> Phone | None:
        """The one to dial; sees a prefetch of `phones`."""
        return next((phone for phone in self.phones.all() if phone.is_primary), None)

    @property
    def masked_email(self) -> str:
        return mail_addresses.mask(self.email) if self.email else ""

    @property
    def lives_in(self) -> str:
        """As far as everybody may read it: to the district; else what was told, "" if nothing was."""
        known = districts().get(self.district)
        return str(known) if known else self.residence

    def needs_guardian(self, on: date) -> bool:
        """Whether a guardian decides for the person that day."""
        return rules.needs_guardian(self.birth_date, self.birth_year, on)

    def age(self, on: date) -> int | None:
        """In full years, of whoever has died on the day of death; None if nobody asked for the birth date."""
        return rules.age(self.birth_date, self.birth_year, min(on, self.died_on or on))


class Contact(models.Model):
    """Somebody who called and is nobody on file yet; name and number may both be blank: withheld, anonymous."""

    name = models.CharField(_("Name"), max_length=80, blank=True)
    digits = models.CharField(max_length=20, blank=True, db_index=True)
    extension = models.CharField(max_length=8, blank=True)  # behind one switchboard sit many callers
    ending = models.CharField(max_length=4, blank=True, db_index=True)  # the last four of the digits
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    became = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="contacts")
    became_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True, editable=False)  # the patient's, once it is known who called

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("Caller")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def masked(self) -> str:
        return phones.mask(self.digits) if self.digits else ""

    @property
    def shown(self) -> str:
        """In clear: only after a look was recorded."""
        return phones.shown(self.digits, self.extension) if self.digits else ""

    @property
    def dialled(self) -> str:
        """In clear, for a tel: link."""
        return phones.dialled(self.digits, self.extension)
