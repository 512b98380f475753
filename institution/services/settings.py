from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from institution.models import Setting


class SettingOutOfBounds(DomainError):
    """The number lies outside what the setting allows."""

    message = _("The number lies outside what is allowed here.")


@transaction.atomic
def change_setting(*, setting: Setting, value: Decimal, version: int, actor: Actor, at: datetime) -> Setting:
    """The setting holds the value from now on.

    Raises SettingOutOfBounds, StaleVersion.
    """
    if not setting.lowest <= value <= setting.highest:
        raise SettingOutOfBounds
    if save_version(setting, version=version, values={"value": value}, actor=actor, at=at):
        audit.record(actor=actor, verb="setting.changed", subject=setting, at=at, fields=["value"])
    return setting


audit.name_verbs({"setting.changed": _("Setting changed")})
audit.show_names_of(Setting)
