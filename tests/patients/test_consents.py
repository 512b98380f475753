"""What people agree to, by purpose and channel; the last word counts. Mission A7; PIPL art. 13-15, 29, 31."""

import re
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse
from django.utils import timezone

from accounts.models import AuditEntry, Staff
from institution.models import Setting
from jobs.services.files import FileKindRefused
from patients.kinship import Tie
from patients.models import Consent, ConsentWording, Patient, Purpose
from patients.services.consents import (
    SURVEYS,
    DecidedInTheFuture,
    Decision,
    GuardianDecides,
    GuardianUnnamed,
    LastDayBeforeFirst,
    RefusalHasNoEnd,
    add_wording,
    record_consent,
    standing_of,
)
from patients.services.relatives import Named, add_relative
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAPER = b"%PDF-1.7 signed"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def said(patient: Patient, purpose: Purpose, is_given: bool, now: datetime, **more: Any) -> Consent:
    evidence = more.pop("evidence", None)
    decision = Decision(purpose, is_given, **more)
    return record_consent(patient=patient, decision=decision, evidence=evidence, actor=make.by(), at=now)


def allowed(patient: Patient, on: date | None = None) -> set[str]:
    standing = standing_of(patient, on or timezone.localdate())
    return {purpose.value for purpose, each in standing.items() if each.is_allowed}


def test_unasked_care_and_surveys_are_allowed_and_nothing_else(zhang: Patient) -> None:
    assert allowed(zhang) == {"care", "survey"}
    Setting.objects.filter(key=SURVEYS).update(value=0)
    assert allowed(zhang) == {"care"}


def test_the_last_word_counts_whenever_it_was_written_down(zhang: Patient, now: datetime) -> None:
    said(zhang, Purpose.MARKETING, False, now, decided_at=now - HOUR)
    said(zhang, Purpose.MARKETING, True, now, decided_at=now - 2 * HOUR)
    assert "marketing" not in allowed(zhang)
    said(zhang, Purpose.MARKETING, True, now)
    assert "marketing" in allowed(zhang)
    said(zhang, Purpose.CARE, False, now)
    assert "care" not in allowed(zhang)
    assert zhang.consents.count() == 4  # nothing is overwritten


def test_a_channel_can_be_taken_back_alone(zhang: Patient, now: datetime) -> None:
    said(zhang, Purpose.MARKETING, True, now - 2 * HOUR)
    said(zhang, Purpose.MARKETING, False, now - HOUR, channel="sms")
    marketing = standing_of(zhang, timezone.localdate(now))[Purpose.MARKETING]
    assert (marketing.allows("sms"), marketing.allows("wechat")) == (False, True)
    said(zhang, Purpose.MARKETING, False, now)
    said_later = standing_of(zhang, timezone.localdate(now))[Purpose.MARKETING]
    assert (said_later.allows("sms"), said_later.allows("wechat"), said_later.channels) == (False, False, ())


def test_of_a_child_the_guardian_decides(db: None, now: datetime) -> None:
    child = make.patient("小宝", birth_year=now.year - 13)
    with pytest.raises(GuardianDecides):
        said(child, Purpose.MARKETING, True, now)
    with pytest.raises(GuardianUnnamed):
        said(child, Purpose.MARKETING, True, now, said_by=Consent.SaidBy.GUARDIAN, guardian=" ")
    by_mother = said(child, Purpose.MARKETING, True, now, said_by=Consent.SaidBy.GUARDIAN, guardian="张桂兰")
    assert (by_mother.is_given, by_mother.guardian) == (True, "张桂兰")
    assert said(make.patient("大宝", birth_year=now.year - 15), Purpose.MARKETING, True, now).is_given


