"""What a worker that died left behind."""

from datetime import datetime

from messaging.models import Channel, Message
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
