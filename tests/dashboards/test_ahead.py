"""On a patient's page: what is open, and how much of it is late."""

import re
from datetime import datetime, timedelta

import time_machine

from accounts.models import Staff
from tests import make
from tests.accounts.pages import in_english

HOUR = timedelta(hours=1)


def test_says_how_many_are_late_or_else_how_many_are_open(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    browser = in_english(make.client_of(alice))

    def told() -> str:
        as_part = {"HX-Request": "true", "HX-Target": "ahead"}
        part = browser.get(f"/patients/{patient.pk}/ahead/", headers=as_part).content.decode()
        found = re.search(r'innerHTML:#ahead-late">(.*?)\n', part)
        assert found is not None
        return re.sub("<[^>]*>", "", found[1])

    with time_machine.travel(now, tick=False):
        assert told() == ""
        make.promise(patient, owner=alice, at=now - HOUR, due_at=now + HOUR)
        assert told() == "1"
        make.promise(patient, owner=alice, at=now - HOUR, due_at=now - HOUR / 2)
        assert told() == "1 late"
