"""Templates on their pages and through the API: for who manages protocols."""

from datetime import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Staff
from institution.models import HospitalProfile
from messaging.models import MessageTemplate, TemplateVersion
from patients.models import Sex
from tests import make
from tests.accounts.pages import Page, fill, send
from tests.conftest import SignedIn
from tests.messaging.templates import TEXT, draft_of, publish, template

LIST, NEW = "/settings/templates/", "/settings/templates/new/"
TYPED = {
    "name_zh": "复诊提醒",
    "name_en": "Come again",
    "code": "come_again",
    "purpose": "followup_reminder",
    "message_class": "care",
    "language": "zh-hans",
    "text": TEXT,
}


@pytest.fixture
def office(dana: Staff, signed_in: SignedIn) -> Client:
    HospitalProfile.objects.update(message_signature="示例医院", name_zh="示例医院")
    return signed_in(dana)


def of(act: str, row: MessageTemplate | TemplateVersion, *more: str) -> str:
    return reverse(f"messaging:template_{act}", args=[row.pk, *more])


def test_list_shows_what_is_asked_for(office: Client, now: datetime) -> None:
    template(now)
    assert "come_again" in Page(office.get(LIST)).text
    found = Page(office.get(LIST, {"message_class": "marketing"})).text
    assert "<code>birthday_greeting</code>" in found
    assert "come_again" not in found
    drafts = Page(office.get(LIST, {"language": "zh-hans", "state": "draft"})).text
    assert "come_again" in drafts
    assert "<code>birthday_greeting</code>" not in drafts
    assert "come_again" not in Page(office.get(LIST, {"language": "en", "state": "draft"})).text


def test_a_template_is_written_and_published(office: Client, dana: Staff) -> None:
    answer = send(office, NEW, **TYPED)
    row = MessageTemplate.objects.get(code="come_again")
    assert answer["Location"] == of("detail", row)
    draft = draft_of(row)
    page = Page(office.get(of("version_publish", draft)))
    assert "【示例医院】" in page.text
    assert send(office, of("version_publish", draft))["Location"] == of("detail", row)
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", dana.actor)


def test_a_fault_is_said_at_the_field_and_marked_in_the_text(office: Client) -> None:
    page = Page(send(office, NEW, **TYPED | {"text": "{patient}可根治"}))
    assert "{patient}" in page.errors["text"]
    assert "根治" in page.errors["text"]
    assert page.values["text"] == ["{patient}可根治"]
    assert "<mark>根治</mark>" in page.text
    assert not MessageTemplate.objects.filter(code="come_again").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "ring_back_missed"),
        ("code", "复诊"),
        ("text", ""),
        ("text", "x" * 501),
        ("text", "NUL\x00"),
        ("purpose", "nothing"),
        ("message_class", "staff"),
        ("message_class", "marketing"),
        ("language", "fr"),
        ("name_zh", ""),
        ("subject", "x" * 81),
        ("subject", "{x}"),
    ],
)
def test_page_says_at_the_field_what_is_wrong(office: Client, field: str, value: str) -> None:
    assert field in Page(send(office, NEW, **TYPED | {field: value})).errors


def test_a_class_that_the_purpose_cannot_have_is_refused_at_its_field(office: Client) -> None:
    offer = {"purpose": "announcement", "message_class": "service", "text": "周六义诊，拒收请回复R"}
    page = Page(send(office, NEW, **TYPED | offer))
    assert page.errors["message_class"] == "这种用途只能是这些类别：推广。"
    assert page.values["text"] == [offer["text"]]
    answer = office.post("/api/v1/templates/", TYPED | offer, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "class_does_not_fit")


def test_one_of_a_class_from_before_says_that_nothing_of_it_is_sent(office: Client) -> None:
    row = MessageTemplate.objects.get(code="birthday_greeting")
    assert "这个模板的消息一律不发" not in Page(office.get(of("detail", row))).text
    MessageTemplate.objects.filter(pk=row.pk).update(message_class="service")
    assert "这个模板的消息一律不发" in Page(office.get(of("detail", row))).text


def test_what_is_typed_is_measured_at_once(office: Client) -> None:
    url = reverse("messaging:template_check")
    typed = {"purpose": "followup_reminder", "message_class": "care", "language": "zh-hans", "text": "字" * 65}
    said = unescape(office.post(url, typed).content.decode())
    assert "71" in said
    assert "【示例医院】" in said
    assert "<mark>" not in said
    assert "<mark>根治</mark>" in office.post(url, typed | {"text": "可根治"}).content.decode()


