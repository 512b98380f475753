"""The scan for duplicates: who is compared, what is found, and what nobody is asked twice. Mission A4."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from accounts.models import AuditEntry
from hospital_crm.lib.phones import read_phone
from institution.models import Setting
from patients.models import DuplicatePair, Identifier, Patient, Phone
from patients.services import match_keys, scan
from patients.services.duplicates import PairAlreadyDecided, decide_pair, pair_up, reopen_pair
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from patients.services.patients import NewPhone, register_patient, update_patient
from patients.services.scan import scan_some
from patients.services.survivors import SamePerson
from patients.tasks import long_gather_late_rows, long_scan_duplicates
from tests import make

BORN = date(1953, 8, 4)
PHONE = "13800001234"
CARD = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")  # the worked example of the standard


def scanned(now: datetime) -> list[tuple[str, str, str]]:
    """Who looks like whom, and what became of it."""
    while scan_some(at=now):
        pass
    pairs = DuplicatePair.objects.select_related("older", "newer").order_by("pk")
    return [(pair.older.name, pair.newer.name, pair.state) for pair in pairs]


def changed(patient: Patient, now: datetime, **values: Any) -> None:
    patient.refresh_from_db()
    update_patient(patient=patient, version=patient.version, values=values, actor=make.by(), at=now)


@pytest.fixture
def two(db: None) -> tuple[Patient, Patient]:
    return make.patient("张桂兰", birth_date=BORN), make.patient("张桂兰", birth_date=BORN)


@pytest.mark.parametrize(
    ("one", "other", "phone"),
    [
        ({"name": "张桂兰", "birth_date": BORN}, {"name": "张桂兰", "birth_date": BORN}, ""),
        ({"name": "肖红", "birth_date": BORN}, {"name": "萧红", "birth_date": BORN}, ""),
        ({"name": "张桂兰"}, {"name": "张桂兰"}, PHONE),
        ({"name": "张桂兰", "birth_year": 1953}, {"name": "张贵兰", "birth_date": BORN}, PHONE),
        ({"name": "单雄", "birth_date": BORN}, {"name": "善雄", "birth_date": BORN}, ""),
        ({"name": "Li Xue", "birth_date": BORN}, {"name": "李雪", "birth_date": BORN}, PHONE),
        ({"name": "①②", "birth_date": BORN}, {"name": "①②", "birth_date": BORN}, ""),
    ],
)
def test_who_may_be_one_is_found(
    one: dict[str, Any], other: dict[str, Any], phone: str, db: None, now: datetime
) -> None:
    for values in (one, other):
        make.patient(phone=phone, **values)
    assert scanned(now) == [(one["name"], other["name"], "open")]


def test_one_card_is_enough(db: None, now: datetime) -> None:
    for name in ("张桂兰", "王建军"):
        add_identifier(patient=make.patient(name), new=CARD, actor=make.by(), at=now)
    scanned(now)
    pair = DuplicatePair.objects.get()
    assert (pair.score, pair.is_certain) == (100, True)
    with override("en"):
        assert pair.reason_labels == ["same identity document", "another name"]


def test_a_family_at_one_phone_is_not_listed(db: None, now: datetime) -> None:
    for name, owner, born in (("张桂兰", "own", 1953), ("张小雪", "parent", 1980), ("张小雨", "parent", 1980)):
        phones = [NewPhone(read_phone(PHONE), Phone.Owner(owner))]
        values = {"name": name, "birth_year": born}
        register_patient(values=values, phones=phones, actor=make.by(), at=now)
    assert scanned(now) == []


def test_only_who_is_new_or_has_changed_is_compared(two: tuple[Patient, Patient], now: datetime) -> None:
    assert scan_some(at=now) == 2
    assert scan_some(at=now) == 0
    changed(two[0], now, card="K7")  # nobody is compared by it
    assert scan_some(at=now) == 0
    changed(two[0], now, birth_date=date(1954, 1, 1))
    assert scan_some(at=now) == 1
    assert list(DuplicatePair.objects.all()) == []  # no longer alike
    make.phone(two[0], PHONE)
    assert scan_some(at=now) == 1


def test_stopped_it_goes_on_where_it_was(
    two: tuple[Patient, Patient], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "AT_ONCE", 1)
    assert scan_some(at=now) == 1
    assert list(DuplicatePair.objects.all()) == []
    assert scan_some(at=now) == 1
    assert DuplicatePair.objects.count() == 1


def test_what_a_crowd_shares_says_nothing(
    two: tuple[Patient, Patient], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_keys, "CROWD", 2)
    make.patient("张桂兰", birth_date=BORN)
    assert scanned(now) == []


def test_from_which_likeness_is_for_the_hospital_to_say(two: tuple[Patient, Patient], now: datetime) -> None:
    Setting.objects.filter(key="patients.likeness_listed").update(value=70)
    assert scanned(now) == []


def test_family_is_remembered_and_not_asked_again(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    decide_pair(pair=DuplicatePair.objects.get(), verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
    changed(two[0], now, sex="female")
    changed(two[1], now, hospital_number="H1")
    make.phone(two[1], PHONE)
    assert scanned(now) == [("张桂兰", "张桂兰", "family")]
    entries = AuditEntry.objects.filter(verb="patient.duplicate_decided").order_by("subject_id")
    assert [(entry.subject_id, entry.fields) for entry in entries] == [(row.pk, ["verdict_family"]) for row in two]


def test_it_is_asked_anew_when_what_made_them_alike_changes(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    decide_pair(pair=DuplicatePair.objects.get(), verdict=DuplicatePair.State.ANOTHER, actor=make.by(), at=now)
    for patient in two:
        make.phone(patient, PHONE)
    assert scanned(now) == [("张桂兰", "张桂兰", "open")]


def test_a_verdict_outlives_a_time_in_which_they_were_less_alike(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    decide_pair(pair=DuplicatePair.objects.get(), verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
    for born in (date(1960, 1, 1), BORN):
        changed(two[0], now, birth_date=born)
        assert scanned(now) == [("张桂兰", "张桂兰", "family")]


def test_it_is_decided_once_and_can_be_reopened(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    pair = DuplicatePair.objects.get()
    with pytest.raises(PairAlreadyDecided):
        reopen_pair(pair=pair, actor=make.by(), at=now)
    decide_pair(pair=pair, verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
    with pytest.raises(PairAlreadyDecided):
        decide_pair(pair=pair, verdict=DuplicatePair.State.ANOTHER, actor=make.by(), at=now)
    assert reopen_pair(pair=pair, actor=make.by(), at=now).is_open


def test_whoever_is_merged_is_compared_no_more(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    merge_patients(survivor=two[0], merged=two[1], actor=make.by(), at=now)
    make.patient("张桂兰", birth_date=BORN)
    assert scanned(now) == [("张桂兰", "张桂兰", "merged"), ("张桂兰", "张桂兰", "open")]
    assert DuplicatePair.objects.open().get().older == two[0]


def test_any_two_can_be_looked_at(db: None, now: datetime) -> None:
    one, other = make.patient("张桂兰"), make.patient("王建军")
    pair = pair_up(one=other, other=one, at=now)
    assert (pair.older, pair.newer, pair.score, pair.reasons) == (one, other, 0, ["other_name"])
    assert pair_up(one=one, other=other, at=now) == pair
    with pytest.raises(SamePerson):
        pair_up(one=one, other=one, at=now)


def test_whom_somebody_compares_by_hand_the_scan_leaves_there(db: None, now: datetime) -> None:
    pair = pair_up(one=make.patient("张桂兰"), other=make.patient("欧阳修"), at=now)
    assert scanned(now) == [("张桂兰", "欧阳修", "open")]
    assert DuplicatePair.objects.get() == pair


def test_whom_the_scan_found_and_somebody_compares_stays_too(two: tuple[Patient, Patient], now: datetime) -> None:
    scanned(now)
    pair_up(one=two[0], other=two[1], at=now)
    changed(two[0], now, name="欧阳修")
    assert scanned(now) == [("欧阳修", "张桂兰", "open")]


@pytest.mark.parametrize("born", [BORN, date(1960, 1, 1)])
def test_whoever_decides_while_the_scan_compares_is_not_overruled(
    two: tuple[Patient, Patient], now: datetime, monkeypatch: pytest.MonkeyPatch, born: date
) -> None:
    """Neither where they have become likelier, nor where they are likely no more."""
    scanned(now)
    pair, read = DuplicatePair.objects.get(), scan._pairs_of
    for patient in two:
        make.phone(patient, PHONE)
    changed(two[0], now, birth_date=born)

    def decided_after_reading(patients: list[int]) -> list[DuplicatePair]:
        found = read(patients)
        decide_pair(pair=pair, verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
        return found

    monkeypatch.setattr(scan, "_pairs_of", decided_after_reading)
    scan_some(at=now)
    pair.refresh_from_db()
    assert pair.state == DuplicatePair.State.FAMILY


def test_the_task_does_it_too(two: tuple[Patient, Patient]) -> None:
    long_scan_duplicates()
    assert DuplicatePair.objects.count() == 1
    long_gather_late_rows()  # there is none


def test_the_command_says_what_it_found(two: tuple[Patient, Patient], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("scan_duplicates")
    assert "2 people compared; 1 possible duplicates to be looked at." in capsys.readouterr().out
