"""The copy of everything that is held about a person: what is in it, what is left out, who fetches it. Mission A7."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from accounts import audit
from accounts.models import AuditEntry, Department, Staff
from consult.models import Call
from dashboards.reports.paper import LABELS, TITLES, sections_of
from dashboards.services.copies import FORMAT, VERSION, content_of, write_next_copy
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.phones import read_phone
from institution.models import Setting
from jobs.models import Job, StoredFile
from jobs.services.files import remove_old_files
from messaging.models import ContactLog, InboundText, Message, MessageClass
from messaging.services.contact_log import log_contact
from patients.kinship import Tie
from patients.models import DataRequest, Identifier, Patient, Phone, Purpose, Reveal
from patients.services import copies
from patients.services.consents import Decision, record_consent
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from patients.services.patients import NewPhone
from patients.services.phone_checks import update_phone
from patients.services.phones import add_phone, reveal_phone
from patients.services.relatives import Named, add_relative
from patients.services.rights import NotACopy, RequestAlreadyClosed, refuse_request
from patients.services.unmerging import undo_merge
from promises.models import Promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent
from tests.messaging.make import message
from tests.messaging.test_take_reply import answers
from tests.patients.asked import ERASURE, asked

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "person-copy.md"
ROW, WORD = re.compile(r"^\| `(\w+)` \| (`.*?)(?: \(.*|; then.*)? \|$", re.MULTILINE), re.compile(r"`(\w+)`")
PHONE_CALL = ContactLog.Channel.PHONE
PHONE, ID, RELATIVE, CHILDS = "13800001234", "11010519491231002X", "13700004321", "13700001111"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", PHONE, address="湖滨路 1 号", language="en")


@pytest.fixture
def request_of_zhang(zhang: Patient, alice: Staff, now: datetime) -> DataRequest:
    return asked(zhang, alice, now)


def written(request: DataRequest, by: Staff, at: datetime) -> dict[str, Any]:
    """What stands in the file."""
    copies.ask_for_copy(request=request, actor=by.actor, at=at)
    assert write_next_copy(now=lambda: at) is not None
    stored = StoredFile.objects.get(kind="json")
    with stored.content.open("rb") as raw:
        content: dict[str, Any] = json.load(raw)
    return content


def test_it_holds_numbers_in_clear_in_the_persons_language(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    card = NewIdentifier(Identifier.Type.RESIDENT_ID, ID)
    add_identifier(patient=zhang, new=card, actor=make.by(), at=now)
    record_consent(patient=zhang, decision=Decision(Purpose.STORY, is_given=True), actor=make.by(), at=now)
    make.visit(zhang, starts_at=now, diagnoses=["H25.9 Cataract"])
    content = written(request_of_zhang, dana, now)
    assert (content["format"], content["version"], content["language"]) == (FORMAT, VERSION, "en")
    sections = content["sections"]
    assert sections["person"][0]["address"] == "湖滨路 1 号"
    assert sections["phones"][0]["phone"].replace(" ", "") == PHONE
    assert sections["documents"][0]["number"] == ID
    assert sections["visits"][0]["kind"] == {"code": "outpatient", "text": "Outpatient"}
    assert sections["visits"][0]["diagnoses"] == "H25.9 Cataract"
    assert sections["consents"][0]["is_given"] is True
    assert sections["data_requests"][0]["state"]["code"] == "open"


def test_calls_promises_and_looks_are_in_it(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    make.promise(zhang, owner=alice, note="Ring with the results", at=now)
    make.call(alice, zhang, question="How much?", answer="57", at=now)
    with time_machine.travel(now, tick=False):
        make.client_of(alice).get(f"/patients/{zhang.pk}/")
    sections = written(request_of_zhang, dana, now)["sections"]
    assert sections["calls"][0]["topics"]
    assert sections["promises"][0]["kind"]["code"] == "ring_back"
    assert {"Patient's page opened", "Consult line"} <= {
        str(value) for row in sections["looks"] for value in row.values()
    }


def test_of_a_message_it_says_of_which_class_it_was_and_what_became_of_it(
    request_of_zhang: DataRequest, zhang: Patient, now: datetime
) -> None:
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    came = {"state": "failed", "reason": "not_delivered", "fate": "not_delivered", "settled_at": now}
    Message.objects.filter(pk=mail.pk).update(**came)
    (row,) = content_of(request_of_zhang, at=now)["sections"]["messages"]
    told = {name: row[name]["code"] for name in ("message_class", "reason", "fate")}
    assert told == {"message_class": "care", "reason": "not_delivered", "fate": "not_delivered"}


def test_its_shape_is_the_documented_one_and_every_field_has_its_words(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    add_identifier(patient=zhang, new=NewIdentifier(Identifier.Type.RESIDENT_ID, ID), actor=make.by(), at=now)
    add_relative(patient=zhang, relative=Named("张小雨"), tie=Tie("child"), actor=make.by(), at=now)
    add_employee(organisation=make.organisation(), patient=zhang, values={}, actor=make.by(), at=now)
    record_consent(patient=zhang, decision=Decision(Purpose.STORY, is_given=True), actor=make.by(), at=now)
    make.visit(zhang, starts_at=now)
    make.promise(zhang, owner=alice, at=now)
    make.call(alice, zhang, at=now)
    log_contact(target=zhang, channel=PHONE_CALL, reached=True, source="call:1", actor=make.by(), at=now)
    message(zhang, now, channel="email", message_class=MessageClass.CARE)
    answers("TD", now)
    audit.record_look(actor=alice.actor, verb="patient.opened", subject=zhang, at=now)
    sections = content_of(request_of_zhang, at=now)["sections"]
    documented = dict(ROW.findall(DOCUMENTED.read_text(encoding="utf-8")))
    for name, rows in sections.items():
        assert list(rows[0]) == WORD.findall(documented[name]), name
        assert rows[0].keys() <= LABELS.keys()
    assert sections.keys() == TITLES.keys()


def test_what_somebody_else_may_have_written_is_not_in_it(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    answers("我疼", now)
    other = answers("他疼", now, number=CHILDS, key="2")
    InboundText.objects.filter(pk=other.pk).update(patient=zhang, contact=None)
    texts = [row["text"] for row in content_of(request_of_zhang, at=now)["sections"]["texts"]]
    assert texts == ["我疼", "Another person's number"]


def test_a_label_says_what_it_means_in_its_section(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    make.visit(zhang, starts_at=now, external_id="7", scope="his")
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    Message.objects.filter(pk=mail.pk).update(address=PHONE)
    phone = zhang.phones.get()
    reveal_phone(phone=phone, purpose=Reveal.Purpose.CALL, staff=dana, at=now)
    request_of_zhang.patient.language = "zh-hans"
    content = content_of(request_of_zhang, at=now)
    with override("zh-hans"):
        told = {section.title: dict(section.records[0]) for section in sections_of(content) if section.records}
    assert told["基本信息"]["家庭住址"] == "湖滨路 1 号"
    assert told["就诊"]["系统"] == "his"
    assert "发往" in told["消息"]
    assert told["查阅记录"]["用途或字段"] == "要拨打"


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("13800001234", "138 0000 1234"),
        ("+8613800001234", "138 0000 1234"),
        ("138 0000 1234", "138 0000 1234"),
        ("057155500100", "0571 5550 0100"),
        ("zhang@example.com", "zhang@example.com"),
        ("12", "12"),
        ("9" * 25, "9" * 25),
        ("Another person's number", "Another person's number"),
    ],
)
def test_on_paper_numbers_have_one_spelling(kept: str, told: str) -> None:
    rows = {"phones": [{"phone": kept}], "calls": [{"phone": kept}], "messages": [{"address": kept}]}
    paper = [section for section in sections_of({"sections": rows}) if section.records]
    assert [[text for _, text in section.records[0]] for section in paper] == [[told]] * 3


def test_who_other_people_are_and_what_staff_noted_is_left_out_and_it_says_so(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    son = Named("张小雨", read_phone(RELATIVE))
    add_relative(patient=zhang, relative=son, tie=Tie("child"), actor=make.by(), at=now)
    said = {"question": "张小雨问报告", "answer": "Told 张小雨"}
    call = make.call(alice, zhang, number=RELATIVE, **said, at=now)
    Call.objects.filter(pk=call.pk).update(caller_name="王建军", note="Sounded cross", condition="张小雨代诉")
    make.promise(zhang, owner=alice, note=f"回电话给张小雨 {RELATIVE}", at=now)
    add_phone(patient=zhang, phone=NewPhone(read_phone(CHILDS), owner=Phone.Owner.CHILD), actor=make.by(), at=now)
    for number in (CHILDS, PHONE):
        mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
        Message.objects.filter(pk=mail.pk).update(address=number)
    content = written(request_of_zhang, dana, now)
    text = json.dumps(content, ensure_ascii=False)
    for word in ("张小雨", RELATIVE, CHILDS, "王建军", "Sounded cross", "Alice"):
        assert word not in text.replace(" ", "")
    sections = content["sections"]
    assert sections["relatives"][0]["role"]["code"] == "child"
    assert sections["calls"][0]["phone"] == "Another person's number"
    assert [row["address"] for row in sections["messages"]] == ["Another person's number", PHONE]
    assert len(content["left_out"]) == 6


def test_a_number_that_turned_out_to_be_somebody_elses_is_not_given_out(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    phone, wrong = zhang.phones.get(), {"checked_as": Phone.Check.WRONG}
    update_phone(phone=phone, version=phone.version, values=wrong, actor=dana.actor, at=now)
    sections = written(request_of_zhang, dana, now)["sections"]
    assert [row["phone"] for row in sections["phones"]] == ["Another person's number"]
    assert PHONE not in json.dumps(sections).replace(" ", "")


def test_nobody_learns_by_it_of_what_concerns_oneself(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    """What is about a colleague is in nobody's copy, and everybody fetches it: so that nothing tells there is any."""
    keep_up_with_rows(actor=make.by(), at=now)
    before = content_of(request_of_zhang, at=now)
    promise = make.promise(zhang, owner=alice, excluded=[dana], at=now)
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    mail.excluded.set([dana])
    audit.record_look(actor=alice.actor, verb="promise.opened", subject=promise, at=now)
    record_attempt(promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now)
    keep_up_with_rows(actor=make.by(), at=now)
    assert content_of(request_of_zhang, at=now) == before
    written(request_of_zhang, dana, now)
    browser = make.client_of(dana)
    assert "/copy/fetch/" in browser.get(f"/patients/requests/{request_of_zhang.pk}/").content.decode()
    assert fetch(browser, request_of_zhang, purpose="send", form="json").status_code == 200