@pytest.mark.parametrize("typed", [{}, {"purpose": "x", "language": "y", "text": "{\0}" * 900, "subject": "}" * 99}])
def test_the_check_takes_whatever_is_typed(office: Client, typed: dict[str, str]) -> None:
    assert office.post(reverse("messaging:template_check"), typed).status_code == 200


def test_a_new_version_begins_with_the_words_in_use(office: Client, now: datetime) -> None:
    row = template(now)
    publish(draft_of(row), now)
    url = of("version_create", row, "zh-hans")
    assert Page(office.get(url)).values["text"] == [TEXT]
    assert send(office, url, text="{recipient}您好")["Location"] == of("detail", row)
    assert draft_of(row).number == 2
    assert "draft" not in Page(send(office, of("version_create", row, "en"), text="Hi")).errors
    assert office.get(of("version_create", row, "fr")).status_code == 404


def test_a_stale_draft_shows_both(office: Client, now: datetime) -> None:
    draft = draft_of(template(now))
    opened = Page(office.get(of("version_edit", draft)))
    send(office, of("version_edit", draft), text="{recipient}您好")
    answer = office.post(of("version_edit", draft), fill(opened.values, text="{department}您好"))
    assert answer.status_code == 409
    assert "{recipient}您好" in unescape(answer.content.decode())


def test_publishing_what_was_changed_since_shows_the_new_words(office: Client, now: datetime) -> None:
    draft = draft_of(template(now))
    opened = Page(office.get(of("version_publish", draft))).values
    send(office, of("version_edit", draft), text="{recipient}您好")
    answer = office.post(of("version_publish", draft), opened)
    assert answer.status_code == 409
    assert office.post(of("version_publish", draft), {"version": "x"}).status_code == 200  # asks once more
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert office.post(of("version_publish", draft), Page(answer).values).status_code == 302


@pytest.mark.parametrize("act", ["version_edit", "version_publish"])
def test_published_words_open_as_no_draft_but_on_their_template(office: Client, now: datetime, act: str) -> None:
    row = template(now)
    words = publish(draft_of(row), now)
    answer = office.get(of(act, words), follow=True)
    assert answer.redirect_chain == [(of("detail", row), 302)]
    assert "这一版已不是草稿，请写新版本" in Page(answer).text


def test_publishing_what_somebody_else_published_meanwhile_says_so_on_the_template(
    office: Client, now: datetime
) -> None:
    row = template(now)
    draft = draft_of(row)
    opened = Page(office.get(of("version_publish", draft))).values
    publish(draft, now)
    answer = office.post(of("version_publish", draft), opened, follow=True)
    assert answer.redirect_chain[0][0].startswith(of("detail", row))
    assert "这一版已不是草稿" in Page(answer).text


def test_words_are_retired_and_registered(office: Client, now: datetime) -> None:
    row = template(now)
    words = publish(draft_of(row), now)
    wrong = Page(send(office, of("version_register", words), provider="wechat", number="T1", keywords="thing1 - x"))
    assert list(wrong.errors) == ["keywords"]
    wrong = Page(send(office, of("version_register", words), provider="wechat", number="T1", keywords="thing1=doctor"))
    assert "{doctor}" in wrong.errors["keywords"]
    send(office, of("version_register", words), provider="wechat", number="T1", keywords="thing1 ＝ {department}\n")
    assert words.registrations.get().keywords == {"thing1": "department"}
    assert "T1" in Page(office.get(of("detail", row))).text
    assert office.post(of("version_retire", words)).status_code == 302
    words.refresh_from_db()
    assert words.state == "retired"
    assert office.post(of("version_retire", words)).status_code == 302  # says that it is


def test_the_preview_reads_as_to_the_patient_and_is_on_record(office: Client, dana: Staff, now: datetime) -> None:
    words = draft_of(template(now))
    patient = make.patient("张桂兰", "13800001234", sex=Sex.FEMALE, language="en")
    found = Page(office.get(of("preview", words), {"q": "张桂兰"})).text
    assert f"?patient={patient.pk}" in found
    page = Page(office.get(of("preview", words), {"patient": patient.pk})).text
    assert "张女士您好" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    looked = AuditEntry.objects.about(patient).get(verb="template.previewed")
    assert looked.actor == dana.actor


