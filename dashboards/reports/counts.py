"""What waits for somebody, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.paging import capped_count
from jobs.models import Job
from messaging.models import Message
from promises.models import Promise


@dataclass(frozen=True)
class Counts:
    """None where the person's roles show nothing of the kind; above 10,000 nobody counts on."""

    running_jobs: int
    late: int | None
    unsettled: int | None


def counts_of(staff: Staff, *, at: datetime) -> Counts:
    """The person's own jobs, what is late on the own desk, messages about which somebody must decide."""
    late = unsettled = None
    if staff.can(Capability.SEE_PROMISES):
        late = capped_count(Promise.objects.on_desk_of(staff, timezone.localdate(at)).late(at))
    if staff.can(Capability.SETTLE_OUTBOX):
        unsettled = capped_count(Message.objects.visible_to(staff).for_a_person())
    return Counts(Job.objects.visible_to(staff).open().count(), late, unsettled)
