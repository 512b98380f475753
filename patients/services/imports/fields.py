"""What a file may tell about a patient or a visit, and how each piece is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.districts import NotADistrict, read_district
from hospital_crm.lib.moments import AFTER_ALL, BEFORE_ALL
from hospital_crm.lib.phones import NotAPhoneNumber, PhoneNumber, read_phone
from patients import rules
from patients.models import Patient, Phone, Relation, Sex, Visit

from .faults import BadCell

SEXES = {
    Sex.FEMALE: ("female", "f", "女", "女性", "2", "woman"),
    Sex.MALE: ("male", "m", "男", "男性", "1", "man"),
    Sex.UNKNOWN: ("unknown", "u", "未知", "不详", "未说明", "0", "9"),
}
OWNERS = {
    Phone.Owner.OWN: ("own", "self", "本人", "患者本人", "自己"),
    Phone.Owner.PARENT: ("parent", "father", "mother", "父亲", "母亲", "父母", "家长"),
    Phone.Owner.CHILD: ("child", "son", "daughter", "子女", "儿子", "女儿"),
    Phone.Owner.SPOUSE: ("spouse", "husband", "wife", "配偶", "丈夫", "妻子"),
    Phone.Owner.OTHER: ("other", "relative", "friend", "其他", "他人", "亲属", "朋友"),
}
ROLES = {
    Relation.Role.PARENT: ("parent", "father", "mother", "父亲", "母亲", "父母", "爸爸", "妈妈"),
    Relation.Role.GRANDPARENT: (
        *("grandparent", "grandfather", "grandmother", "祖父母", "祖父", "祖母", "爷爷", "奶奶"),
        *("外祖父母", "外祖父", "外祖母", "外公", "外婆", "姥爷", "姥姥"),
    ),
    Relation.Role.SIBLING: ("sibling", "brother", "sister", "兄弟姐妹", "哥哥", "姐姐", "兄", "姐"),
    Relation.Role.SPOUSE: ("spouse", "husband", "wife", "配偶", "丈夫", "妻子"),
    Relation.Role.GRANDCHILD: ("grandchild", "孙子女"),
    Relation.Role.OTHER: ("other", "guardian", "relative", "其他", "监护人", "亲属"),
}
KINDS = {
    Visit.Kind.OUTPATIENT: ("outpatient", "ambulatory", "clinic", "op", "门诊"),
    Visit.Kind.INPATIENT: ("inpatient", "ip", "住院"),
    Visit.Kind.EMERGENCY: ("emergency", "urgentcare", "urgent care", "er", "急诊"),
    Visit.Kind.HEALTH_CHECK: ("health_check", "health check", "wellness", "checkup", "体检", "健康体检"),
}
STATUSES = {
    Visit.Status.PLANNED: ("planned", "booked", "已预约", "计划"),
    Visit.Status.ARRIVED: ("arrived", "in-progress", "已到", "在院", "就诊中"),
    Visit.Status.FINISHED: ("finished", "done", "已完成", "已结束", "出院"),
    Visit.Status.CANCELLED: ("cancelled", "canceled", "已取消"),
}
DISPOSITIONS = {
    Visit.Disposition.HOME: ("home", "医嘱离院", "回家", "1"),
    Visit.Disposition.TRANSFER: ("transfer", "转院", "医嘱转院", "2"),
    Visit.Disposition.AGAINST_ADVICE: ("against_advice", "非医嘱离院", "自动出院", "4"),
    Visit.Disposition.DIED: ("died", "死亡", "5"),
    Visit.Disposition.OTHER: ("other", "其他", "9"),
}
MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
ZONE = re.compile(r":\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$")
AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}")
MORE_THAN_ANY = Decimal(10**10)
Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Field:
    """`names` are headings under which it is often found; a lookup is read with the hospital's own lists."""

    label: str | Promise
    read: Reader
    names: tuple[str, ...] = ()
    lookup: str = ""  # "department", or the code of a list


def text_up_to(most: int) -> Reader:
    def read(text: str) -> str:
        if len(text) > most:
            raise BadCell("too_long")
        return text

    return read


