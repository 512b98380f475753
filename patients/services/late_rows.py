"""What was written about a merged person by whoever did not know of the merge."""

from datetime import datetime, timedelta

from django.db import transaction

from patients.models import Merge, Patient

from .merges import keep_steps, move_rows
from .rivals import settle_rivals
from .search import index_patients

LATE = timedelta(minutes=15)  # longer than any request lasts


def gather_late_rows(*, at: datetime) -> int:
    """Whatever somebody wrote about a merged person who did not know of the merge is the survivor's; how many rows.

    Each merge is looked at until nobody can have read what was before it, however long that was nobody's turn. Rows go
    from merge to merge, the earliest first, so that each can be undone by itself.
    """
    moved = 0
    for key in Merge.objects.open().filter(gathered_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            moved += _gather(key, at)
            Merge.objects.filter(pk=key, merged_at__lte=at - LATE).update(gathered_at=at)
    return moved


def _gather(key: int, at: datetime) -> int:
    merge = Merge.objects.select_for_update(of=("self",)).select_related("survivor", "merged").open().filter(pk=key)
    moved = 0
    for each in merge:
        steps = settle_rivals(each.survivor, each.merged) + move_rows(each.merged, each.survivor)
        keep_steps(each, steps)
        moved += len(steps)
        if steps and each.survivor.merged_into_id is None:
            index_patients([each.survivor])
            Patient.objects.filter(pk=each.survivor_id).update(level_ends_at=at)  # over: looked at soon
    return moved
