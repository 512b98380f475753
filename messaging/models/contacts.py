from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models import Targeted


class ContactLog(Targeted):
    """The hospital tried to reach somebody: calls and messages of all departments, so that one cap counts them all."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        DESK = "desk", _("At the desk")
        WEB = "web", _("Web")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")

    channel = models.CharField(max_length=8, choices=Channel)
    digest = models.CharField(max_length=64, blank=True)  # of the number that was rung, whoever uses it; "" if none
    reached = models.BooleanField()
    is_counted = models.BooleanField(default=True)  # not where they rang us, or the same call is counted already
    source = models.CharField(max_length=80)  # e.g. "attempt:17"
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    class Meta(Targeted.Meta):
        verbose_name = _("Contact")
        indexes = [
            models.Index(fields=["patient", "-logged_at"], name="contact_log_of_patient"),
            models.Index(fields=["contact", "-logged_at"], name="contact_log_of_contact"),
            models.Index(
                fields=["organisation", "-logged_at"],
                name="contact_log_of_organisation",
                condition=models.Q(organisation__isnull=False),
            ),
            models.Index(
                fields=["digest", "-logged_at"], name="contact_log_of_number", condition=models.Q(digest__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