def test_whom_one_may_not_find_one_cannot_preview_with(signed_in: SignedIn, frank: Staff, now: datetime) -> None:
    words, browser = draft_of(template(now)), signed_in(frank)
    patient = make.patient("张桂兰")
    assert browser.get(of("preview", words)).status_code == 200
    for key in (str(patient.pk), "999999", "x", "9" * 30):
        assert browser.get(of("preview", words), {"patient": key}).status_code == 404
    assert "张桂兰" not in Page(browser.get(of("preview", words), {"q": "张桂"})).text


def test_others_may_not(signed_in: SignedIn, alice: Staff, client: Client, now: datetime) -> None:
    draft, browser = draft_of(template(now)), signed_in(alice)
    for page in (LIST, NEW, of("version_edit", draft), of("version_publish", draft), of("preview", draft)):
        assert browser.get(page).status_code == 403, page
    assert client.get(LIST).status_code == 302


def test_api_writes_and_publishes(office: Client) -> None:
    made = office.post("/api/v1/templates/", TYPED, content_type="application/json")
    assert made.status_code == 201
    (words,) = office.get("/api/v1/template-versions/", {"template": made.json()["id"]}).json()["results"]
    assert (words["state"], words["parts"]) == ("draft", 1)
    url = f"/api/v1/template-versions/{words['id']}/"
    refused = office.patch(url, {"text": "根治", "version": 1}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (409, "text_refused", "text")
    changed = office.patch(url, {"text": "{recipient}您好", "version": 1}, content_type="application/json")
    assert changed.json()["version"] == 2
    assert office.post(f"{url}publish/", {"version": 1}, content_type="application/json").status_code == 409
    done = office.post(f"{url}publish/", {"version": 2}, content_type="application/json")
    assert done.json()["state"] == "published"
    number = {"provider": "aliyun", "number": "SMS_1"}
    registered = office.post(f"{url}register/", number, content_type="application/json").json()
    assert registered["registrations"] == [number | {"keywords": {}}]
    assert office.post(f"{url}retire/").json()["state"] == "retired"


def test_api_adds_a_version_and_changes_names(office: Client, now: datetime) -> None:
    row = template(now)
    given = {"template": row.pk, "language": "en", "text": "Hello {recipient}"}
    assert office.post("/api/v1/template-versions/", given, content_type="application/json").status_code == 201
    again = office.post("/api/v1/template-versions/", given, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "draft_exists")
    named = office.patch(
        f"/api/v1/templates/{row.pk}/", {"is_active": False, "version": 1}, content_type="application/json"
    )
    assert named.json()["is_active"] is False


@pytest.mark.parametrize(
    ("code", "is_urgent", "said"),
    [("complaint_received", True, "患者正等着"), ("appointment_reminder", False, "顺延到时段结束后发送")],
)
def test_page_and_api_say_what_goes_at_any_hour(office: Client, code: str, is_urgent: bool, said: str) -> None:
    row = MessageTemplate.objects.get(code=code)
    assert said in Page(office.get(of("detail", row))).text
    assert office.get(f"/api/v1/templates/{row.pk}/").json()["is_urgent"] is is_urgent


def test_the_page_says_what_the_hospital_lacks(office: Client) -> None:
    row = MessageTemplate.objects.get(code="ring_back_missed")
    assert "还没有咨询电话" in Page(office.get(of("detail", row))).text
    HospitalProfile.objects.update(consult_phone="0571 5550 0100")
    assert "还没有咨询电话" not in Page(office.get(of("detail", row))).text
    HospitalProfile.objects.update(message_signature="")
    assert "还没有短信签名" in Page(office.get(of("detail", row))).text


def test_whoever_writes_a_template_chooses_its_class(office: Client) -> None:
    page = Page(office.get(NEW)).text
    assert "选择类别" in page
    assert "---------" not in page
    assert Page(send(office, NEW, **TYPED | {"message_class": ""})).errors.keys() == {"message_class"}


def test_the_states_of_words_have_one_name_in_the_list_its_filter_and_on_the_page(
    office: Client, now: datetime
) -> None:
    row = template(now)
    drafts = Page(office.get(LIST, {"language": "zh-hans", "state": "draft"})).text.split("<tbody>")
    assert "草稿" in drafts[0]
    assert "已发布" in drafts[0]  # the filter names both
    assert "草稿" in drafts[1]
    publish(draft_of(row), now)
    published = Page(office.get(LIST, {"purpose": row.purpose, "state": "published"})).text
    assert "已发布" in published.split("<tbody>")[1]
    assert "已发布" in Page(office.get(of("detail", row))).text
