from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.errors import DomainError, StaleVersion


class GoneAlready(DomainError):
    """Somebody removed it a moment ago."""

    message = _("Somebody has removed this already.")


def remove_version(row: Versioned, *, version: int) -> None:
    """The row is gone, if nobody has changed it since it was read. Raises StaleVersion, GoneAlready."""
    rows = type(row)._default_manager
    if rows.filter(pk=row.pk, version=version).delete()[0]:
        return
    if (current := rows.filter(pk=row.pk).first()) is None:
        raise GoneAlready
    raise StaleVersion(current)
