"""The same over TLS, as it is outside of tests: certificates are looked at, and a cut is a cut there too."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.services.gateways.base import ChannelDown, OutcomeUnknown
from messaging.services.gateways.wire import Deadline, Request, hand_over
from tests.messaging.provider import CUT, HANG, HANG_UP, TRICKLE, Provider, Says, provider, request

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
SHORT = 0.5  # s


@pytest.fixture
def place(certificate: Path) -> Iterator[Provider]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with provider(tls=context) as place:
        yield place


@pytest.mark.usefixtures("trusted")
def test_arrives(place: Provider) -> None:
    place.will_say(Says({"fine": "好"}))
    assert hand_over(request(place), Deadline()) == {"fine": "好"}


def test_who_cannot_prove_its_name_is_told_nothing(place: Provider) -> None:
    with pytest.raises(ChannelDown, match="SSLCertVerificationError"):
        hand_over(request(place), Deadline())
    assert place.asked == []


@pytest.mark.usefixtures("trusted")
def test_the_name_must_be_the_right_one(place: Provider) -> None:
    with pytest.raises(ChannelDown, match="SSLCertVerificationError"):
        hand_over(Request(f"https://localhost:{place.port}/"), Deadline())
    assert place.asked == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("silence", [HANG, HANG_UP, CUT, TRICKLE])
def test_no_whole_answer_is_a_doubt(place: Provider, silence: str) -> None:
    place.will_say(silence)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        hand_over(request(place), Deadline(SHORT))
    assert time.monotonic() - began < SHORT + 1
    assert len(place.asked) == 1
