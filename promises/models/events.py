from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PromiseEvent(models.Model):
    """One step in the life of a promise, with what it changed. Never changed afterwards."""

    class Verb(models.TextChoices):
        MADE = "made", _("Made")
        TAKEN = "taken", _("Taken")
        HANDED_OVER = "handed_over", _("Passed on")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        REASSIGNED = "reassigned", _("Reassigned")
        POSTPONED = "postponed", _("Postponed")
        TRIED = "tried", _("Tried")
        ESCALATED = "escalated", _("Escalated")
        KEPT = "kept", _("Kept")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REOPENED = "reopened", _("Open again")
        TRY_VOIDED = "try_voided", _("Try voided")
        NOT_REACHED = "not_reached", _("Not reached")
        WROTE_AGAIN = "wrote_again", _("Wrote again")

    promise = models.ForeignKey("promises.Promise", on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=12, choices=Verb)
    happened_at = models.DateTimeField()
    actor = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, null=True, related_name="+")  # to whom
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)  # the new time
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=80, blank=True)  # a further row that was added, as a promise's own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="promise_event_source_once"),
        ]
        indexes = [
            models.Index(fields=["promise", "happened_at", "id"], name="promise_event_story"),
            models.Index(fields=["verb", "happened_at"], name="promise_event_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.promise_id}"

    @property
    def told(self) -> str:
        """What was done, and to whom it went; in the reader's language."""
        step, to = self.get_verb_display(), self.staff or self.team
        if to is None or self.verb not in (self.Verb.HANDED_OVER, self.Verb.REASSIGNED):
            return step
        return gettext("%(step)s to %(name)s") % {"step": step, "name": to.name}
