"""Somebody writes, or answers, while an erasure is approved: nothing comes through in between. Mission A7."""

from datetime import datetime

from django.db import transaction

from accounts.models import Actor, Staff
from patients.models import Patient
from patients.services.erasing import approve_erasure
from patients.services.rights import RequestAlreadyClosed, refuse_request
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.patients.asked import ERASURE, approved, asked
from tests.patients.brought import complaints, imported

pytestmark = [on_a_server, with_threads]


def test_a_file_that_has_found_the_person_already_is_refused(
    system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    zhang = make.patient("张桂兰", hospital_number="H1")
    with transaction.atomic():
        approved(zhang, alice, dana, now)
        meanwhile = Meanwhile(lambda: imported("姓名,病案号\n章桂兰,H1\n", actor=system, at=now))
        meanwhile.wait_until_it_waits()
    assert complaints(meanwhile.outcome()) == [(2, "", "erased")]
    zhang.refresh_from_db()
    assert zhang.name == zhang.number


def test_what_was_refused_meanwhile_is_not_approved(alice: Staff, dana: Staff, now: datetime) -> None:
    zhang = make.patient("张桂兰")
    request = asked(zhang, alice, now, ERASURE)
    told = {"version": 1, "patient_version": zhang.version, "number": zhang.number}
    with transaction.atomic():
        refuse_request(request=request, version=1, answer="Withdrawn", actor=dana.actor, at=now)
        approve = {"request": request, **told, "actor": dana.actor, "at": now}
        meanwhile = Meanwhile(lambda: approve_erasure(**approve))  # type: ignore[arg-type]
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), RequestAlreadyClosed)
    assert Patient.objects.on_file().get() == zhang
