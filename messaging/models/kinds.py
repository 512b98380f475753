from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND_NAMES: dict[str, str | Promise] = {}  # each app adds its own: messaging.services.outbox.name_kinds


class MessageClass(models.TextChoices):
    """What a message is for; a hold silences classes. Notes to staff are never held."""

    CARE = "care", _("Care")
    SERVICE = "service", _("Service")
    SURVEY = "survey", _("Survey")
    MARKETING = "marketing", _("Marketing")
    STAFF = "staff", _("To staff")
