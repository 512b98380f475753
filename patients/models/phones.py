from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib import phones
from patients.querysets import PhoneQuerySet


class Phone(models.Model):
    """A number that leads to a patient. A family shares one: the same digits may stand at several people."""

    class Owner(models.TextChoices):
        OWN = "own", _("Patient's own")
        PARENT = "parent", _("A parent's")
        CHILD = "child", _("A child's")
        SPOUSE = "spouse", _("The spouse's")
        OTHER = "other", _("Somebody else's")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="phones")
    digits = models.CharField(max_length=20, db_index=True)  # as dialled inside the country
    e164 = models.CharField(max_length=20, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    owner = models.CharField(_("Whose phone"), max_length=8, choices=Owner, default=Owner.OWN)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    objects = PhoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("Phone")
        constraints = [
            models.UniqueConstraint(fields=["patient", "digits", "extension"], name="phone_once_a_patient"),
            models.UniqueConstraint(fields=["patient"], condition=Q(is_primary=True), name="phone_one_primary"),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return phones.mask(self.digits)
