from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F

from accounts.models import Actor, Versioned
from hospital_crm.lib.errors import StaleVersion

Row = TypeVar("Row", bound=Versioned)


def save_version(
    row: Row, *, version: int, values: dict[str, Any], actor: Actor, at: datetime, bump: bool = False
) -> Collection[str]:
    """The row holds the values; returns the names of those that differed from before, none if nothing did.

    One conditional UPDATE: whoever saved in between wins, and this raises StaleVersion. `bump` counts a change
    that lies outside the row's own columns (roles, members).
    """
    model = type(row)
    stored = model._default_manager.get(pk=row.pk)
    if stored.version != version:
        raise StaleVersion(stored)
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if changed or bump:
        updated = model._default_manager.filter(pk=row.pk, version=version).update(
            **changed, version=F("version") + 1, updated_at=at, updated_by=actor
        )
        if updated != 1:
            raise StaleVersion(model._default_manager.get(pk=row.pk))
    row.refresh_from_db()
    return set(changed)
