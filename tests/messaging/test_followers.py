"""Under which open id a patient follows the official account: typed, masked, shown for a purpose. Mission F2."""

from datetime import datetime

import pytest

from accounts.models import AuditEntry, Staff
from messaging.services.followers import NoOfficialAccount, NotAnOpenId, OpenIdOfAnother, follower_of, name_follower
from messaging.services.gateways.addresses import open_id_of
from patients.models import Identifier, Patient
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent
from tests.messaging.channels import APP_ID, OPEN_ID, setup_of
from tests.messaging.test_channel_addresses import to

OTHER = OPEN_ID[::-1]


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰")


@pytest.fixture
def _account(db: None) -> None:
    setup_of("wechat")


def named(patient: Patient, open_id: str, at: datetime) -> Identifier | None:
    return name_follower(patient=patient, open_id=open_id, actor=make.by(), at=at)


@pytest.mark.usefixtures("_account")
def test_messages_go_there_and_it_is_kept_sealed(zhang: Patient, now: datetime) -> None:
    row = named(zhang, OPEN_ID, now)
    assert row is not None
    assert open_id_of(to(patient=zhang), APP_ID) == OPEN_ID
    assert (OPEN_ID in row.sealed, row.shown.strip("*")) == (False, OPEN_ID[-3:])


@pytest.mark.usefixtures("_account")
def test_another_one_replaces_it_and_none_takes_it_off(zhang: Patient, now: datetime) -> None:
    named(zhang, OPEN_ID, now)
    named(zhang, OPEN_ID, now)  # as it was
    named(zhang, OTHER, now)
    assert [each.value for each in zhang.identifiers.all()] == [OTHER]
    assert named(zhang, "", now) is None
    entries = AuditEntry.objects.filter(verb__startswith="patient.identifier").order_by("pk")
    assert [entry.verb.rpartition("_")[2] for entry in entries] == ["added", "added", "removed"]


@pytest.mark.usefixtures("_account")
def test_one_open_id_is_one_patient(zhang: Patient, now: datetime) -> None:
    named(zhang, OPEN_ID, now)
    with pytest.raises(OpenIdOfAnother):
        named(make.patient("赵云"), OPEN_ID, now)


@pytest.mark.usefixtures("_account")
def test_what_is_no_open_id_is_refused(zhang: Patient, now: datetime) -> None:
    with pytest.raises(NotAnOpenId):
        named(zhang, "zhang", now)


def test_without_an_account_there_is_nothing_to_follow(zhang: Patient, now: datetime) -> None:
    with pytest.raises(NoOfficialAccount):
        named(zhang, OPEN_ID, now)
    assert follower_of(zhang) is None


@pytest.mark.usefixtures("_account")
def test_the_form_never_shows_it_and_the_page_masks_it(zhang: Patient, dana: Staff) -> None:
    desk, url = in_english(make.client_of(dana)), f"/patients/{zhang.pk}/wechat/"
    page = desk.post(url, {"open_id": OPEN_ID}, follow=True).content.decode()
    assert ("WeChat open ID" in page, OPEN_ID[-3:] in page, OPEN_ID in page) == (True, True, False)
    form = desk.get(url).content.decode()
    assert ("is on file. What is typed here replaces it." in form, OPEN_ID in form) == (True, False)
    kept = desk.post(url, {"open_id": "no"}).content.decode()
    assert ("An open ID has 20 to 40" in kept, 'value="no"' in kept) == (True, True)
    refused = desk.post(f"/patients/{make.patient('赵云').pk}/wechat/", {"open_id": OPEN_ID}).content.decode()
    assert "Another patient has this open ID already." in refused
    desk.post(url, {"open_id": "", "forgets": "on"})
    assert follower_of(zhang) is None


@pytest.mark.usefixtures("_account")
def test_programs_do_the_same(zhang: Patient, dana: Staff) -> None:
    client, url = make.client_of(dana), "/api/v1/followers/"
    answer = sent(client, "post", url, patient=zhang.pk, open_id=OPEN_ID)
    assert answer.json()["shown"].strip("*") == OPEN_ID[-3:]
    identifier = client.get(f"/api/v1/patients/{zhang.pk}/identifiers/").json()[0]
    assert OPEN_ID not in str(identifier)
    shown = sent(client, "post", f"/api/v1/identifiers/{identifier['id']}/reveal/", purpose="correct")
    assert shown.json()["number"] == OPEN_ID
    assert sent(client, "post", url, patient=zhang.pk, open_id="").json()["shown"] == ""


def test_whoever_does_not_find_the_patient_finds_no_form(zhang: Patient, frank: Staff) -> None:
    assert make.client_of(frank).get(f"/patients/{zhang.pk}/wechat/").status_code == 403


@pytest.mark.usefixtures("_account")
def test_a_merge_takes_it_over_and_its_undoing_gives_it_back(zhang: Patient, now: datetime) -> None:
    other = make.patient("张桂蓝")
    named(zhang, OPEN_ID, now)
    merge = merge_patients(survivor=other, merged=zhang, actor=make.by(), at=now)
    assert follower_of(other) is not None
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert (follower_of(other), follower_of(zhang) is not None) == (None, True)
