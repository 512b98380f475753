"""One cap counts the calls of all departments: each call out once, and no call that came to us. Missions B3, J2."""

from datetime import datetime

import pytest

from accounts.models import Staff
from consult.models import Call
from messaging.models import ContactLog
from patients.models import Patient
from promises.models import Promise
from tests import make


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("direction", "contacts"), [("in", 0), ("out", 1)])
def test_however_much_a_call_settles_it_is_one_contact_and_none_where_they_rang_us(
    alice: Staff, patient: Patient, now: datetime, direction: str, contacts: int, named: bool
) -> None:
    owed = [make.promise(patient, owner=alice, at=now) for _ in range(2)]
    settles = {"settles": owed} if named else {}
    make.call(alice, patient, at=now, direction=Call.Direction(direction), **settles)
    assert ContactLog.objects.filter(is_counted=True).count() == contacts
    assert ContactLog.objects.filter(reached=True).count() == contacts + 2


def test_a_call_that_keeps_one_promise_and_settles_others_is_one_contact(
    alice: Staff, bob: Staff, patient: Patient, now: datetime
) -> None:
    ring_back, tried = (make.promise(patient, owner=owner, at=now) for owner in (bob, alice))
    make.call(alice, patient, at=now, direction=Call.Direction.OUT, tries=tried)
    assert not Promise.objects.open().filter(pk__in=[ring_back.pk, tried.pk]).exists()
    assert ContactLog.objects.filter(is_counted=True).count() == 1
