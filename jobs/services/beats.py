from datetime import datetime

from jobs.models import WorkerBeat


def record_beat(*, queue: str, at: datetime) -> None:
    """The worker of this queue was alive at this moment."""
    WorkerBeat.objects.update_or_create(queue=queue, defaults={"beaten_at": at})
