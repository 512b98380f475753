"""What service levels rest on, what each is owed in words, and the tags that a hospital begins with."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SOURCE = {
    "source_zh": "本产品的默认值：按本院的就诊情况调整；0 表示不看这一项",
    "source_en": "This product's default: adjust it to your own patients; 0 means that this does not count",
}
# key, label zh, label en, unit, default, lowest, highest
SETTINGS = [
    ("months", "服务级别看最近多长时间的就诊", "Service levels look back over", "months", 24, 1, 120),
    ("a_visits", "A 级服务：就诊次数达到", "Level A: from so many visits", "count", 12, 0, 1000),
    ("a_amount", "A 级服务：或费用达到", "Level A: or from an amount of", "money", 30000, 0, 100_000_000),
    ("b_visits", "B 级服务：就诊次数达到", "Level B: from so many visits", "count", 6, 0, 1000),
    ("b_amount", "B 级服务：或费用达到", "Level B: or from an amount of", "money", 10000, 0, 100_000_000),
    ("c_visits", "C 级服务：就诊次数达到", "Level C: from so many visits", "count", 3, 0, 1000),
    ("c_amount", "C 级服务：或费用达到", "Level C: or from an amount of", "money", 3000, 0, 100_000_000),
]
PREFIX = "patients.level_"
LISTS = {
    "service_level": (
        "服务级别",
        "Service levels",
        "各级别承诺的服务：代码 a、b、c 对应设置中的级别",
        "What each level is owed: the codes a, b, c are the levels of the settings",
        [
            ("a", "2 小时内回电，专人跟进", "Call back within 2 hours, one person in charge"),
            ("b", "当天回电", "Call back the same day"),
            ("c", "次日中午前回电", "Call back by noon the next day"),
        ],
    ),
    "patient_tag": (
        "患者标签",
        "Patient tags",
        "帮助接待和联系的标签；不写诊断和评价",
        "What helps to receive and reach somebody; no diagnosis and no judgement",
        [
            ("lives_alone", "独居", "Lives alone"),
            ("hard_of_hearing", "听力不便", "Hard of hearing"),
            ("wheelchair", "需要轮椅", "Needs a wheelchair"),
            ("interpreter", "需要翻译或手语", "Needs an interpreter"),
            ("comes_from_afar", "外地来院", "Comes from afar"),
            ("large_print", "需要大字材料", "Needs large print"),
        ],
    ),
}


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    settings = apps.get_model("institution", "Setting").objects
    for key, label_zh, label_en, unit, default, lowest, highest in SETTINGS:
        words = {"label_zh": label_zh, "label_en": label_en, **SOURCE}
        bounds = {"value": default, "default": default, "lowest": lowest, "highest": highest}
        settings.create(key=f"{PREFIX}{key}", area="patients", unit=unit, updated_at=now, **words, **bounds)
    lists, items = (apps.get_model("institution", name).objects for name in ("ReferenceList", "ReferenceItem"))
    for code, (name_zh, name_en, hint_zh, hint_en, entries) in LISTS.items():
        names = {"name_zh": name_zh, "name_en": name_en, "hint_zh": hint_zh, "hint_en": hint_en}
        row = lists.create(code=code, **names)
        for rank, (item, label_zh, label_en) in enumerate(entries, start=1):
            words = {"label_zh": label_zh, "label_en": label_en}
            items.create(list=row, code=item, **words, position=rank * 10, updated_at=now)


def remove_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("patients", "PatientTag").objects.all().delete()
    apps.get_model("institution", "Setting").objects.filter(key__startswith=PREFIX).delete()
    apps.get_model("institution", "ReferenceItem").objects.filter(list__code__in=LISTS).delete()
    apps.get_model("institution", "ReferenceList").objects.filter(code__in=LISTS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0029_tags_levels_and_bulk_acts"),
        ("institution", "0005_months_and_money"),
    ]
    operations = [migrations.RunPython(add_rows, remove_rows)]
