"""The numbers of the outbox."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# key, label zh, label en, unit, default, lowest, highest, source zh, source en
SETTINGS = [
    (
        "messaging.batch_rows",
        "每批取出的消息",
        "Messages taken at a time",
        "count",
        100,
        1,
        1000,
        "本产品的默认值：实测够快，又不久占",
        "This product's default: measured to be quick, and short in holding rows",
    ),
    (
        "messaging.first_retry_seconds",
        "发送不成后多久再试（以后每次乘 4）",
        "Try again after a failed try in (each further wait is four times as long)",
        "seconds",
        60,
        5,
        3600,
        "本产品的默认值：1、4、16、64 分",
        "This product's default: 1, 4, 16, 64 minutes",
    ),
    (
        "messaging.retries",
        "发送不成最多再试",
        "Try again after failed tries at most",
        "count",
        4,
        0,
        10,
        "本产品的默认值：邮件服务器停一小时也能送到",
        "This product's default: a mail server may be away for an hour",
    ),
    (
        "messaging.pause_seconds",
        "对方没有响应时停用渠道",
        "Leave a channel alone when the other side does not answer for",
        "seconds",
        60,
        5,
        3600,
        "本产品的默认值：不让一个渠道拖慢其他消息",
        "This product's default: one channel must not hold up the others",
    ),
    (
        "messaging.claim_seconds",
        "取出后多久没有动静就放回",
        "Put a message back that was taken and not moved for",
        "seconds",
        120,
        30,
        3600,
        "本产品的默认值：长于最慢的一批",
        "This product's default: longer than the slowest batch",
    ),
    (
        "messaging.unknown_seconds",
        "交出后多久没有结果就算不明",
        "Count a message as unknown when it was handed over without an outcome for",
        "seconds",
        120,
        30,
        3600,
        "本产品的默认值：长于最慢的服务器",
        "This product's default: longer than the slowest server",
    ),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    setting = apps.get_model("institution", "Setting")
    for key, label_zh, label_en, unit, default, lowest, highest, source_zh, source_en in SETTINGS:
        setting.objects.create(
            key=key,
            area="messaging",
            label_zh=label_zh,
            label_en=label_en,
            unit=unit,
            value=default,
            default=default,
            lowest=lowest,
            highest=highest,
            source_zh=source_zh,
            source_en=source_en,
            updated_at=now,
        )


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "Setting").objects.filter(area="messaging").delete()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_outbox"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
