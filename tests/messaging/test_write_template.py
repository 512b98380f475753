"""Write a template: its words are checked when they are saved and when they are published, and then never change."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from institution.models import ReferenceItem, ReferenceList, Setting
from messaging.models import (
    PURPOSES,
    MessageClass,
    MessagePurpose,
    MessageTemplate,
    TemplateVersion,
    Variable,
)
from messaging.rules.wording import CLINICAL
from messaging.services.templates import drafting, making, publishing
from messaging.services.templates.checking import Draft, TextRefused, faults_of
from tests import make
from tests.messaging.templates import TEXT, draft_of, publish, template

HOUR, CARE = timedelta(hours=1), MessageClass.CARE
REFUSE = "拒收请回复R"


def codes(text: str, purpose: str = "followup_reminder", message_class: str = "care", subject: str = "") -> list[str]:
    return [fault.code for fault in faults_of(Draft(message_class, PURPOSES[purpose], subject, text))]


def test_a_template_begins_with_a_draft_that_nobody_gets(dana: Staff, now: datetime) -> None:
    row = template(now, actor=dana.actor)
    draft = draft_of(row)
    assert (draft.text, draft.number, draft.state, row.version) == (TEXT, 1, "draft", 1)
    entry = AuditEntry.objects.about(row).get()
    assert (entry.verb, entry.actor, entry.fields) == ("template.created", dana.actor, ["zh-hans"])


def test_what_is_shipped_is_sound_and_published_in_both_languages(db: None) -> None:
    for row in MessageTemplate.objects.all():
        versions = list(row.versions.published())
        assert {each.language for each in versions} == {"zh-hans", "en"}
        assert all(faults_of(drafting.draft_of(row, each.subject, each.text)) == [] for each in versions), row.code
    assert MessageTemplate.objects.get(code="birthday_greeting").message_class == "marketing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{recipient}您好", []),
        ("{patient_name}您好", ["unknown_variable"]),
        ("{recipient您好", ["stray_brace"]),
        ("{due_on}} 前", ["stray_brace"]),
        ("可根治", ["wording_cure"]),
        ("全市最好的科室", ["wording_best"]),
        ("解放军专家坐诊", ["wording_proof"]),
        ("限时免费", ["wording_lure", "wording_lure"]),
        ("您的糖尿病复查", [CLINICAL]),
        ("诊断 E11.9", [CLINICAL]),
        ("the best care, cure guaranteed", ["wording_best", "wording_cure"]),
        ("您最近一次就诊，最后一次，第一次，最好空腹", []),
        ("市第一人民医院", []),
        ("to stop: {stop_link}", ["not_to_be_stopped"]),
    ],
)
def test_what_speaks_against_a_text_is_named(db: None, text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "purpose", "message_class", "expected"),
    [
        ("祝您生日快乐", "birthday_greeting", "marketing", ["no_way_to_refuse"]),
        ("祝您生日快乐，拒收请回复 R", "birthday_greeting", "marketing", []),
        ("祝您生日快乐 {stop_link}", "birthday_greeting", "marketing", []),
        ("Happy birthday. Reply R to stop", "birthday_greeting", "marketing", []),
        ("您的感受：{link}", "survey_invitation", "survey", ["no_way_to_refuse"]),
        (f"您的感受，{REFUSE}", "survey_invitation", "survey", ["missing_variable"]),
        ("请按时就诊", "appointment_reminder", "service", ["missing_variable"]),
        ("义诊通知", "announcement", "marketing", ["no_way_to_refuse"]),
    ],
)
def test_what_a_text_must_hold_is_named_where_it_is_missing(
    db: None, text: str, purpose: str, message_class: str, expected: list[str]
) -> None:
    assert codes(text, purpose, message_class) == expected


def test_the_hospital_decides_whether_surveys_say_how_to_refuse(db: None) -> None:
    Setting.objects.filter(key="messaging.surveys_say_how_to_refuse").update(value=0)
    assert codes("您的感受：{link}", "survey_invitation", "survey") == []
    assert codes("祝您生日快乐", "birthday_greeting", "marketing") == ["no_way_to_refuse"]


def test_the_administrator_extends_the_lists(db: None, now: datetime) -> None:
    assert codes("神效") == []
    place = ReferenceList.objects.get(code="wording_cure")
    ReferenceItem.objects.create(list=place, code="divine", label_zh="神效", label_en="divine", updated_at=now)
    assert codes("神效") == ["wording_cure"]
    ReferenceItem.objects.filter(list__code="wording_best").update(is_active=False)
    assert codes("全市最好的科室") == []


def test_an_illness_may_be_named_where_the_purpose_allows_it(db: None) -> None:
    clinical = MessagePurpose("lab", "Lab", (CARE,), (Variable("link", "Link", "x"),), may_be_clinical=True)
    assert faults_of(Draft("care", clinical, "", "您的糖尿病复查")) == []


def test_the_subject_is_checked_too(db: None) -> None:
    faults = faults_of(Draft("care", PURPOSES["followup_reminder"], "根治", "{recipient}您好"))
    assert [(fault.field, fault.words, fault.start, fault.end) for fault in faults] == [("subject", "根治", 0, 2)]


def test_a_text_with_a_fault_is_not_saved(db: None, now: datetime) -> None:
    with pytest.raises(TextRefused) as refused:
        template(now, text="{patient_name}可根治")
    assert refused.value.field == "text"
    assert "{patient_name}" in str(refused.value)
    assert "根治" in str(refused.value)
    assert not MessageTemplate.objects.filter(code="come_again").exists()


@pytest.mark.parametrize(
    ("purpose", "message_class"),
    [
        ("birthday_greeting", "care"),
        ("announcement", "service"),  # an offer to everybody would go without anybody's consent
        ("announcement", "care"),
        ("followup_reminder", "service"),  # whoever stops care messages is told that it stops
        ("complaint_received", "marketing"),
        ("survey_invitation", "service"),
    ],
)
def test_a_purpose_has_its_classes_and_no_other(db: None, now: datetime, purpose: str, message_class: str) -> None:
    with pytest.raises(making.ClassDoesNotFit) as refused:
        template(now, purpose=purpose, message_class=message_class)
    assert refused.value.field == "message_class"
    assert not MessageTemplate.objects.filter(code="come_again").exists()


def test_every_purpose_names_its_classes(db: None) -> None:
    assert [purpose.code for purpose in PURPOSES.values() if not purpose.classes] == []


def test_there_is_no_template_without_a_purpose(db: None, now: datetime) -> None:
    with pytest.raises(making.NoSuchPurpose):
        template(now, purpose="nothing")


def test_a_code_is_there_once_and_a_form_sent_twice_makes_one(db: None, now: datetime) -> None:
    key = uuid4()
    first = template(now, submission=key)
    with pytest.raises(DuplicateSubmission) as again:
        template(now, submission=key)
    assert again.value.subject_id == first.pk
    with pytest.raises(making.TemplateCodeTaken):
        template(now)


def edit(draft: TemplateVersion, text: str, at: datetime, version: int = 1) -> TemplateVersion:
    return drafting.edit_draft(draft=draft, version=version, subject="", text=text, actor=make.by(), at=at)


def test_a_draft_is_edited_and_whoever_read_an_older_one_learns_it(db: None, now: datetime) -> None:
    draft = draft_of(template(now))
    assert edit(draft, "{recipient}您好", now).version == 2
    with pytest.raises(StaleVersion):
        edit(draft, "您好", now)
    with pytest.raises(TextRefused):
        edit(draft, "根治", now, version=2)
    draft.refresh_from_db()
    assert draft.text == "{recipient}您好"


def test_published_words_replace_those_before_and_never_change(db: None, now: datetime) -> None:
    row = template(now)
    first = publish(draft_of(row), now)
    with pytest.raises(drafting.NoDraft):
        edit(first, "您好", now, version=first.version)
    second = drafting.draft_version(
        template=row, language="zh-hans", subject="", text="{recipient}您好", actor=make.by(), at=now
    )
    assert (second.number, first.state) == (2, "published")
    publish(second, now + HOUR)
    first.refresh_from_db()
    assert (first.state, first.retired_at, first.text) == ("retired", now + HOUR, TEXT)
    assert row.versions.published().get() == second
    assert list(AuditEntry.objects.about(row).order_by("pk").values_list("verb", flat=True)) == [
        "template.created",
        "template.published",
        "template.drafted",
        "template.published",
    ]


def test_there_is_one_draft_at_a_time_in_a_language(db: None, now: datetime) -> None:
    row = template(now)
    given: dict[str, Any] = {"template": row, "subject": "", "actor": make.by(), "at": now}
    with pytest.raises(drafting.DraftExists):
        drafting.draft_version(language="zh-hans", text="{recipient}您好", **given)
    assert drafting.draft_version(language="en", text="Hello {recipient}", **given).number == 1


def test_nobody_publishes_words_that_were_changed_since(db: None, now: datetime) -> None:
    draft = draft_of(template(now))
    edit(draft, "{recipient}您好", now)
    with pytest.raises(StaleVersion):
        publishing.publish_version(draft=draft, version=1, actor=make.by(), at=now)
    assert not TemplateVersion.objects.published().filter(pk=draft.pk).exists()


def test_words_are_checked_once_more_when_they_are_published(db: None, now: datetime) -> None:
    draft = draft_of(template(now, text="{recipient}您好，神效"))
    place = ReferenceList.objects.get(code="wording_cure")
    ReferenceItem.objects.create(list=place, code="divine", label_zh="神效", label_en="divine", updated_at=now)
    with pytest.raises(TextRefused):
        publish(draft, now)


def test_what_is_published_twice_is_refused_the_second_time(db: None, now: datetime) -> None:
    draft = draft_of(template(now))
    published = publish(draft, now)
    with pytest.raises(drafting.NoDraft):
        publish(published, now)


def test_retired_words_go_to_nobody_and_are_retired_once(db: None, now: datetime) -> None:
    row = template(now)
    words = publish(draft_of(row), now)
    publishing.retire_version(words=words, actor=make.by(), at=now)
    assert not row.versions.published().exists()
    with pytest.raises(publishing.RetiredAlready):
        publishing.retire_version(words=words, actor=make.by(), at=now)


def test_a_draft_that_is_given_up_makes_room_for_another(db: None, now: datetime) -> None:
    row = template(now)
    publishing.retire_version(words=draft_of(row), actor=make.by(), at=now)
    given: dict[str, Any] = {
        "template": row,
        "language": "zh-hans",
        "subject": "",
        "text": TEXT,
        "actor": make.by(),
        "at": now,
    }
    assert drafting.draft_version(**given).number == 2


def register(words: TemplateVersion, at: datetime, **keywords: str) -> None:
    publishing.register_version(
        words=words, provider="wechat", number="T-17", keywords=keywords, actor=make.by(), at=at
    )


def test_a_provider_has_one_number_of_the_words(db: None, now: datetime) -> None:
    words = publish(draft_of(template(now)), now)
    register(words, now, thing1="department")
    register(words, now, thing1="department", time2="due_on")
    assert words.registrations.get().keywords == {"thing1": "department", "time2": "due_on"}
    with pytest.raises(publishing.KeywordUnknown) as unknown:
        register(words, now, thing1="doctor")
    assert "{doctor}" in str(unknown.value)


def test_other_words_are_not_the_ones_that_a_provider_approved(db: None, now: datetime) -> None:
    draft = draft_of(template(now))
    register(draft, now)
    edit(draft, TEXT + "。", now)
    assert not draft.registrations.exists()


def test_the_database_keeps_one_published_version_a_language(db: None, now: datetime) -> None:
    row = template(now)
    publish(draft_of(row), now)
    second = {"template": row, "language": "zh-hans", "number": 9, "text": "x", "state": "published"}
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.create(**second, published_at=now, created_at=now, updated_at=now)


def test_names_change_and_the_template_goes_out_of_use(db: None, now: datetime) -> None:
    row = template(now)
    values = {"name_zh": "复诊", "name_en": "Again", "is_active": False}
    making.update_template(template=row, version=1, values=values, actor=make.by(), at=now)
    assert (row.name_zh, row.is_active, row.version) == ("复诊", False, 2)
    with pytest.raises(StaleVersion):
        making.update_template(template=row, version=1, values=values, actor=make.by(), at=now)
