"""Builders of templates, through the services."""

from datetime import date, datetime
from typing import Any

from messaging.models import MessageTemplate, TemplateVersion
from messaging.services.templates.drafting import draft_version
from messaging.services.templates.making import create_template
from messaging.services.templates.publishing import publish_version
from tests.make import by

SATURDAY, SUNDAY = (f"周{day}义诊。{{certificate}} 拒收请回复R" for day in "六日")
NUMBER = "京医广〔2026〕第03-12-0001号"  # of a certificate
ANNOUNCED = {"purpose": "announcement", "message_class": "marketing"}
TEXT = "{recipient}您好，请于{due_on}前到{department}复诊。"


def template(at: datetime, text: str = TEXT, **values: Any) -> MessageTemplate:
    """With a draft in Chinese."""
    names = {
        "code": "come_again",
        "name_zh": "复诊提醒",
        "name_en": "Come again",
        "message_class": "care",
        "purpose": "followup_reminder",
    }
    words = {"language": "zh-hans", "subject": ""} | {
        name: values.pop(name) for name in ("language", "subject", "actor", "submission") if name in values
    }
    return create_template(values=names | values, text=text, at=at, **{"actor": by(), **words})


def draft_of(template: MessageTemplate) -> TemplateVersion:
    return template.versions.drafts().get()


def publish(draft: TemplateVersion, at: datetime, **certificate: Any) -> TemplateVersion:
    return publish_version(draft=draft, version=draft.version, **certificate, actor=by(), at=at)


def offer(at: datetime, text: str = SATURDAY, code: str = "open_day") -> MessageTemplate:
    """Which advertises medical services."""
    return template(at, text=text, code=code, **ANNOUNCED)


def next_version(words: TemplateVersion, at: datetime, text: str = SUNDAY) -> TemplateVersion:
    """A draft, of other words unless they are given."""
    return draft_version(template=words.template, language=words.language, subject="", text=text, actor=by(), at=at)


def certificate(until: date, number: str = NUMBER) -> dict[str, Any]:
    return {"certificate_number": number, "certificate_until": until}
