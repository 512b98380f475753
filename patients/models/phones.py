from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import Versioned
from hospital_crm.lib import phones
from patients.querysets import PhoneQuerySet


class Phone(Versioned):
    """A number that leads to a patient. A family shares one: the same digits may stand at several people."""

    class Owner(models.TextChoices):
        OWN = "own", gettext_lazy("Patient's own")
        PARENT = "parent", gettext_lazy("A parent's")
        CHILD = "child", gettext_lazy("A child's")
        SPOUSE = "spouse", gettext_lazy("The spouse's")
        OTHER = "other", gettext_lazy("Somebody else's")

    class Kind(models.TextChoices):
        MOBILE = "mobile", gettext_lazy("Mobile")
        LANDLINE = "landline", gettext_lazy("Landline")
        WORK = "work", gettext_lazy("At work")

    class Check(models.TextChoices):
        """What became known of it, and how."""

        ANSWERED = "answered", gettext_lazy("Verified: rung, and answered")
        CALLED = "called", gettext_lazy("Verified: they called from it")
        SHOWN = "shown", gettext_lazy("Verified: confirmed at the desk")
        WRONG = "wrong", gettext_lazy("Not valid: belongs to somebody else")
        DEAD = "dead", gettext_lazy("Not valid: out of service")

    INVALID = (Check.WRONG, Check.DEAD)  # nobody rings them

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="phones")
    digits = models.CharField(max_length=20, db_index=True)  # as dialled inside the country
    e164 = models.CharField(max_length=20, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    owner = models.CharField(gettext_lazy("Whose phone"), max_length=8, choices=Owner, default=Owner.OWN)
    kind = models.CharField(gettext_lazy("Kind"), max_length=8, choices=Kind, default=Kind.MOBILE)
    checked_as = models.CharField(gettext_lazy("Checked"), max_length=8, choices=Check, blank=True)  # "" not yet
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    last_success_at = models.DateTimeField(null=True, editable=False)  # when somebody was spoken with on it
    preferred_from = models.TimeField(gettext_lazy("Best reached from"), null=True, blank=True)  # on this number
    preferred_until = models.TimeField(gettext_lazy("Best reached until"), null=True, blank=True)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    objects = PhoneQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("Phone")
        constraints = [
            models.UniqueConstraint(fields=["patient", "digits", "extension"], name="phone_once_a_patient"),
            models.UniqueConstraint(fields=["patient"], condition=Q(is_primary=True), name="phone_one_primary"),
            models.CheckConstraint(
                name="phone_to_dial_is_valid", condition=Q(is_primary=False) | ~Q(checked_as__in=["wrong", "dead"])
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return phones.mask(self.digits)

    @property
    def shown(self) -> str:
        """In clear: only after a look was recorded."""
        return phones.shown(self.digits, self.extension)

    @property
    def dialled(self) -> str:
        """In clear, for a tel: link."""
        return phones.dialled(self.e164 or self.digits, self.extension)

    @property
    def is_valid(self) -> bool:
        """As far as anybody knows."""
        return self.checked_as not in self.INVALID

    @property
    def is_verified(self) -> bool:
        return bool(self.checked_as) and self.is_valid
