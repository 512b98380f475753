"""Sign-in: who may come in, how long they stay, in which language.

The libraries do the work (allauth: forms and second factor; axes: lockout); here is what is ours about it.
"""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import BigIntegerField

from accounts.models import Staff
from hospital_crm.lib.prepared import Gap, Prepared

_readers = Prepared[Staff](is_planned_once=True)


# Stays at this address: it stands in every session.
class StaffBackend(ModelBackend):
    """Whoever is signed in is read in one query, with what every page asks about them."""

    def get_user(self, user_id: int) -> Staff | None:
        found = _readers.rows(
            "by key", lambda: Staff.objects.with_access().filter(pk=Gap("key", BigIntegerField())), {"key": user_id}
        )
        return next((staff for staff in found if self.user_can_authenticate(staff)), None)
