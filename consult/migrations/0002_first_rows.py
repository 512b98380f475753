"""The lists that the call page starts with: who calls, and what about."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LISTS = {
    "caller_relation": (
        "来电人与患者的关系",
        "Caller's relation",
        "来电的人是患者的谁",
        "Who the caller is to the patient",
        [
            ("self", "本人", "Self"),
            ("child", "子女", "Child"),
            ("spouse", "配偶", "Spouse"),
            ("parent", "父母", "Parent"),
            ("other", "其他", "Other"),
        ],
    ),
    "call_topic": (
        "咨询主题",
        "Topics of calls",
        "来电问的是什么",
        "What callers ask about",
        [
            ("symptom", "症状与就诊科室", "Symptoms, which department"),
            ("doctor", "医生与出诊时间", "Doctors and their hours"),
            ("appointment", "预约与改约", "Appointments"),
            ("fee", "费用", "Fees"),
            ("insurance", "医保与报销", "Insurance"),
            ("operation", "手术", "Operation"),
            ("after_operation", "术后与用药", "After an operation, medicines"),
            ("report", "检查结果", "Results and reports"),
            ("admission", "住院与出院", "Admission and discharge"),
            ("checkup", "健康体检", "Health check"),
            ("directions", "地址与开诊时间", "Address and opening hours"),
            ("activity", "义诊与活动", "Free clinics and events"),
            ("complaint", "意见与投诉", "Complaint"),
            ("praise", "表扬与感谢", "Thanks"),
            ("other", "其他", "Other"),
        ],
    ),
}


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    reference_list = apps.get_model("institution", "ReferenceList")
    item = apps.get_model("institution", "ReferenceItem")
    for code, (name_zh, name_en, hint_zh, hint_en, labels) in LISTS.items():
        row = reference_list.objects.create(
            code=code, name_zh=name_zh, name_en=name_en, hint_zh=hint_zh, hint_en=hint_en
        )
        for position, (item_code, label_zh, label_en) in enumerate(labels, start=1):
            item.objects.create(
                list=row, code=item_code, label_zh=label_zh, label_en=label_en, position=position * 10, updated_at=now
            )


def remove_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institution", "ReferenceItem").objects.filter(list__code__in=LISTS).delete()
    apps.get_model("institution", "ReferenceList").objects.filter(code__in=LISTS).delete()


class Migration(migrations.Migration):
    dependencies = [("consult", "0001_calls"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
