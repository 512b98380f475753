"""How soon people's requests are answered, what is kept how long, and which looks are unusual: plain settings."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OURS = ("本产品的默认值", "This product's default")
ANSWER = (
    "本产品的默认值；使用前请医院法务对照个人信息保护法第五十条核实",
    "This product's default; have the hospital's lawyers confirm it by the Personal Information Protection Law, art. 50",
)
RECORDS = (
    "本产品的默认值；使用前请医院法务对照病历管理规定核实",
    "This product's default; have the hospital's lawyers confirm it by the rules on medical records",
)
PROOF = (
    "本产品的默认值；使用前请医院法务对照个人信息保护法第五十六条核实",
    "This product's default; have the hospital's lawyers confirm it by the Personal Information Protection Law, art. 56",
)
SENT = (
    "本产品的默认值；使用前请医院法务对照通信短信息服务管理规定核实",
    "This product's default; have the hospital's lawyers confirm it by the rules on text messages",
)
# key, source, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    (
        "data_request_days",
        ANSWER,
        "个人信息请求的答复期限",
        "Time to answer what people ask about their data",
        "days",
        30,
        1,
        90,
    ),
    (
        "keep_outpatient_years",
        RECORDS,
        "删除后保留门诊就诊记录",
        "Outpatient visits are kept after an erasure",
        "years",
        15,
        0,
        100,
    ),
    (
        "keep_inpatient_years",
        RECORDS,
        "删除后保留住院记录",
        "Inpatient stays are kept after an erasure",
        "years",
        30,
        0,
        100,
    ),
    (
        "keep_proof_years",
        PROOF,
        "删除后保留同意记录与操作审计",
        "Consents and the audit are kept after an erasure",
        "years",
        3,
        0,
        100,
    ),
    (
        "keep_sent_days",
        SENT,
        "删除后保留消息发送记录",
        "Proof of what was sent is kept after an erasure",
        "days",
        183,
        0,
        3660,
    ),
    (
        "looks_times",
        OURS,
        "查看次数超过本人平时多少倍需要核查",
        "Looks above so many times one's own usual are checked",
        "count",
        3,
        1,
        20,
    ),
    (
        "looks_floor",
        OURS,
        "每天不超过多少次查看不算异常",
        "So few looks in a day are never unusual",
        "count",
        30,
        0,
        10000,
    ),
    (
        "looks_floor_of_new",
        OURS,
        "新同事每天不超过多少次查看不算异常",
        "So few looks in a day of somebody new are never unusual",
        "count",
        60,
        0,
        10000,
    ),
    (
        "looks_days_needed",
        OURS,
        "有多少天的查看记录才能与平时比较",
        "Days with looks that are needed to know the usual",
        "days",
        5,
        1,
        30,
    ),
    ("look_check_days", OURS, "异常查看的核查期限", "Time to check an unusual look", "days", 3, 1, 60),
]


def add_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    rows = apps.get_model("institution", "Setting").objects
    for name, source, label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, "source_zh": source[0], "source_en": source[1]}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        rows.create(key=f"patients.{name}", area="patients", unit=unit, updated_at=now, **words, **bounds)


def remove_settings(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    keys = [f"patients.{name}" for name, *_rest in SETTINGS]
    apps.get_model("institution", "Setting").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0024_data_rights"), ("institution", "0003_units_of_things_and_hours")]
    operations = [migrations.RunPython(add_settings, remove_settings)]
