from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.likeness import CERTAIN, Reason
from patients.querysets.duplicates import PairQuerySet


class MatchKey(models.Model):
    """What somebody shares with whoever may be the same person; the scan compares those only. Made from the rest."""

    key = models.CharField(max_length=200)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="match_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "patient"], name="match_key_once")]

    def __str__(self) -> str:
        return self.key


class DuplicatePair(models.Model):
    """Two records that look like one person, why, and what somebody found who looked at both.

    A verdict holds until what the reasons rest on (`basis`) changes.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        FAMILY = "family", _("Family, two people")
        ANOTHER = "another", _("Two people")
        MERGED = "merged", _("Merged")

    older = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="pairs_as_older")
    newer = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="pairs_as_newer")
    score = models.PositiveSmallIntegerField(_("Likeness"))
    reasons = models.JSONField(default=list)
    basis = models.CharField(max_length=64)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    is_by_hand = models.BooleanField(default=False)  # somebody asked for it: it stays however unlike the two are
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("Possible duplicate")
        constraints = [
            models.UniqueConstraint(fields=["older", "newer"], name="duplicate_pair_once"),
            models.CheckConstraint(name="duplicate_pair_in_order", condition=Q(older__lt=F("newer"))),
            models.CheckConstraint(
                name="duplicate_pair_decided",
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="duplicate_pair_work")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def other(self, patient: models.Model) -> models.Model:
        """The other one of the two."""
        return self.newer if self.older_id == patient.pk else self.older

    @property
    def is_certain(self) -> bool:
        return any(code in CERTAIN for code in self.reasons)

    @property
    def reason_labels(self) -> list[str]:
        return [str(Reason(code).label) for code in self.reasons]
