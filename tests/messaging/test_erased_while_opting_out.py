"""A number is stopped while the messages of its owner are being erased: neither waits for the other for ever."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Staff
from messaging.models import Channel, ContactLog, Message, MessageClass, OptOut
from messaging.services import opt_outs
from messaging.services.erasing import erase_messages
from promises.services.erasing import erase_promises
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.messaging.channels import setup_of
from tests.messaging.make import message
from tests.patients.asked import approved

NUMBER = "13800001234"
pytestmark = [on_a_server, with_threads]


def test_an_opt_out_at_the_number_and_the_erasure_both_come_to_their_end(
    alice: Staff, dana: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup_of("aliyun")
    patient, way = make.patient("张桂兰", NUMBER), OptOut.Way.COLLEAGUE
    opt_outs.opt_out(patient=patient, way=way, actor=alice.actor, at=now)
    message(patient, now, channel=Channel.SMS, message_class=MessageClass.MARKETING)
    approved(patient, alice, dana, now)
    erase_promises(at=now)
    erasures: list[Meanwhile] = []
    stop = opt_outs._stop_open

    def erased_meanwhile(*args: Any, **values: Any) -> None:
        if not erasures:
            erasures.append(Meanwhile(lambda: erase_messages(at=now)))
            erasures[0].wait_until_it_waits()
        stop(*args, **values)

    monkeypatch.setattr(opt_outs, "_stop_open", erased_meanwhile)
    opt_outs.opt_out(channel=ContactLog.Channel.SMS, address=NUMBER, way=way, actor=alice.actor, at=now)
    assert erasures[0].outcome() == 1
    assert OptOut.objects.open().exclude(digest="").count() == 1
    assert not Message.objects.open().exists()