def _of(model: Any, column: str) -> Reader:
    return text_up_to(model._meta.get_field(column).max_length)


def one_of(words: Mapping[Any, tuple[str, ...]]) -> Reader:
    meant = {word: value for value, known in words.items() for word in known}

    def read(text: str) -> Any:
        if (found := meant.get(rules.plain(text))) is None:
            raise BadCell("not_a_choice")
        return found

    return read


def read_birth(text: str) -> tuple[date | None, int | None]:
    """Where a moment with its zone is told, the day that it was here."""
    try:
        moment = parse_datetime(text) if ZONE.search(text) else None
        told = text if moment is None else timezone.localtime(moment).date().isoformat()
        return rules.read_birth(told, timezone.localdate())
    except (ValueError, OverflowError) as error:
        raise BadCell("no_birth") from error


def read_phone_number(text: str) -> PhoneNumber:
    try:
        return read_phone(text)
    except NotAPhoneNumber as error:
        raise BadCell("no_number") from error


def read_card(text: str) -> str:
    try:
        return rules.read_identifier(rules.RESIDENT_ID, text, timezone.localdate())
    except rules.UnreadableIdentifier as error:
        raise BadCell(f"card_{error.fault.value}") from error


def read_moment(text: str) -> datetime:
    """ "2026-03-12 10:24", "2026/3/12", with a zone or in the hospital's."""
    try:
        moment = parse_datetime(text) or _as_written(text)
    except (ValueError, OverflowError) as error:
        raise BadCell("no_moment") from error
    if moment is None or not BEFORE_ALL.year < moment.year < AFTER_ALL.year:
        raise BadCell("no_moment")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _as_written(text: str) -> datetime | None:
    """Raises ValueError for a day that there is not."""
    if (found := MOMENT.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_current_timezone())


def read_past_day(text: str) -> date:
    day = timezone.localdate(read_moment(text))
    if day > timezone.localdate():
        raise BadCell("still_to_come")
    return day


def read_amount(text: str) -> Decimal:
    """ "1234.50", "¥1,234.50"; of more places the nearest two."""
    told = rules.plain(text).lstrip("¥$ ")
    if not AMOUNT.fullmatch(told):
        raise BadCell("no_amount")
    amount = Decimal(told.replace(",", ""))
    if amount >= MORE_THAN_ANY:
        raise BadCell("no_amount")
    return amount.quantize(Decimal("0.01"))


def read_currency(text: str) -> str:
    if not CURRENCY.fullmatch(text.upper()):
        raise BadCell("not_a_choice")
    return text.upper()


def read_email(text: str) -> str:
    try:
        validate_email(_of(Patient, "email")(text))
    except ValidationError as error:
        raise BadCell("no_email") from error
    return text


def read_district_code(text: str) -> str:
    try:
        return read_district(text).code
    except NotADistrict as error:
        raise BadCell("no_district") from error


