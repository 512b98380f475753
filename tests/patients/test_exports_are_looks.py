"""Whoever carries a list of patients away has looked, whichever list it is. Mission A7."""

from datetime import datetime, timedelta
from operator import attrgetter

import pytest

from accounts.models import Staff
from consult.services.exports import CALLS
from dashboards.services.audit import AUDIT
from dashboards.services.look_exports import LOOKS
from hospital_crm.lib.exports import ExportPurpose
from institution.models import Setting
from jobs.services.exports import Export, request_export
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS
from patients.models import LookToCheck
from patients.services import unusual
from patients.services.exports import COLLEAGUES, CONTROL, EMPLOYEES, EXPORTS, PAIRS, PEOPLE, REQUESTS
from promises.services.exports import PROMISES

COUNTED = [PEOPLE, PAIRS, EMPLOYEES, CONTROL, REQUESTS, COLLEAGUES, CALLS, PROMISES, MESSAGES]
OTHERS = [export for export in (*EXPORTS, OPT_OUTS, LOOKS, AUDIT) if export not in COUNTED]
BY_NAME = attrgetter("name")


def carry_away(export: Export, staff: Staff, at: datetime) -> None:
    request_export(export=export, wanted={}, kind="csv", purpose=ExportPurpose.LIST, staff=staff, at=at)


@pytest.mark.parametrize("export", COUNTED, ids=BY_NAME)
def test_it_is_one_look_at_nobody_in_particular(export: Export, alice: Staff, now: datetime) -> None:
    Setting.objects.filter(key="patients.looks_floor_of_new").update(value=1)
    yesterday = now - timedelta(days=1)
    carry_away(export, alice, yesterday)
    assert unusual.find_unusual_looks(at=now) == 0
    carry_away(export, alice, yesterday)
    assert unusual.find_unusual_looks(at=now) == 1
    behind = unusual.looks_behind(LookToCheck.objects.get())
    assert [(entry.verb, entry.whom) for entry in behind] == [(export.verb, None)] * 2


@pytest.mark.parametrize("export", OTHERS, ids=BY_NAME)
def test_one_that_is_not_about_patients_or_about_one_alone_is_none_by_itself(
    export: Export, alice: Staff, now: datetime
) -> None:
    carry_away(export, alice, now)
    assert not unusual.looks_of(alice, since=now.date(), until=now.date()).exists()


def test_whoever_adds_a_list_says_which_of_the_two_it_is() -> None:
    assert {export.name for export in OTHERS} == {
        "audit", "contacts", "looks", "opt-outs", "organisation-visits", "organisations", "unusual-looks", "visits",
    }  # fmt: skip
