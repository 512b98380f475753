from django.db import models
from django.db.models import Q

from accounts.models import Concerning
from patients.querysets import GrantQuerySet


class AccessGrant(Concerning):
    """Whoever owes a patient something may see what it needs, as long as it is open.

    Written and ended by the services of what is owed, in the same transaction; read by `visible_to` and by the
    unmasked number. A team's grant is not for those of its people whom it concerns.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="access_grants")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=80)  # e.g. "promise:17"
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_grant_to_one",
                condition=Q(staff__isnull=False, team__isnull=True) | Q(staff__isnull=True, team__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["staff", "patient"], name="grant_open_staff", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["team", "patient"], name="grant_open_team", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["source"], name="grant_source"),
        ]

    def __str__(self) -> str:
        return self.source
