from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.versions import save_version
from institution.models import HospitalProfile


@transaction.atomic
def update_profile(
    *, profile: HospitalProfile, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> HospitalProfile:
    """The hospital's facts are as given.

    Raises StaleVersion.
    """
    changed = save_version(profile, version=version, values=values, actor=actor, at=at)
    if changed:
        audit.record(actor=actor, verb="profile.updated", subject=profile, at=at, fields=changed)
    return profile


audit.name_verbs({"profile.updated": _("Hospital profile changed")})
audit.show_names_of(HospitalProfile)