def test_whom_something_concerns_owes_the_answer_like_anybody(
    zhang: Patient, alice: Staff, dana: Staff, glaucoma: Department, now: datetime
) -> None:
    make.staff("olga", "manager", department=glaucoma)
    make.promise(zhang, owner=alice, excluded=[dana], at=now)
    asked(zhang, alice, now)
    keep_up_with_rows(actor=make.by(), at=now)
    assert Promise.objects.get(kind="data_right").owner == dana


def test_it_is_in_chinese_for_whoever_has_no_language(alice: Staff, now: datetime) -> None:
    request = asked(make.patient("王建军", sex="male"), alice, now)
    content = content_of(request, at=now)
    assert (content["language"], content["sections"]["person"][0]["sex"]["text"]) == ("zh-hans", "男")


def test_only_for_an_open_request_for_a_copy(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    with pytest.raises(NotACopy):
        copies.ask_for_copy(request=asked(zhang, alice, now, ERASURE), actor=dana.actor, at=now)
    refuse_request(request=request_of_zhang, version=1, answer="No", actor=dana.actor, at=now)
    with pytest.raises(RequestAlreadyClosed):
        copies.ask_for_copy(request=request_of_zhang, actor=dana.actor, at=now)


def test_what_breaks_while_it_is_written_is_said(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    copies.ask_for_copy(request=request_of_zhang, actor=dana.actor, at=now)
    Job.objects.update(parameters={"request": 0})
    with pytest.raises(DataRequest.DoesNotExist):
        write_next_copy(now=lambda: now)
    assert Job.objects.get().state == "failed"
    page = in_english(make.client_of(dana)).get(f"/patients/requests/{request_of_zhang.pk}/").content.decode()
    assert "could not be written" in page


@pytest.fixture
def manager(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> Client:
    """For whom the copy is written."""
    written(request_of_zhang, dana, now)
    return in_english(make.client_of(dana))


def fetch(browser: Client, request: DataRequest, **told: str) -> Any:
    return browser.post(f"/patients/requests/{request.pk}/copy/fetch/", told)


def test_it_is_fetched_for_a_purpose_and_that_is_a_look(
    manager: Client, request_of_zhang: DataRequest, zhang: Patient, dana: Staff
) -> None:
    file = fetch(manager, request_of_zhang, purpose="send", form="json")
    assert json.loads(b"".join(file.streaming_content))["format"] == FORMAT
    entry = AuditEntry.objects.about(zhang).get(verb="data_request.copy_fetched")
    assert (entry.actor, entry.fields) == (dana.actor, ["copy_send"])
    assert "Copy of a person" in manager.get(f"/patients/{zhang.pk}/looks/").content.decode()


def main_acts(page: str) -> list[str]:
    """The words on what the page sets off as the next thing to do."""
    found = re.findall(r'class="btn btn-primary"[^>]*>(.*?)</(?:a|button)>', page.partition("<main")[2], re.DOTALL)
    return [re.sub(r"<[^>]*>", "", words).strip() for words in found]


def test_its_page_sets_off_one_thing_to_do_next(dana: Staff, request_of_zhang: DataRequest, now: datetime) -> None:
    browser, url = in_english(make.client_of(dana)), f"/patients/requests/{request_of_zhang.pk}/"
    shown = [main_acts(browser.get(url).content.decode())]
    copies.ask_for_copy(request=request_of_zhang, actor=dana.actor, at=now)
    shown.append(main_acts(browser.get(url).content.decode()))
    write_next_copy(now=lambda: now)
    shown.append(main_acts(browser.get(url).content.decode()))
    fetch(browser, request_of_zhang, purpose="hand_over", form="page")
    shown.append(main_acts(browser.get(url).content.decode()))
    assert shown == [["Write the copy"], [], ["Open to print"], ["Answered"]]


def test_without_a_purpose_it_stays_where_it_is(manager: Client, request_of_zhang: DataRequest, zhang: Patient) -> None:
    assert fetch(manager, request_of_zhang, form="json").status_code == 302
    assert not AuditEntry.objects.filter(verb="data_request.copy_fetched").exists()


def test_as_a_page_it_reads_in_the_persons_language_whatever_the_readers(
    manager: Client, request_of_zhang: DataRequest
) -> None:
    manager.cookies["django_language"] = "zh-hans"
    page = fetch(manager, request_of_zhang, purpose="hand_over", form="page")
    text = page.content.decode()
    for words in ("What we hold about you", "Home address", "湖滨路 1 号", "What is not in it"):
        assert words in text


def test_whoever_only_writes_requests_down_does_not_fetch(
    manager: Client, request_of_zhang: DataRequest, alice: Staff
) -> None:
    assert fetch(make.client_of(alice), request_of_zhang, purpose="send", form="json").status_code == 403


def test_after_its_days_it_is_gone(manager: Client, request_of_zhang: DataRequest, now: datetime) -> None:
    days = int(Setting.objects.number("files.keep_result_days"))
    remove_old_files(at=now + timedelta(days=days + 1))
    answer = fetch(manager, request_of_zhang, purpose="send", form="json")
    assert answer.status_code == 302
    assert "its time is over" in manager.get(answer.headers["Location"]).content.decode()


def test_a_copy_ends_where_records_are_merged_or_separated(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    def is_there() -> bool:
        request_of_zhang.refresh_from_db()
        return request_of_zhang.copy is not None or StoredFile.objects.filter(kind="json").exists()

    other = make.patient("李小红")
    written(request_of_zhang, dana, now)
    assert is_there()
    merge = merge_patients(survivor=zhang, merged=other, actor=dana.actor, at=now)
    assert not is_there()
    assert "李小红" in json.dumps(written(request_of_zhang, dana, now), ensure_ascii=False)
    undo_merge(merge=merge, actor=dana.actor, at=now)
    assert not is_there()


def test_a_copy_that_waits_is_not_written_of_two_people(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    merge = merge_patients(survivor=zhang, merged=make.patient("李小红"), actor=dana.actor, at=now)
    copies.ask_for_copy(request=request_of_zhang, actor=dana.actor, at=now)
    undo_merge(merge=merge, actor=dana.actor, at=now)
    assert write_next_copy(now=lambda: now) is None
    assert Job.objects.get().state == "cancelled"


def test_a_program_asks_and_fetches(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    browser, url = make.client_of(dana), f"/api/v1/data-requests/{request_of_zhang.pk}/"
    assert sent(browser, "post", f"{url}copy/").json()["copy_state"] == "queued"
    assert sent(browser, "post", f"{url}copy-file/", purpose="send").json()["code"] == "no_copy_yet"
    write_next_copy(now=lambda: now)
    assert browser.get(url).json()["copy_state"] == "done"
    file = sent(browser, "post", f"{url}copy-file/", purpose="send")
    assert json.loads(b"".join(file.streaming_content))["version"] == VERSION
