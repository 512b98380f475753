"""Builders of templates, through the services."""

from datetime import datetime
from typing import Any

from messaging.models import MessageTemplate, TemplateVersion
from messaging.services.templates.making import create_template
from messaging.services.templates.publishing import publish_version
from tests.make import by

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


def publish(draft: TemplateVersion, at: datetime) -> TemplateVersion:
    """Under the certificate that it has, if it advertises."""
    number = MessageTemplate.objects.get(pk=draft.template_id).certificate_number
    return publish_version(draft=draft, version=draft.version, certificate=number, actor=by(), at=at)
