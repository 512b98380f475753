from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from hospital_crm.lib import phones
from patients.querysets import PhoneQuerySet


class Phone(models.Model):
    """A number that leads to a patient. A family shares one: the same digits may stand at several people."""

    class Owner(models.TextChoices):
        OWN = "own", gettext_lazy("Patient's own")
        PARENT = "parent", gettext_lazy("A parent's")
        CHILD = "child", gettext_lazy("A child's")
        SPOUSE = "spouse", gettext_lazy("The spouse's")
        OTHER = "other", gettext_lazy("Somebody else's")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="phones")
    digits = models.CharField(max_length=20, db_index=True)  # as dialled inside the country
    e164 = models.CharField(max_length=20, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    owner = models.CharField(gettext_lazy("Whose phone"), max_length=8, choices=Owner, default=Owner.OWN)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    objects = PhoneQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("Phone")
        constraints = [
            models.UniqueConstraint(fields=["patient", "digits", "extension"], name="phone_once_a_patient"),
            models.UniqueConstraint(fields=["patient"], condition=Q(is_primary=True), name="phone_one_primary"),
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