def test_the_page_asks_which_guardian_decided(db: None, alice: Staff) -> None:
    child = make.patient("小宝", birth_year=timezone.localdate().year - 8)
    line, url = in_english(make.client_of(alice)), f"/patients/{child.pk}/consents/new/"
    form = fill(Page(line.get(url)).values, purpose="story", is_given="yes")
    assert form["said_by"] == ["guardian"]
    refused = Page(line.post(url, form))
    assert refused.errors == {"guardian": "Say which guardian decided: choose a relative, or type the name."}
    assert line.post(url, fill(refused.values, guardian="王建军")).status_code == 302
    assert "The guardian 王建军" in line.get(f"/patients/{child.pk}/consents/").content.decode()


def test_a_guardian_on_file_is_offered_and_chosen_first(db: None, alice: Staff, now: datetime) -> None:
    child, mother = make.patient("小宝", birth_year=timezone.localdate().year - 8), make.patient("张桂兰")
    for relative, tie in ((Named("王建军"), Tie("grandparent")), (mother, Tie("parent", guards=True))):
        add_relative(patient=child, relative=relative, tie=tie, actor=make.by(), at=now)
    line, url = in_english(make.client_of(alice)), f"/patients/{child.pk}/consents/new/"
    page = line.get(url)
    assert "张桂兰 · Parent" in page.content.decode()
    assert "王建军 · Grandparent" in page.content.decode()
    line.post(url, fill(Page(page).values, purpose="story", is_given="yes"))
    assert Consent.objects.get().guardian == "张桂兰"


def test_a_program_names_the_guardian_too(db: None, alice: Staff) -> None:
    child = make.patient("小宝", birth_year=timezone.localdate().year - 8)
    line, url = make.client_of(alice), f"/api/v1/patients/{child.pk}/consents/"
    told = {"purpose": "story", "is_given": True, "said_by": "guardian"}
    refused = sent(line, "post", url, **told)
    assert (refused.status_code, refused.json()["field"]) == (409, "guardian")
    made = sent(line, "post", url, **told, guardian="张桂兰").json()
    assert made["decisions"][0]["guardian"] == "张桂兰"


def test_what_is_still_to_come_was_not_said(zhang: Patient, now: datetime) -> None:
    with pytest.raises(DecidedInTheFuture):
        said(zhang, Purpose.CARE, False, now, decided_at=now + HOUR)


def test_an_agreement_counts_through_its_last_day(zhang: Patient, now: datetime) -> None:
    today = timezone.localdate(now)
    said(zhang, Purpose.MARKETING, True, now, last_on=today)
    said(zhang, Purpose.CARE, True, now, last_on=today)
    assert {"marketing", "care"} <= allowed(zhang, today)
    assert not {"marketing", "care"} & allowed(zhang, today + DAY)
    said(zhang, Purpose.MARKETING, True, now)
    assert "marketing" in allowed(zhang, today + DAY)


def test_a_channel_ends_alone(zhang: Patient, now: datetime) -> None:
    today = timezone.localdate(now)
    said(zhang, Purpose.MARKETING, True, now - HOUR)
    said(zhang, Purpose.MARKETING, True, now, channel="sms", last_on=today)
    tomorrow = standing_of(zhang, today + DAY)[Purpose.MARKETING]
    assert (tomorrow.allows("sms"), tomorrow.allows("wechat"), tomorrow.is_allowed) == (False, True, True)


def test_a_last_day_is_one_that_can_be(zhang: Patient, now: datetime) -> None:
    today = timezone.localdate(now)
    with pytest.raises(LastDayBeforeFirst):
        said(zhang, Purpose.MARKETING, True, now, last_on=today - DAY)
    with pytest.raises(RefusalHasNoEnd):
        said(zhang, Purpose.MARKETING, False, now, last_on=today)
    past = said(zhang, Purpose.MARKETING, True, now, decided_at=now - 30 * DAY, last_on=today - DAY)
    assert not past.holds(today)


