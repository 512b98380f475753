"""Accounts at providers on a free port, and messages that go there."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from messaging.models import GatewaySetup, Message, MessageTemplate, TemplateRegistration, TemplateVersion
from messaging.services.patient_messages import queue_to_patient
from messaging.services.setups import change_setup, use_setup
from patients.models import Target
from tests.make import THEN, by

TOKEN = "a-long-random-word-of-the-address"
APP_ID = "wx1234567890abcdef"
OPEN_ID = "oia2TjuEGTNoeX76QEjQNrcURxG8"
SECRET = "abcdefghij0123456789"
ACCOUNTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "aliyun": ({"key_id": "LTAI5tAbCdEfGhIjKl", "sign_name": "示例医院"}, {"key_secret": SECRET}),
    "tencent": (
        {"key_id": "AKIDAbCdEfGhIjKl", "app_id": "1400006666", "sign_name": "示例医院"},
        {"key_secret": SECRET},
    ),
    "wechat": ({"app_id": APP_ID}, {"secret": SECRET}),
    "wecom": ({"name": "门诊群"}, {}),
}
_numbers = itertools.count(1)


def setup_of(provider: str, url: str = "", *, is_used: bool = True, **values: str) -> GatewaySetup:
    """The hospital's account, complete, and in use unless said otherwise."""
    setup = GatewaySetup.objects.get(provider=provider, department=None)
    open_values, keys = ACCOUNTS[provider]
    keys = keys | ({"web_hook": f"{url}/cgi-bin/webhook/send?key=robot-key"} if provider == "wecom" else {})
    keys = keys | ({"call_back_token": TOKEN} if provider != "wecom" else {})
    given: dict[str, Any] = {**open_values, "price": "0.045", "trial_template": "SMS_TEST", "url": url, **values}
    change_setup(setup=setup, version=setup.version, values=given, keys=keys, actor=by(), at=THEN)
    return use_setup(setup=setup, actor=by(), at=THEN) if is_used else setup


def published(text: str = "您好，请回电。", *providers: str, **keywords: str) -> TemplateVersion:
    """A template that these providers have approved."""
    code = f"template{next(_numbers)}"
    template = MessageTemplate.objects.create(
        code=code, name_zh="回电", name_en="Ring back", message_class="care", purpose="ring_back_missed",
        updated_at=THEN, created_at=THEN,
    )  # fmt: skip
    version = TemplateVersion.objects.create(
        template=template, language="zh-hans", number=1, text=text, state="published", created_at=THEN,
        published_at=THEN, updated_at=THEN,
    )  # fmt: skip
    for provider in providers:
        TemplateRegistration.objects.create(
            of=version, provider=provider, number="SMS_7", keywords=keywords, updated_at=THEN
        )
    return version


def to_patient(recipient: Target, version: TemplateVersion, at: datetime, channel: Any) -> Message:
    number = next(_numbers)
    (message,) = queue_to_patient(
        recipient=recipient, template=version.template.code, values={}, send_at=at, expires_at=at + timedelta(days=1),
        dedupe_key=f"whole:{number}", source=f"whole:{number}", actor=by(), at=at, channels=[channel],
    )  # fmt: skip
    return message