OUTSIDE = ("id", "外部编号", "外部id", "外部系统编号", "来源编号")
PATIENT_FIELDS = {
    "external_id": Field(
        _("Number in the system it is from"), text_up_to(40), (*OUTSIDE, "patient_id", "患者id", "编号")
    ),
    "hospital_number": Field(
        _("Hospital number"), _of(Patient, "hospital_number"), ("病案号", "住院号", "mrn", "就诊卡号")
    ),
    "name": Field(_("Name"), _of(Patient, "name"), ("姓名", "患者姓名", "first_name", "first", "full_name")),
    "sex": Field(_("Sex"), one_of(SEXES), ("性别", "gender")),
    "birth": Field(_("Date or year of birth"), read_birth, ("出生日期", "birthdate", "birth_date", "dob", "生日")),
    "resident_id": Field(_("Number of the identity card"), read_card, ("身份证号", "身份证", "证件号码")),
    "phone": Field(_("Phone"), read_phone_number, ("电话", "手机", "手机号", "联系电话", "mobile", "tel")),
    "phone_owner": Field(_("Whose phone"), one_of(OWNERS), ("电话归属", "联系人关系", "与患者关系", "phone_owner")),
    "guardian": Field(
        _("Guardian's name"), _of(Relation, "name"), ("监护人", "监护人姓名", "家长姓名", "guardian_name")
    ),
    "guardian_phone": Field(
        _("Guardian's phone"), read_phone_number, ("监护人电话", "监护人手机", "家长电话", "guardian_mobile")
    ),
    "guardian_role": Field(
        _("Guardian is to the child"), one_of(ROLES), ("监护人关系", "与监护人关系", "guardian_relation")
    ),
    "died_on": Field(_("Died on"), read_past_day, ("死亡日期", "deathdate", "death_date")),
    "residence": Field(_("Place of residence"), _of(Patient, "residence"), ("居住地", "city")),
    "district": Field(_("District"), read_district_code, ("区县", "行政区划")),
    "address": Field(_("Home address"), _of(Patient, "address"), ("地址", "住址", "详细地址")),
    "email": Field(_("E-mail"), read_email, ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail", "mail")),
    "card": Field(_("Discount or member card"), _of(Patient, "card"), ("会员卡", "优惠卡")),
    "insurance": Field(_("Insurance"), str, ("医保", "医保类型", "费别"), lookup="insurance"),
    "source": Field(_("Media source"), str, ("来源", "媒体来源"), lookup="media_source"),
    "occupation": Field(_("Occupation"), str, ("职业",), lookup="occupation"),
    "department": Field(_("Department"), str, ("科室", "所属科室"), lookup="department"),
}
VISIT_FIELDS = {
    "external_id": Field(
        _("Number in the system it is from"), text_up_to(80), (*OUTSIDE, "visit_id", "就诊号", "流水号")
    ),
    "patient": Field(
        _("Patient's number in that system"), text_up_to(40), ("patient_id", "patient_no", "患者id", "患者编号")
    ),
    "hospital_number": Field(_("Hospital number"), text_up_to(40), ("病案号", "住院号", "mrn", "就诊卡号")),
    "kind": Field(_("Kind"), one_of(KINDS), ("就诊类别", "就诊类型", "encounterclass", "class", "类别")),
    "status": Field(_("Status"), one_of(STATUSES), ("状态",)),
    "starts_at": Field(_("Begins"), read_moment, ("就诊时间", "入院时间", "入院日期", "开始时间", "start", "date")),
    "ends_at": Field(_("Ends"), read_moment, ("出院时间", "出院日期", "结束时间", "stop", "end")),
    "department": Field(_("Department"), str, ("科室", "就诊科室"), lookup="department"),
    "doctor_name": Field(_("Doctor"), _of(Visit, "doctor_name"), ("医生", "主治医生", "doctor")),
    "disposition": Field(_("Discharged"), one_of(DISPOSITIONS), ("离院方式",)),
    "total": Field(_("Amount"), read_amount, ("总金额", "总费用", "金额", "total_claim_cost")),
    "insured": Field(_("Paid by insurance"), read_amount, ("医保支付", "payer_coverage")),
    "currency": Field(_("Currency"), read_currency, ("币种",)),
    "diagnosis_code": Field(_("Code of the diagnosis"), text_up_to(20), ("诊断编码", "icd", "icd10", "reasoncode")),
    "diagnosis": Field(_("Diagnosis"), text_up_to(200), ("诊断", "主要诊断", "reasondescription")),
    "operation_code": Field(_("Code of the operation"), text_up_to(20), ("手术编码", "operation_code")),
    "operation": Field(_("Operation"), text_up_to(200), ("手术", "手术名称", "主要手术")),
    "operated_at": Field(_("Operated"), read_moment, ("手术时间", "手术日期")),
}
FIELDS = {"patients": PATIENT_FIELDS, "visits": VISIT_FIELDS}
# Without one of these a second import cannot know the same person again.
IDENTIFYING = ("external_id", "hospital_number", "resident_id")
REQUIRED = {"patients": ("name",), "visits": ("starts_at",)}