def test_the_pages_tell_the_last_day(zhang: Patient, alice: Staff) -> None:
    line = in_english(make.client_of(alice))
    url, today = f"/patients/{zhang.pk}/consents/", timezone.localdate()
    form = fill(Page(line.get(f"{url}new/")).values, purpose="marketing", is_given="yes", last_on=str(today - DAY))
    refused = Page(line.post(f"{url}new/", form))
    assert refused.errors == {"last_on": "The last day lies before the day on which it was said."}
    assert refused.values["last_on"] == [str(today - DAY)]
    assert line.post(f"{url}new/", fill(refused.values, last_on=str(today))).status_code == 302
    assert f"until {today}" in line.get(url).content.decode()
    assert f"until {today}" in line.get(f"/patients/{zhang.pk}/").content.decode()
    Consent.objects.update(last_on=today - DAY)
    for page in (url, f"/patients/{zhang.pk}/"):
        assert f"ended {today - DAY}" in line.get(page).content.decode()


def test_a_program_sets_and_reads_the_last_day(zhang: Patient, alice: Staff) -> None:
    line, url, today = make.client_of(alice), f"/api/v1/patients/{zhang.pk}/consents/", timezone.localdate()
    told = {"purpose": "marketing", "is_given": True, "last_on": str(today)}
    made = sent(line, "post", url, **told)
    assert (made.status_code, made.json()["decisions"][0]["last_on"]) == (201, str(today))
    Consent.objects.update(last_on=today - DAY)
    offers = next(each for each in line.get(url).json()["standing"] if each["purpose"] == "marketing")
    assert (offers["is_allowed"], offers["last_on"]) == (False, str(today - DAY))
    refused = sent(line, "post", url, purpose="marketing", is_given=False, last_on=str(today))
    assert (refused.status_code, refused.json()["field"]) == (409, "last_on")


def test_it_keeps_the_words_that_were_agreed_to(zhang: Patient, frank: Staff, now: datetime) -> None:
    before = said(zhang, Purpose.STORY, True, now)
    add_wording(purpose=Purpose.STORY, text_zh="新的说法", text_en="New words", actor=frank.actor, at=now)
    after = said(zhang, Purpose.STORY, True, now)
    assert [before.wording.version, after.wording.version] == [1, 2]  # type: ignore[union-attr]
    assert [row.version for row in ConsentWording.objects.newest().filter(purpose="story")] == [2]


def test_the_story_and_the_audit_tell_it(zhang: Patient, alice: Staff, now: datetime) -> None:
    said(zhang, Purpose.SHARING, True, now)
    page = in_english(make.client_of(alice)).get(f"/patients/{zhang.pk}/").content.decode()
    assert "Agreed: Passing data on to others" in page
    assert AuditEntry.objects.about(zhang).get(verb="patient.consent_given").fields == ["sharing"]


def test_the_signed_paper_is_kept_and_who_looked(zhang: Patient, alice: Staff, now: datetime) -> None:
    paper = SimpleUploadedFile("signed.pdf", PAPER)
    consent = said(zhang, Purpose.MARKETING, True, now, evidence=paper, way=Consent.Way.PAPER)
    answer = make.client_of(alice).get(f"/patients/consents/{consent.pk}/evidence/")
    assert b"".join(cast("FileResponse", answer).streaming_content) == PAPER  # type: ignore[arg-type]
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.about(zhang).filter(verb="patient.evidence_opened", actor=alice.actor).exists()
    with pytest.raises(FileKindRefused):
        said(zhang, Purpose.MARKETING, True, now, evidence=SimpleUploadedFile("x.html", b"<script>"))
    assert zhang.consents.count() == 1


def test_the_signed_paper_is_for_whom_the_patient_is_in_sight(zhang: Patient, now: datetime) -> None:
    paper = SimpleUploadedFile("signed.pdf", PAPER)
    consent = said(zhang, Purpose.MARKETING, True, now, evidence=paper, way=Consent.Way.PAPER)
    stranger = make.staff("henry", "doctor", department=make.department())
    assert make.client_of(stranger).get(f"/patients/consents/{consent.pk}/evidence/").status_code == 404
    assert not AuditEntry.objects.filter(verb="patient.evidence_opened").exists()


