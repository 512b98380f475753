"""What a worker that died left behind, and what a backup brings back."""

from datetime import datetime

from messaging.models import Channel, Message
from messaging.querysets import OPEN
from messaging.services import outcomes
from messaging.services.gateways import GATEWAYS
from messaging.services.limits import limits

AT_A_TIME = 500


def requeue_stuck(*, at: datetime) -> int:
    """What was claimed and not moved for too long waits again; it was surely not handed over. Returns how many."""
    claimed = Message.objects.filter(state=Message.State.CLAIMED)
    if not claimed.exists():
        return 0
    return outcomes.release(claimed.filter(claimed_at__lt=at - limits().claim))


def settle_unanswered(*, at: datetime) -> int:
    """What was handed over without an outcome for too long goes by its channel's rule; returns how many."""
    handed_over = Message.objects.filter(state=Message.State.HANDED_OVER)
    if not handed_over.exists():
        return 0
    numbers = limits()
    silent = list(handed_over.filter(handed_over_at__lt=at - numbers.unknown).order_by("pk")[:AT_A_TIME])
    for message in silent:
        gateway = GATEWAYS[Channel(message.channel)]()
        outcomes.leave_unknown(message, gateway=gateway, limits=numbers, at=at)
    return len(silent)


def ask_about_restored(*, at: datetime) -> int:
    """What a backup says is still to be sent, though its time has come: it may have left the house since the backup
    was made, so a person is asked. Returns how many.

    A note in the app is its row, which went with all others: it is given. What has expired is not sent anyhow.
    """
    under_way = Message.objects.filter(state__in=(*OPEN, Message.State.HANDED_OVER), due_at__lte=at, expires_at__gt=at)
    leaving = under_way.exclude(channel=Channel.IN_APP)
    return leaving.update(state=Message.State.UNKNOWN, reason=Message.Reason.RESTORED, claim=None)
