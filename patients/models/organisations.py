"""Companies, communities, schools, clinics, suppliers; who of our clients works there, when we went there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Versioned
from hospital_crm.lib import phones
from hospital_crm.lib.districts import districts
from patients.querysets.organisations import EmploymentQuerySet, OrganisationQuerySet, OrganisationVisitQuerySet

if TYPE_CHECKING:
    from .organisation_contacts import OrganisationContact


class Organisation(Versioned):
    """A body whose people are our clients, or with which the hospital works. It ends and is never deleted."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        COMMUNITY = "community", _("Community")
        SCHOOL = "school", _("School")
        CLINIC = "clinic", _("Clinic")
        SUPPLIER = "supplier", _("Supplier")
        OTHER = "other", _("Other organisation")

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("Name of the organisation"), max_length=120)
    sound = models.CharField(max_length=800, editable=False)  # readings of the name: what pinyin finds
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    district = models.CharField(_("District"), max_length=6, blank=True)  # a code of lib.districts
    address = models.CharField(_("Street address"), max_length=120, blank=True)
    digits = models.CharField(_("Switchboard"), max_length=20, blank=True)  # public: not masked
    extension = models.CharField(max_length=8, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    owner = models.ForeignKey(
        "accounts.Staff",
        verbose_name=_("Looked after by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("Department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    registered_at = models.DateTimeField(editable=False)
    last_contact_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    end_reason = models.CharField(max_length=200, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "district"], condition=Q(ended_at__isnull=True), name="organisation_once_a_district"
            ),
        ]
        indexes = [models.Index(fields=["-registered_at", "-id"], name="organisation_newest")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    @property
    def lies_in(self) -> str:
        """Its district in words, "" if nobody said."""
        return str(districts().get(self.district, ""))

    @property
    def shown(self) -> str:
        """The switchboard, in groups."""
        return phones.shown(self.digits, self.extension) if self.digits else ""

    @property
    def dialled(self) -> str:
        """The switchboard, for a tel: link."""
        return phones.dialled(self.digits, self.extension)

    @property
    def open_contacts(self) -> list[OrganisationContact]:
        """Whom to speak with, the main one first; sees a prefetch of `contacts`."""
        still = [contact for contact in self.contacts.all() if contact.ended_at is None]
        return sorted(still, key=lambda contact: (not contact.is_main, contact.pk))

    @property
    def to_dial(self) -> list[Organisation | OrganisationContact]:
        """What can be rung: the people with a number, the main one first, then the switchboard."""
        people = [contact for contact in self.open_contacts if contact.digits]
        return [*people, self] if self.digits else [*people]


class Employment(Versioned):
    """Somebody on file works there, or did: who of this organisation is our client."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employments")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="employments")
    position = models.CharField(_("Job title"), max_length=60, blank=True)
    staff_number = models.CharField(_("Staff number"), max_length=40, blank=True)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    added_at = models.DateTimeField(editable=False)
    added_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+", editable=False)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Employee")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "patient"], condition=Q(until__isnull=True), name="employment_open_once"
            ),
            models.CheckConstraint(
                name="employment_ends_after_it_begins",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class OrganisationVisit(Versioned):
    """Our people go there: planned, held with a result, or cancelled with a reason."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="visits")
    status = models.CharField(_("Status"), max_length=9, choices=Status, default=Status.PLANNED)
    on_day = models.DateField(_("Day"))
    visited_by = models.ForeignKey(
        "accounts.Staff", verbose_name=_("Who goes"), on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(_("Purpose of the visit"), max_length=200)
    result = models.CharField(pgettext_lazy("of a visit", "What came of it"), max_length=500, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(editable=False)

    objects = OrganisationVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Visit to an organisation")
        constraints = [
            models.CheckConstraint(
                name="organisation_visit_held_with_result", condition=~Q(status="held") | ~Q(result="")
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-on_day", "-id"], name="visit_to_organisation"),
            models.Index(fields=["-on_day", "-id"], name="organisation_visit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED
