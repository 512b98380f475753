from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib import phones
from patients.querysets.organisations import OrganisationContactQuerySet


class OrganisationContact(Versioned):
    """Somebody to speak with there; may be a patient of ours too. It ends and is never deleted."""

    organisation = models.ForeignKey("patients.Organisation", on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("Name"), max_length=80)
    position = models.CharField(_("Job title"), max_length=60, blank=True)
    digits = models.CharField(max_length=20, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    is_main = models.BooleanField(_("Speak with this person first"), default=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, related_name="organisation_contacts"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = OrganisationContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("Person to speak with")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_main=True, ended_at__isnull=True),
                name="organisation_contact_one_main",
            ),
        ]

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
