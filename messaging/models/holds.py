from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.querysets import HoldQuerySet

from .kinds import MessageClass


class Hold(models.Model):
    """Silence towards a patient in one class of messages, for as long as its source wants it."""

    class Reason(models.TextChoices):
        COMPLAINT = "complaint", _("A complaint is open.")
        DECEASED = "deceased", _("The patient has died.")
        REQUEST = "request", _("The patient asked for it.")

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="holds")
    message_class = models.CharField(max_length=10, choices=MessageClass)
    reason = models.CharField(max_length=10, choices=Reason)
    source = models.CharField(max_length=80)  # e.g. "complaint:42"
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("Hold")
        constraints = [
            models.CheckConstraint(name="hold_never_of_staff", condition=~Q(message_class="staff")),
        ]
        indexes = [
            models.Index(fields=["patient", "message_class"], name="hold_open", condition=Q(lifted_at__isnull=True)),
            models.Index(fields=["source"], name="hold_source"),
        ]

    def __str__(self) -> str:
        return f"{self.message_class} {self.pk}"
