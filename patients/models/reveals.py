from django.db import models
from django.utils.translation import gettext_lazy as _


class Reveal(models.Model):
    """Somebody looked at a masked number, and said what for. Never changed afterwards."""

    class Purpose(models.TextChoices):
        CALL = "call", _("To call")
        VERIFY = "verify", _("To check who is calling")
        CORRECT = "correct", _("To correct the record")

    phone = models.ForeignKey("patients.Phone", on_delete=models.PROTECT, related_name="reveals")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose)
    revealed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "-revealed_at"], name="reveal_of_staff")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
