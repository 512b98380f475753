"""What a gateway is told to say, and the number by which both sides know the message."""

import hashlib
import logging
from collections.abc import Callable
from typing import TypeVar

from messaging.models import Message

from .base import ChannelError

T = TypeVar("T")
log = logging.getLogger(__name__)


def in_words(worded: Callable[[Message], T], message: Message) -> T:
    """Raises ChannelError, permanently, if it has none."""
    try:
        return worded(message)
    except Exception as error:
        log.exception("message %s has no words", message.pk)
        raise ChannelError(permanent=True, reason=Message.Reason.BROKEN) from error


def reference_of(message: Message) -> str:
    """Ours, for the provider to hand back: the same at every try, and it tells nothing."""
    return hashlib.sha256(message.dedupe_key.encode()).hexdigest()[:32]
