"""A patient's e-mail address: typed, masked everywhere, shown for a purpose, forgotten with the person. Mission A7."""

from datetime import datetime

import pytest

from accounts.models import AuditEntry, Staff
from messaging.services.gateways.addresses import email_of
from patients.models import Patient, Reveal
from patients.reports.columns import COLUMNS, Reading
from patients.services.addresses import reveal_email
from patients.services.exports.people import _row
from patients.services.forgetting import forget_names, words_of
from patients.services.identifiers import MayNotReveal
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent
from tests.messaging.test_channel_addresses import to
from tests.patients.brought import imported
from tests.patients.test_home_address import edit

MAIL, MASKED = "zhang.guilan@example.com", "zh****@example.com"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", email=MAIL)


def test_messages_go_to_it(zhang: Patient) -> None:
    assert email_of(to(patient=zhang)) == MAIL
    assert email_of(to(patient=make.patient("赵云"))) == ""


def test_the_form_says_only_that_there_is_one_and_leaves_it(zhang: Patient, dana: Staff) -> None:
    text = edit(zhang, dana, name="张贵兰")
    assert (MAIL in text, "One is on file" in text, zhang.email) == (False, True, MAIL)
    edit(zhang, dana, email="new@example.com")
    assert zhang.email == "new@example.com"
    edit(zhang, dana, forgets_email="on")
    assert zhang.email == ""


def test_what_is_no_address_is_refused_at_its_field(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, email="zhang at example")
    assert zhang.email == MAIL
    answer = sent(make.client_of(dana), "patch", f"/api/v1/patients/{zhang.pk}/", email="zhang", version=zhang.version)
    assert answer.json()["errors"].keys() == {"email"}


def test_it_is_masked_on_the_page_and_shown_for_a_purpose(zhang: Patient, dana: Staff) -> None:
    desk, url = in_english(make.client_of(dana)), f"/patients/{zhang.pk}/"
    page = desk.get(url).content.decode()
    assert (MASKED in page, MAIL in page) == (True, False)
    assert MAIL in desk.post(f"{url}email/reveal/", {"purpose": "correct"}).content.decode()
    entry = AuditEntry.objects.get(verb="patient.email_revealed")
    assert (entry.subject_id, entry.fields) == (zhang.pk, ["purpose_correct"])


def test_whoever_may_not_reveal_numbers_is_not_shown_it(zhang: Patient, frank: Staff, now: datetime) -> None:
    with pytest.raises(MayNotReveal):
        reveal_email(patient=zhang, purpose=Reveal.Purpose.CALL, staff=frank, at=now)


def test_programs_write_it_and_read_it_masked(zhang: Patient, dana: Staff) -> None:
    client, url = make.client_of(dana), f"/api/v1/patients/{zhang.pk}/"
    answer = sent(client, "patch", url, email="li.na@example.com", version=zhang.version)
    assert answer.json()["email"] == "li****@example.com"
    shown = sent(client, "post", f"{url}reveal-email/", purpose="correct")
    assert shown.json() == {"email": "li.na@example.com"}


def test_lists_and_files_mask_it(zhang: Patient, now: datetime) -> None:
    assert COLUMNS["email"].text(zhang, Reading(now)) == MASKED
    assert (MASKED in _row(zhang, "", in_clear=False), MAIL in _row(zhang, "", in_clear=True)) == (True, True)


def test_a_file_brings_it(db: None, now: datetime) -> None:
    run = imported(f"编号,姓名,邮箱\n1,赵云,{MAIL}\n2,何建平,kein\n", actor=make.by(), at=now)
    assert list(Patient.objects.values_list("name", "email")) == [("赵云", MAIL)]
    assert run.faults.get().code == "no_email"


def test_a_merge_takes_it_over_and_its_undoing_gives_it_back(zhang: Patient, now: datetime) -> None:
    other = make.patient("张桂蓝")
    merge = merge_patients(survivor=other, merged=zhang, actor=make.by(), at=now)
    other.refresh_from_db()
    assert other.email == MAIL
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert dict(Patient.objects.values_list("name", "email")) == {"张桂蓝": "", "张桂兰": MAIL}


def test_it_is_forgotten_with_the_person(zhang: Patient, now: datetime) -> None:
    assert MAIL in words_of([zhang.pk])
    forget_names([zhang.pk], now)
    zhang.refresh_from_db()
    assert zhang.email == ""