def test_on_the_page_it_is_recorded_once_and_shown(zhang: Patient, alice: Staff) -> None:
    browser, url = in_english(make.client_of(alice)), f"/patients/{zhang.pk}/consents/"
    form = fill(Page(browser.get(f"{url}new/")).values, purpose="care", is_given="no")
    for _ in range(2):
        assert browser.post(f"{url}new/", form).status_code == 302
    assert zhang.consents.get().is_given is False
    page = browser.get(url).content.decode()
    assert "Not agreed" in page
    assert "Version" not in browser.get(url, headers={"HX-Request": "true"}).content.decode()  # the panel alone
    wrong = browser.post(f"{url}new/", fill(form, submission=str(uuid4()), is_given="", decided_at="2999-01-01T00:00"))
    assert "2999-01-01T00:00" in wrong.content.decode()


def test_under_the_name_stands_for_what_one_may_contact_somebody(zhang: Patient, alice: Staff, now: datetime) -> None:
    said(zhang, Purpose.SURVEY, False, now - HOUR)
    said(zhang, Purpose.CARE, False, now, channel="sms")
    page = in_english(make.client_of(alice)).get(f"/patients/{zhang.pk}/").content.decode()
    under_the_name = re.sub(r"<[^>]+>", " ", page[page.index("<h1>") : page.index('aria-label="Timeline"')])
    told = " ".join(under_the_name.split())
    assert "Allowed Care · Text message: not allowed Not allowed Surveys (2026-" in told
    assert told.count("Not allowed Marketing") == 1


@pytest.mark.parametrize(("unasked", "shown"), [(1, "Allowed Surveys"), (0, "Not allowed Surveys")])
def test_the_page_tells_of_surveys_as_the_hospital_decides(
    zhang: Patient, alice: Staff, unasked: int, shown: str
) -> None:
    Setting.objects.filter(key=SURVEYS).update(value=unasked)
    page = in_english(make.client_of(alice)).get(f"/patients/{zhang.pk}/").content.decode()
    assert f" {shown}" in " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_wordings_are_for_whoever_manages_them(alice: Staff, dana: Staff) -> None:
    assert make.client_of(alice).get("/settings/consents/").status_code == 403
    office = in_english(make.client_of(dana))
    form = Page(office.get("/settings/consents/survey/new/")).values
    assert "what you think of our service" in str(form["text_en"])  # it begins as the one in use
    assert office.post("/settings/consents/survey/new/", fill(form, text_en="Other words")).status_code == 302
    assert "Other words" in office.get("/settings/consents/").content.decode()
    assert office.get("/settings/consents/gossip/new/").status_code == 404


def test_the_words_in_use_are_no_new_version(dana: Staff) -> None:
    office, url = in_english(make.client_of(dana)), "/settings/consents/survey/new/"
    before = ConsentWording.objects.count()
    page = office.post(url, Page(office.get(url)).values).content.decode()
    assert "These are the words in use." in page
    assert ConsentWording.objects.count() == before


def test_programs_read_how_it_stands_and_record(zhang: Patient, alice: Staff) -> None:
    browser, url = make.client_of(alice), f"/api/v1/patients/{zhang.pk}/consents/"
    told = {"purpose": "marketing", "is_given": True, "channel": "sms", "submission": str(uuid4())}
    first, again = sent(browser, "post", url, **told), sent(browser, "post", url, **told)
    assert (first.status_code, again.status_code) == (201, 200)
    stands = {row["purpose"]: row for row in browser.get(url).json()["standing"]}
    assert (stands["marketing"]["is_allowed"], stands["care"]["is_allowed"]) == (False, True)
    assert stands["marketing"]["channels"] == [{"channel": "sms", "is_given": True, "last_on": None}]
    assert sent(browser, "post", url, purpose="gossip", is_given=True).json()["errors"].keys() == {"purpose"}
