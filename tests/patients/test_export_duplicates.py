"""Possible duplicates as a file: for a purpose, both of whom one may carry away, masked unless allowed. Mission A2."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.services.staff import update_staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.filters import PairFilter
from patients.models import DuplicatePair
from patients.serializers.exports import PairExportSerializer
from patients.services.duplicates import decide_pair, pair_up
from patients.services.exports import PAIRS
from patients.services.merges import merge_patients
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_patients import sent

NUMBER, OTHER = "13800001234", "13900005678"
LIST, FILE, ROOM = "/patients/duplicates/", "/patients/duplicates/export/", "/api/v1/duplicates/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def pair(cataract: Department, now: datetime) -> DuplicatePair:
    one = make.patient("=张桂兰", NUMBER, department=cataract)
    return pair_up(one=one, other=make.patient("张贵兰", OTHER, department=cataract), at=now)


@pytest.fixture
def both(cataract: Department) -> Staff:
    """Looks at duplicates, and has figures, but may not export numbers."""
    return make.staff("both", "customer_service", "consultant", department=cataract)


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    request_export(export=PAIRS, wanted=wanted, **told)
    job = run_next_export(PAIRS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def names(staff: Staff, now: datetime, **wanted: object) -> list[str]:
    return [f"{row[1]} {row[7]}" for row in exported(staff, now, **wanted)]


def test_a_manager_carries_away_both_with_numbers_and_no_cell_is_run(
    pair: DuplicatePair, dana: Staff, now: datetime
) -> None:
    (row,) = exported(dana, now, state="open")
    assert {pair.older.number, "'=张桂兰", NUMBER, pair.newer.number, "张贵兰", OTHER} <= set(row)


def test_others_carry_away_those_both_of_whom_they_owe_something_masked(
    pair: DuplicatePair, both: Staff, now: datetime
) -> None:
    make.promise(pair.older, owner=both, at=now)
    assert exported(both, now) == []
    make.promise(pair.newer, owner=both, at=now)
    (row,) = exported(both, now)
    assert {"138****1234", "139****5678"} <= set(row)
    assert not {NUMBER, OTHER} & set(row)


def test_whoever_owes_one_of_them_nothing_any_more_does_not_get_the_file(
    pair: DuplicatePair, both: Staff, now: datetime
) -> None:
    owed, other = (make.promise(each, owner=both, at=now) for each in (pair.older, pair.newer))
    exported(both, now)
    browser, url = make.client_of(both), f"{FILE}{Job.objects.get().pk}/"
    assert browser.get(url).status_code == 200
    keep_promise(promise=owed, actor=both.actor, at=now)
    assert browser.get(url)["Location"] == "/jobs/"
    assert other.is_open


def test_only_what_is_in_the_file_counts(pair: DuplicatePair, both: Staff, now: datetime) -> None:
    for patient in (pair.older, pair.newer):
        make.promise(patient, owner=both, at=now)
    family = pair_up(one=make.patient("李一"), other=make.patient("李二"), at=now)
    decide_pair(pair=family, verdict=DuplicatePair.State.FAMILY, actor=both.actor, at=now)
    owed, _ = (make.promise(patient, owner=both, at=now) for patient in (family.older, family.newer))
    assert len(exported(both, now, state="open")) == 1
    keep_promise(promise=owed, actor=both.actor, at=now)
    decide_pair(pair=pair, verdict=DuplicatePair.State.ANOTHER, actor=both.actor, at=now)
    browser, url = make.client_of(both), f"{FILE}{Job.objects.get().pk}/"
    assert browser.get(url).status_code == 200
    DuplicatePair.objects.filter(pk=pair.pk).delete()
    assert browser.get(url)["Location"] == "/jobs/", "a pair that is gone may be of somebody erased"


def test_whoever_exports_numbers_no_more_does_not_get_the_file(pair: DuplicatePair, dana: Staff, now: datetime) -> None:
    exported(dana, now)
    browser, url = make.client_of(dana), f"{FILE}{Job.objects.get().pk}/"
    assert browser.get(url).status_code == 200
    roles = [Role.CUSTOMER_SERVICE, Role.CONSULTANT]
    update_staff(staff=dana, version=dana.version, values={}, roles=roles, actor=make.by(), at=now)
    assert make.client_of(dana).get(url)["Location"] == "/jobs/"


def test_it_holds_what_the_page_shows(pair: DuplicatePair, dana: Staff, now: datetime) -> None:
    family = pair_up(one=make.patient("李一"), other=make.patient("李二"), at=now)
    decide_pair(pair=family, verdict=DuplicatePair.State.FAMILY, actor=dana.actor, at=now)
    gone = pair_up(one=make.patient("王一"), other=make.patient("王二"), at=now)
    merge_patients(survivor=gone.older, merged=gone.newer, actor=dana.actor, at=now)
    desk = make.client_of(dana)
    for state, shown in (("open", "'=张桂兰 张贵兰"), ("decided", "李一 李二"), ("merged", "王一 王二")):
        assert names(dana, now, state=state) == [shown]
        page = desk.get(LIST, {"state": state}).content.decode()
        assert f'<input type="hidden" name="state" value="{state}">' in page
        assert shown.split()[1] in page


def test_what_is_decided_or_merged_meanwhile_takes_nothing_from_the_file(
    pair: DuplicatePair, dana: Staff, now: datetime
) -> None:
    exported(dana, now, state="open")
    merge_patients(survivor=pair.older, merged=pair.newer, actor=dana.actor, at=now)
    assert make.client_of(dana).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200


def test_asked_for_once_with_its_purpose_and_fetched(pair: DuplicatePair, dana: Staff, now: datetime) -> None:
    desk = make.client_of(dana)
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list", "state": "open"}
    for _ in range(2):
        assert desk.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(PAIRS, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="duplicates.exported").fields == ["export_list"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    for wrong in ({"purpose": "curious"}, {"state": "gone"}):
        assert desk.post(FILE, {**told, "submission": str(uuid4()), **wrong})["Location"] == LIST
    assert Job.objects.count() == 1


def test_neither_without_figures_nor_without_the_right_to_merge(pair: DuplicatePair, alice: Staff) -> None:
    clerk = make.staff("clerk", "customer_service")
    assert FILE not in make.client_of(clerk).get(LIST).content.decode()
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    for person in (clerk, alice):
        browser = make.client_of(person)
        assert browser.post(FILE, told).status_code == 403
        assert sent(browser, "post", ROOM, **told).status_code == 403
        assert browser.get(f"{FILE}1/").status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_by_what_became_of_them(pair: DuplicatePair, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "state": "open", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(PAIRS, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert "张贵兰" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert set(PairExportSerializer().fields) == {*PairFilter.base_filters, "format", "purpose", "submission"}
