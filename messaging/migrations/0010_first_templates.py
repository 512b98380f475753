"""The words that no text to patients may hold, and the first templates, published, in both languages."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# code: name zh, name en, hint zh, hint en, entries (code, zh, en). An entry counts in both languages.
LISTS = {
    "wording_cure": (
        "禁用语：承诺疗效",
        "Forbidden words: promises of cure",
        "发给患者的模板里不能出现；“+”连接的词同时出现才算",
        "No template to patients may hold them; words joined by + count where all of them stand",
        [
            ("cure_rate", "治愈率", "cure rate"),
            ("effective_rate", "有效率", "effective rate"),
            ("success_rate", "成功率", "success rate"),
            ("root_cure", "根治", "cured for good"),
            ("cure_guaranteed", "包治", "cure guaranteed"),
            ("guaranteed_cure", "保证治好", "guaranteed cure"),
            ("radical_removal", "根除", "completely cured"),
            ("cures_all", "药到病除", "miracle"),
            ("never_again", "永不复发", "never comes back"),
            ("hundred", "百分百", "100 percent"),
            ("hundred_in_words", "百分之百", "hundred percent"),
            ("no_risk", "零风险", "risk-free"),
        ],
    ),
    "wording_best": (
        "禁用语：绝对化",
        "Forbidden words: superlatives",
        "发给患者的模板里不能出现；不算违规的写法列在“不算违规的词”",
        "No template to patients may hold them; harmless phrases have a list of their own",
        [
            ("most", "最", "most advanced"),
            ("best", "最好的", "best"),
            ("first", "第一", "No. 1"),
            ("national", "国家级", "number one"),
            ("world_class", "世界级", "world-class"),
            ("top", "顶级", "top experts"),
            ("top_doctors", "顶尖", "top doctors"),
            ("unique", "独一无二", "unrivalled"),
            ("only_one", "全国唯一", "second to none"),
        ],
    ),
    "wording_proof": (
        "禁用语：以人作证",
        "Forbidden words: people as proof",
        "不以患者、医生、军队作证明",
        "Neither patients nor doctors nor the army prove anything",
        [
            ("testimony", "见证", "testimonial"),
            ("patients_say", "患者说", "patients say"),
            ("patient_recovered", "患者康复", "patient stories"),
            ("cases", "成功案例", "success stories"),
            ("thanks", "感谢信", "grateful patients"),
            ("army", "军队", "army hospital"),
            ("troops", "部队医院", "military hospital"),
            ("armed_police", "武警", "armed police"),
            ("liberation_army", "解放军", "People's Liberation Army"),
        ],
    ),
    "wording_lure": (
        "禁用语：免费加限时",
        "Forbidden words: free for a short time",
        "“+”连接的词同时出现才算",
        "Words joined by + count where all of them stand",
        [
            ("free_limited", "免费+限时", "free+limited time"),
            ("free_few", "免费+限量", "free+limited offer"),
            ("free_today", "免费+仅限", "free+only today"),
        ],
    ),
    "wording_clinical": (
        "禁用语：病名",
        "Forbidden words: illnesses",
        "短信别人也会看到，不写病名；疾病编码另外识别",
        "Others may read a message, so it tells no illness; codes of illnesses are found without a list",
        [
            ("cancer", "癌", "cancer"),
            ("tumour", "肿瘤", "tumour"),
            ("lump", "肿块", "tumor"),
            ("chemotherapy", "化疗", "chemotherapy"),
            ("radiotherapy", "放疗", "radiotherapy"),
            ("hiv", "艾滋", "HIV"),
            ("hepatitis", "肝炎", "hepatitis"),
            ("hepatitis_b", "乙肝", "hepatitis B"),
            ("cirrhosis", "肝硬化", "cirrhosis"),
            ("syphilis", "梅毒", "syphilis"),
            ("gonorrhoea", "淋病", "gonorrhoea"),
            ("sexual", "性病", "sexually transmitted"),
            ("diabetes", "糖尿病", "diabetes"),
            ("hypertension", "高血压", "hypertension"),
            ("heart_disease", "冠心病", "heart disease"),
            ("stroke", "脑梗", "stroke"),
            ("depression", "抑郁", "depression"),
            ("schizophrenia", "精神分裂", "schizophrenia"),
            ("abortion", "流产", "abortion"),
            ("infertility", "不孕", "infertility"),
            ("tuberculosis", "结核", "tuberculosis"),
            ("leukaemia", "白血病", "leukaemia"),
            ("uraemia", "尿毒症", "uraemia"),
            ("dialysis", "透析", "dialysis"),
            ("epilepsy", "癫痫", "epilepsy"),
        ],
    ),
    "wording_harmless": (
        "不算违规的词",
        "Harmless phrases",
        "里面虽有禁用语，但不算；医院自己的名称总是可以用",
        "They hold a forbidden word and mean no harm; the hospital's own name may always be used",
        [
            ("recently", "最近", "most recently"),
            ("last", "最后", "at last"),
            ("latest", "最晚", "at the latest"),
            ("no_later", "最迟", "no later"),
            ("earliest", "最早", "at the earliest"),
            ("had_better", "最好", "had best"),
            ("newest", "最新", "the newest"),
            ("at_least", "最少", "at least"),
            ("at_most", "最多", "at most"),
            ("in_the_end", "最终", "in the end"),
            ("best_time", "最佳时间", "best time"),
            ("best_wishes", "祝好", "best wishes"),
            ("best_regards", "此致", "best regards"),
            ("all_the_best", "一切顺利", "all the best"),
            ("first_time", "第一次", "the first time"),
            ("first_moment", "第一时间", "at once"),
            ("first_step", "第一步", "first step"),
            ("first_day", "第一天", "first day"),
            ("first_week", "第一周", "first week"),
            ("first_dose", "第一针", "first dose"),
            ("first_injection", "第一剂", "first injection"),
            ("first_peoples", "第一人民医院", "No. 1 People's Hospital"),
            ("first_affiliated", "第一附属医院", "No. 1 Affiliated Hospital"),
            ("first_hospital", "第一医院", "No. 1 Hospital"),
            ("first_room", "第一诊室", "room No. 1"),
            ("first_clinic", "第一门诊", "clinic No. 1"),
            ("first_window", "第一窗口", "window No. 1"),
            ("not_efficient", "没有效率", "inefficient"),
            ("heat_stroke", "中暑", "heat stroke"),
            ("toll_free", "免费电话", "toll-free"),
            ("feel_free", "请随时", "feel free"),
            ("smoke_free", "无烟", "smoke-free"),
        ],
    ),
    "wording_refusal": (
        "拒收提示语",
        "How to refuse messages",
        "推广短信（按设置也包括调查）里要有其中一句，或拒收链接",
        "Marketing, and surveys where the setting says so, hold one of these, or the link",
        [
            ("r", "拒收请回复R", "Reply R to stop"),
            ("t", "退订回T", "Reply T to unsubscribe"),
        ],
    ),
}
SURVEYS = "messaging.surveys_say_how_to_refuse"
# code, class, purpose, name zh, name en, (subject, text) zh, (subject, text) en
TEMPLATES = [
    (
        "ring_back_missed",
        "service",
        "ring_back_missed",
        "回电未接通",
        "We rang and could not reach you",
        (
            "刚才没能联系到您",
            "{recipient}您好，我们刚才给您回电，没有联系到您。您方便时可拨打 {hospital_phone}，我们也会再打给您。",
        ),
        (
            "We could not reach you",
            "{recipient}, we rang you back just now and could not reach you. You can call us on {hospital_phone}; "
            "we will try again too.",
        ),
    ),
    (
        "appointment_reminder",
        "service",
        "appointment_reminder",
        "就诊提醒",
        "Appointment reminder",
        (
            "就诊提醒",
            "{recipient}您好，您预约了 {appointment_at} {department}（{doctor}），地点：{place}。如需改期请致电 {hospital_phone}。",
        ),
        (
            "Your appointment",
            "{recipient}, you have an appointment on {appointment_at}: {department}, {doctor}, {place}. "
            "To change it, call {hospital_phone}.",
        ),
    ),
    (
        "followup_reminder",
        "care",
        "followup_reminder",
        "随访提醒",
        "Follow-up reminder",
        ("随访提醒", "{recipient}您好，{department}想了解您的近况，请在 {due_on}前回访或致电 {hospital_phone}。"),
        (
            "Your follow-up",
            "{recipient}, {department} would like to know how you are. Come or call {hospital_phone} by {due_on}.",
        ),
    ),
    (
        "survey_invitation",
        "survey",
        "survey_invitation",
        "满意度调查邀请",
        "Survey invitation",
        ("您的意见", "{recipient}您好，感谢您到{department}就诊。请用两分钟说说您的感受：{link} 拒收请回复R"),
        (
            "Your opinion",
            "{recipient}, thank you for coming to {department}. Tell us in two minutes how it was: {link} Reply R to stop",
        ),
    ),
    (
        "complaint_received",
        "service",
        "complaint_received",
        "投诉已收到",
        "Complaint received",
        (
            "您的反映已收到",
            "{recipient}您好，您反映的问题已收到，编号 {number}，我们会在 {due_on}前答复您。电话 {hospital_phone}。",
        ),
        (
            "We have received your complaint",
            "{recipient}, we have received your complaint, number {number}, and will answer by {due_on}. "
            "Telephone {hospital_phone}.",
        ),
    ),
    (
        "birthday_greeting",
        "marketing",
        "birthday_greeting",
        "生日祝福",
        "Birthday greeting",
        ("生日快乐", "{recipient}，{hospital}祝您生日快乐，平安健康。拒收请回复R"),
        ("Happy birthday", "{recipient}, {hospital} wishes you a happy birthday and good health. Reply R to stop"),
    ),
]


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    add_lists(apps, now)
    add_setting(apps, now)
    add_templates(apps, now)


def add_lists(apps: StateApps, now: datetime.datetime) -> None:
    reference_list = apps.get_model("institution", "ReferenceList")
    item = apps.get_model("institution", "ReferenceItem")
    for code, (name_zh, name_en, hint_zh, hint_en, entries) in LISTS.items():
        names = {"name_zh": name_zh, "name_en": name_en, "hint_zh": hint_zh, "hint_en": hint_en}
        row = reference_list.objects.create(code=code, **names)
        for position, (entry, label_zh, label_en) in enumerate(entries, start=1):
            item.objects.create(
                list=row, code=entry, label_zh=label_zh, label_en=label_en, position=position * 10, updated_at=now
            )


def add_setting(apps: StateApps, now: datetime.datetime) -> None:
    apps.get_model("institution", "Setting").objects.create(
        key=SURVEYS,
        area="messaging",
        label_zh="调查短信写明怎样拒收",
        label_en="Surveys say how to refuse them",
        unit="switch",
        value=1,
        default=1,
        lowest=0,
        highest=1,
        source_zh="本产品的默认值：推广短信一律要写，调查也写更稳妥",
        source_en="This product's default: marketing always says it, and surveys had better",
        updated_at=now,
    )


def add_templates(apps: StateApps, now: datetime.datetime) -> None:
    template = apps.get_model("messaging", "MessageTemplate")
    version = apps.get_model("messaging", "TemplateVersion")
    for code, message_class, purpose, name_zh, name_en, chinese, english in TEMPLATES:
        row = template.objects.create(
            code=code,
            message_class=message_class,
            purpose=purpose,
            name_zh=name_zh,
            name_en=name_en,
            created_at=now,
            updated_at=now,
        )
        for language, (subject, text) in (("zh-hans", chinese), ("en", english)):
            version.objects.create(
                template=row,
                language=language,
                number=1,
                subject=subject,
                text=text,
                state="published",
                created_at=now,
                published_at=now,
                updated_at=now,
            )


def remove_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those that have been written to since, too: their texts are gone with the columns in the step before."""
    codes = [code for code, *_ in TEMPLATES]
    apps.get_model("messaging", "Message").objects.filter(template_version__template__code__in=codes).update(
        template_version=None
    )
    apps.get_model("messaging", "TemplateRegistration").objects.filter(of__template__code__in=codes).delete()
    apps.get_model("messaging", "TemplateVersion").objects.filter(template__code__in=codes).delete()
    apps.get_model("messaging", "MessageTemplate").objects.filter(code__in=codes).delete()
    apps.get_model("institution", "Setting").objects.filter(key=SURVEYS).delete()
    lists = apps.get_model("institution", "ReferenceList").objects.filter(code__in=LISTS)
    items = apps.get_model("institution", "ReferenceItem").objects.filter(list__in=lists.values("pk"))
    for rows in (items, lists):  # at once: nothing points at them, and half of those who could are gone on the way back
        rows._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0009_templates"), ("institution", "0009_first_signature")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
