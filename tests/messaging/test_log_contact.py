"""One log of every try to reach somebody, by call or message, of all departments."""

from datetime import datetime

import pytest

from accounts.models import Staff
from messaging.models import ContactLog
from messaging.services.contact_log import log_contact
from patients.models import Contact
from tests import make


@pytest.mark.parametrize("reached", [True, False])
def test_a_try_counts_and_success_is_the_last_contact(alice: Staff, now: datetime, reached: bool) -> None:
    patient = make.patient("张桂兰")
    channel = ContactLog.Channel.PHONE
    log_contact(target=patient, channel=channel, reached=reached, source="attempt:1", actor=alice.actor, at=now)
    patient.refresh_from_db()
    assert patient.last_contact_at == (now if reached else None)
    assert list(patient.contactlogs.values_list("channel", "reached", "source", "logged_at")) == [
        ("phone", reached, "attempt:1", now)
    ]


def test_somebody_who_is_nobody_yet_counts_too(alice: Staff, now: datetime) -> None:
    caller = Contact.objects.create(digits="13800001234", created_at=now, created_by=alice.actor)
    channel = ContactLog.Channel.PHONE
    log_contact(target=caller, channel=channel, reached=True, source="attempt:2", actor=alice.actor, at=now)
    assert ContactLog.objects.get().target == caller
