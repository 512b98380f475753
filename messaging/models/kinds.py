from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND_NAMES: dict[str, str | Promise] = {}  # each app adds its own: messaging.services.outbox.name_kinds
FOR_GROUPS: list[str] = []  # those of them that may be told to a whole group: messaging.services.groups.offer_to_groups


class MessageClass(models.TextChoices):
    """What a message is for; a hold silences classes. Notes to staff are never held."""

    CARE = "care", _("Care")
    SERVICE = "service", _("Service")
    SURVEY = "survey", _("Survey")
    MARKETING = "marketing", _("Marketing")
    STAFF = "staff", _("To staff")
