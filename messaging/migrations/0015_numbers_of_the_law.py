"""Quiet hours, how often somebody is contacted, how long links work and what is kept: plain settings."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OURS = ("本产品的默认值", "This product's default")
RULES = (
    "本产品的默认值；使用前请医院法务对照通信短信息服务管理规定核实",
    "This product's default; have the hospital's lawyers confirm it by the rules on text messages",
)
# key, source, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    ("marketing_from", RULES, "推广消息最早发送时间", "Offers are sent from", "clock", 8, 0, 24),
    ("marketing_until", RULES, "推广消息最晚发送时间", "Offers are sent until", "clock", 20, 0, 24),
    ("survey_from", OURS, "满意度调查最早发送时间", "Surveys are sent from", "clock", 8, 0, 24),
    ("survey_until", OURS, "满意度调查最晚发送时间", "Surveys are sent until", "clock", 21, 0, 24),
    ("care_from", OURS, "诊疗关怀消息最早发送时间", "Care messages are sent from", "clock", 8, 0, 24),
    ("care_until", OURS, "诊疗关怀消息最晚发送时间", "Care messages are sent until", "clock", 21, 0, 24),
    (
        "service_from",
        OURS,
        "服务消息（验证码、紧急通知）最早发送时间",
        "Service messages (codes, urgent notices) are sent from",
        "clock",
        0,
        0,
        24,
    ),
    (
        "service_until",
        OURS,
        "服务消息（验证码、紧急通知）最晚发送时间（0 点至 24 点即不限）",
        "Service messages (codes, urgent notices) are sent until (0 to 24 is always)",
        "clock",
        24,
        0,
        24,
    ),
    ("cap_a_day", OURS, "全院每天最多联系同一患者", "The hospital contacts a patient a day at most", "count", 2, 1, 50),
    (
        "cap_days",
        OURS,
        "全院联系次数的统计天数",
        "Days over which the hospital's contacts are counted",
        "days",
        7,
        1,
        90,
    ),
    (
        "cap_contacts",
        OURS,
        "全院在上述天数内最多联系同一患者",
        "The hospital contacts a patient in these days at most",
        "count",
        5,
        1,
        500,
    ),
    ("cap_care", OURS, "诊疗关怀消息计入联系次数", "Care messages count, and wait", "switch", 1, 0, 1),
    ("cap_survey", OURS, "满意度调查计入联系次数", "Surveys count, and wait", "switch", 1, 0, 1),
    ("cap_marketing", OURS, "推广消息计入联系次数", "Offers count, and are withheld", "switch", 1, 0, 1),
    ("cap_service", OURS, "服务消息计入联系次数", "Service messages count, and wait", "switch", 0, 0, 1),
    ("cap_calls", OURS, "电话计入联系次数", "Calls count", "switch", 1, 0, 1),
    ("cap_unanswered", OURS, "无人接听的电话也计入", "Calls that nobody answered count too", "switch", 1, 0, 1),
    ("link_days", OURS, "消息中的链接有效期", "Links in messages work for", "days", 90, 30, 366),
    (
        "links_version",
        OURS,
        "消息链接的版本（加 1 则此前发出的链接全部失效）",
        "Version of links in messages (one more ends all that were sent before)",
        "count",
        1,
        1,
        60000,
    ),
    (
        "answer_hours",
        OURS,
        "患者短信应在多长工作时间内回电",
        "Texts of patients are rung back within working",
        "hours",
        2,
        1,
        80,
    ),
    (
        "keep_sent_months",
        RULES,
        "保留消息的收发记录",
        "Records of messages sent and received are kept",
        "months",
        6,
        6,
        240,
    ),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    setting = apps.get_model("institution", "Setting")
    for key, (source_zh, source_en), label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        setting.objects.create(
            key=f"messaging.{key}",
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
    keys = [f"messaging.{key}" for key, *_ in SETTINGS]
    apps.get_model("institution", "Setting").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_opt_outs"), ("institution", "0007_days_of_2025_and_2026")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
