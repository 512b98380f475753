from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from institution.models import Setting

DAY = 24  # hours


class SettingOutOfBounds(DomainError):
    """The number lies outside what the setting allows."""

    message = _("The number lies outside what is allowed here.")


class NotAWholeHour(DomainError):
    """Half hours would be left out silently."""

    message = _("Enter a whole hour.")
    field = "value"


class NoHoursBetween(DomainError):
    """A span that ends where it begins says nothing: neither always nor never."""

    message = _("It begins and ends at the same hour. From 0 until 24 is always; “never” cannot be chosen.")
    field = "value"


@transaction.atomic
def change_setting(*, setting: Setting, value: Decimal, version: int, actor: Actor, at: datetime) -> Setting:
    """The setting holds the value from now on.

    Raises SettingOutOfBounds, NotAWholeHour, NoHoursBetween, StaleVersion.
    """
    if not setting.lowest <= value <= setting.highest:
        raise SettingOutOfBounds
    if setting.unit == Setting.Unit.CLOCK:
        _require_span(setting, value)
    if save_version(setting, version=version, values={"value": value}, actor=actor, at=at):
        audit.record(actor=actor, verb="setting.changed", subject=setting, at=at, fields=["value"])
    return setting


def _require_span(setting: Setting, value: Decimal) -> None:
    """Hours of the day come in pairs, from and until; both are held meanwhile. Raises NotAWholeHour, NoHoursBetween."""
    if value != int(value):
        raise NotAWholeHour
    ends = Setting.objects.select_for_update().of_span(setting.key)
    hours = {each.key.rpartition("_")[2]: int(each.value) for each in ends}
    hours[setting.key.rpartition("_")[2]] = int(value)
    since, until = hours.get("from", 0), hours.get("until", DAY)
    if since % DAY == until % DAY and (since, until) != (0, DAY):
        raise NoHoursBetween


audit.name_verbs({"setting.changed": _("Setting changed")})
audit.show_names_of(Setting)
