"""What every adapter must make of a provider that does not answer as it should."""

from collections.abc import Callable

import pytest

from messaging.services.gateways import ChannelDown, Gateway, OutcomeUnknown
from tests.messaging.provider import CUT, HANG, HANG_UP, TRICKLE, Provider, Says, unsaved

SHORT = 0.3  # s
IN_DOUBT = (HANG, HANG_UP, CUT, TRICKLE, Says(b"<html>"), Says(b"<html>", 502), Says({}), Says({"unheard": "of"}))
NOT_TAKEN = (Says(b"<html>", 403), Says(b"", 302))


def check_faults(place: Provider, made: Callable[[str, float], Gateway], *first: Says) -> None:
    """`made` is given the address and the time-out; `first` are answers to what comes before the message."""
    for answer in IN_DOUBT:
        place.will_say(*first, answer)
        with pytest.raises(OutcomeUnknown):
            made(place.url, SHORT).send(unsaved(staff_id=1))
    for answer in NOT_TAKEN:
        place.will_say(*first, answer)
        with pytest.raises(ChannelDown):
            made(place.url, SHORT).send(unsaved(staff_id=1))
    with pytest.raises(ChannelDown):
        made("http://127.0.0.1:1", SHORT).send(unsaved(staff_id=1))
