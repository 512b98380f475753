from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib import phones
from patients.kinship import Tie, turned
from patients.querysets import RelationQuerySet


class Relation(Versioned):
    """Two people of one family, stored once and read from both sides; or somebody named who is not on file.

    `role` is what the relative is to the patient; who decides for whom is said apart from it, for a mother may be the
    guardian and so may somebody who is no relative. It ends and is never deleted.
    """

    class Role(models.TextChoices):
        PARENT = "parent", _("Parent")
        CHILD = "child", _("Child")
        SPOUSE = "spouse", _("Spouse")
        SIBLING = "sibling", _("Sibling")
        GRANDPARENT = "grandparent", _("Grandparent")
        GRANDCHILD = "grandchild", _("Grandchild")
        OTHER = "other", _("Other")

    class Told(models.TextChoices):
        NOTHING = "nothing", _("Nothing")
        APPOINTMENTS = "appointments", _("Appointments only")
        EVERYTHING = "everything", _("Everything")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="relations")
    relative = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, related_name="relations_as_relative"
    )
    name = models.CharField(_("Name"), max_length=80, blank=True)  # of whoever is not on file, as is the phone
    digits = models.CharField(max_length=20, blank=True, db_index=True)
    extension = models.CharField(max_length=8, blank=True)
    role = models.CharField(_("Is to the patient"), max_length=12, choices=Role)
    is_guardian = models.BooleanField(_("Guardian"), default=False)  # the relative, of the patient
    is_ward = models.BooleanField(default=False)  # the other way round
    may_be_told = models.CharField(_("May be told"), max_length=12, choices=Told, default=Told.NOTHING)
    patient_may_be_told = models.CharField(max_length=12, choices=Told, default=Told.NOTHING)  # about the relative
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Relative")
        constraints = [
            models.CheckConstraint(
                name="relation_to_patient_or_named",
                condition=Q(relative__isnull=False, name="") | (Q(relative__isnull=True) & ~Q(name="")),
            ),
            models.CheckConstraint(name="relation_to_another", condition=~Q(relative=F("patient"))),
            models.UniqueConstraint(
                Least("patient", "relative"),
                Greatest("patient", "relative"),
                condition=Q(ended_at__isnull=True, relative__isnull=False),
                name="relation_once_a_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def tie_from(self, patient: models.Model) -> Tie:
        """What the two are to each other, seen from one of them."""
        tie = Tie(self.role, self.is_guardian, self.is_ward, self.may_be_told, self.patient_may_be_told)
        return tie if patient.pk == self.patient_id else turned(tie)

    @property
    def masked(self) -> str:
        return phones.mask(self.digits) if self.digits else ""
