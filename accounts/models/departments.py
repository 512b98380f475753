from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets.departments import AbsenceQuerySet, DepartmentQuerySet, TeamQuerySet
from hospital_crm.lib.bilingual import Bilingual

from .versions import Versioned


class Department(Bilingual, Versioned):
    """A node of the hospital's tree. `path` holds the primary keys from the root down, as in "/000003/000017/"."""

    class Kind(models.TextChoices):
        CLINICAL = "clinical", _("Clinical")
        FUNCTIONAL = "functional", _("Functional")

    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    official_code = models.CharField(_("Official code"), max_length=12, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.CLINICAL)
    parent = models.ForeignKey(
        "self", verbose_name=_("Belongs to"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=200, editable=False, db_index=True)
    head = models.ForeignKey(
        "accounts.Staff", verbose_name=_("Head"), on_delete=models.PROTECT, null=True, blank=True, related_name="heads"
    )
    deputy = models.ForeignKey(
        "accounts.Staff",
        verbose_name=_("Deputy head"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputises",
    )
    is_active = models.BooleanField(_("In use"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Department")
        constraints = [
            models.UniqueConstraint(
                fields=["name_zh"],
                condition=Q(is_active=True),
                name="department_name_zh_once",
                violation_error_code="unique",  # so that the form says it at the field
                violation_error_message=_("A department has this Chinese name already."),
            ),
            models.CheckConstraint(
                condition=Q(head__isnull=True) | Q(deputy__isnull=True) | ~Q(head=F("deputy")),
                name="department_deputy_is_another",
                violation_error_message=_("The deputy must be somebody other than the head."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.in_reader_language("name")

    @property
    def level(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 2


class Team(Bilingual, Versioned):
    """People who share one list of work, across departments if need be."""

    name_zh = models.CharField(_("Chinese name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    lead = models.ForeignKey(
        "accounts.Staff", verbose_name=_("Lead"), on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    members = models.ManyToManyField("accounts.Staff", verbose_name=_("Members"), blank=True, related_name="teams")
    is_active = models.BooleanField(_("In use"), default=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("Team")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.in_reader_language("name")


class Absence(models.Model):
    """Somebody is away from the first to the last day, both included; the deputy stands in."""

    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    deputy = models.ForeignKey(
        "accounts.Staff",
        verbose_name=_("Deputy"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Absence")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_ends_after_start",
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("staff")),
                name="absence_deputy_is_another",
                violation_error_message=_("The deputy must be somebody else."),
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="absence_days")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.starts_on}–{self.ends_on}"
