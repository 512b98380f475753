from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.querysets import AttemptQuerySet
from messaging.models import ContactLog


class Attempt(models.Model):
    """One try to reach the person to whom something is owed. It is never changed, only voided with its call."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        SWITCHED_OFF = "switched_off", _("Switched off")
        CALL_LATER = "call_later", _("Asked to be called later")
        REFUSED = "refused", _("Refused")
        WRONG_NUMBER = "wrong_number", _("Wrong number")

    promise = models.ForeignKey("promises.Promise", on_delete=models.PROTECT, related_name="attempts")
    rank = models.PositiveSmallIntegerField()  # 1 for the first try
    outcome = models.CharField(_("Outcome"), max_length=12, choices=Outcome)
    channel = models.CharField(_("Channel"), max_length=8, choices=ContactLog.Channel, default=ContactLog.Channel.PHONE)
    phone = models.ForeignKey(
        "patients.Phone", verbose_name=_("Number"), on_delete=models.PROTECT, null=True, related_name="attempts"
    )  # that was rung, of those on file
    phone_before = models.JSONField(null=True)  # what was known of it, where the try has changed that
    note = models.CharField(_("Note"), max_length=300, blank=True)
    attempted_at = models.DateTimeField()
    by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True)  # when the next try was planned for
    voided_at = models.DateTimeField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("Attempt")
        constraints = [models.UniqueConstraint(fields=["promise", "rank"], name="attempt_rank_once")]
        indexes = [models.Index(fields=["attempted_at"], name="attempt_when")]

    def __str__(self) -> str:
        return f"{self.promise_id} #{self.rank}: {self.outcome}"
