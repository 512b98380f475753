"""The rows that every hospital starts with: its profile, its calendar, the settings of the ground floors, two lists."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MORNING = (datetime.time(8), datetime.time(12))
AFTERNOON = (datetime.time(13, 30), datetime.time(17, 30))

# key, area, label zh, label en, unit, default, lowest, highest, source zh, source en
SETTINGS = [
    (
        "files.largest_megabytes",
        "files",
        "上传文件最大",
        "Largest file that can be uploaded",
        "megabytes",
        20,
        1,
        500,
        "本产品的默认值：够一年的名单或一份扫描件",
        "This product's default: enough for a year's list or a scan",
    ),
    (
        "files.keep_result_days",
        "files",
        "后台任务结果保留",
        "Keep the results of background jobs for",
        "days",
        7,
        1,
        90,
        "本产品的默认值：够取走文件，又不久留",
        "This product's default: long enough to fetch the file, and no longer",
    ),
    (
        "jobs.silence_minutes",
        "jobs",
        "后台任务多久没有响应就重做",
        "Start a background job anew after a silence of",
        "minutes",
        5,
        2,
        120,
        "本产品的默认值：长于最慢的一批",
        "This product's default: longer than the slowest batch",
    ),
]

LISTS = {
    "media_source": (
        "媒体来源",
        "Media source",
        "患者从哪里知道医院",
        "Where the patient heard of the hospital",
        [
            ("friend", "亲友介绍", "Family or friends"),
            ("former_patient", "老患者", "Former patient"),
            ("doctor_letter", "医生转诊", "Doctor's referral"),
            ("search", "网络搜索", "Web search"),
            ("wechat", "微信", "WeChat"),
            ("short_video", "短视频", "Short video"),
            ("newspaper", "报纸杂志", "Newspaper or magazine"),
            ("radio_tv", "广播电视", "Radio or television"),
            ("outdoor", "户外广告", "Outdoor advertising"),
            ("free_clinic", "义诊", "Free clinic"),
            ("community", "社区", "Community"),
            ("passing_by", "路过", "Passing by"),
            ("other", "其他", "Other"),
            ("unknown", "未问到", "Not asked"),
        ],
    ),
    "insurance": (
        "医保类型",
        "Insurance",
        "患者的支付方式",
        "How the patient is insured",
        [
            ("employee", "城镇职工医保", "Employee basic insurance"),
            ("resident", "城乡居民医保", "Resident basic insurance"),
            ("commercial", "商业保险", "Commercial insurance"),
            ("work_injury", "工伤保险", "Work injury insurance"),
            ("publicly_funded", "公费医疗", "Publicly funded care"),
            ("self_paid", "自费", "Self-paid"),
            ("other", "其他", "Other"),
        ],
    ),
}


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    apps.get_model("institution", "HospitalProfile").objects.create(
        pk=1, name_zh="医院", name_en="Hospital", updated_at=now
    )
    add_calendar(apps)
    setting = apps.get_model("institution", "Setting")
    for key, area, label_zh, label_en, unit, default, lowest, highest, source_zh, source_en in SETTINGS:
        setting.objects.create(
            key=key,
            area=area,
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
    add_lists(apps, now)


def add_calendar(apps: StateApps) -> None:
    calendar = apps.get_model("institution", "WorkingCalendar").objects.create(name_zh="医院", name_en="Hospital")
    hours = apps.get_model("institution", "WorkingHours")
    for weekday in range(1, 6):
        for opens_at, closes_at in (MORNING, AFTERNOON):
            hours.objects.create(calendar=calendar, weekday=weekday, opens_at=opens_at, closes_at=closes_at)


def add_lists(apps: StateApps, now: datetime.datetime) -> None:
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
    for name in ("ReferenceItem", "ReferenceList", "Setting", "WorkingCalendar", "HospitalProfile"):
        apps.get_model("institution", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("institution", "0001_hospital")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
