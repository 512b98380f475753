"""Service messages keep to quiet hours too, but for urgent ones, which need no setting."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# key: value, label zh, label en; before, and from now on
BEFORE = {
    "messaging.service_from": (
        0,
        "服务消息（验证码、紧急通知）最早发送时间",
        "Service messages (codes, urgent notices) are sent from",
    ),
    "messaging.service_until": (
        24,
        "服务消息（验证码、紧急通知）最晚发送时间（0 点至 24 点即不限）",
        "Service messages (codes, urgent notices) are sent until (0 to 24 is always)",
    ),
}
AFTER = {
    "messaging.service_from": (
        8,
        "服务消息最早发送时间（患者当场等着的除外）",
        "Service messages are sent from (but for those that the patient waits for)",
    ),
    "messaging.service_until": (
        21,
        "服务消息最晚发送时间（患者当场等着的除外）",
        "Service messages are sent until (but for those that the patient waits for)",
    ),
}


def let_them_wait(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    change(apps, AFTER)


def let_them_go(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    change(apps, BEFORE)


def change(apps: StateApps, hours: dict[str, tuple[int, str, str]]) -> None:
    """What a hospital has chosen itself stays, both hours: with one of them moved they might leave no time between."""
    setting = apps.get_model("institution", "Setting")
    is_chosen = setting.objects.filter(key__in=hours).exclude(updated_by=None).exists()
    for key, (value, label_zh, label_en) in hours.items():
        row = setting.objects.filter(key=key)
        row.update(default=value, label_zh=label_zh, label_en=label_en, **({} if is_chosen else {"value": value}))


class Migration(migrations.Migration):
    dependencies = [("messaging", "0016_delivered_not_arrived")]
    operations = [migrations.RunPython(let_them_wait, let_them_go)]
