"""The demo hospital's organisations, told from the moment of the seeding. None of them exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from hospital_crm.lib.phones import read_phone
from patients.models import Organisation, Patient
from patients.services.employments import add_employee
from patients.services.organisation_people import add_organisation_contact
from patients.services.organisation_visits import plan_organisation_visit
from patients.services.organisations import end_organisation, register_organisation
from promises.models import Promise
from promises.services.organisations import promise_to_organisation

from .people import Hospital

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Kind = Organisation.Kind


@dataclass(frozen=True)
class Place:
    """Name, kind, district, switchboard, who looks after it; whom to speak with; who works there, by rank."""

    name: str
    kind: Organisation.Kind
    district: str
    phone: str
    owner: str
    people: tuple[tuple[str, str, str], ...] = ()
    employees: tuple[tuple[int, str], ...] = ()


PLACES = (
    Place("示范科技有限公司", Kind.COMPANY, "330106", "0571 5550 0201", "adviser",
          (("钱晓峰", "人事经理", "13800003001"), ("冯倩", "工会", "13800003002")),
          ((5, "工程师"), (8, "设计师"), (14, "会计"), (22, "工程师"))),
    Place("示范第一中学", Kind.SCHOOL, "330102", "0571 5550 0202", "adviser",
          (("沈校长", "副校长", "13800003003"),), ((13, "教师"), (17, "教师"))),
    Place("湖滨示范社区", Kind.COMMUNITY, "330102", "0571 5550 0203", "desk",
          (("卫红", "社区主任", "13800003004"),)),
    Place("示范眼镜诊所", Kind.CLINIC, "330105", "0571 5550 0204", "line", (("蒋磊", "店长", "13800003005"),)),
    Place("示范医疗器械供应商", Kind.SUPPLIER, "330108", "0571 5550 0205", "manager"),
)  # fmt: skip
VISITS = (  # the place by rank, days from the seeding, who, what for, what came of it
    (0, -20, "adviser", "介绍员工眼健康体检", "愿意在年内组织，先要方案和报价"),
    (0, 3, "adviser", "当面讲解方案", ""),
    (1, -6, "adviser", "商谈学生视力筛查", "同意九月开学后筛查"),
    (2, -1, "desk", "社区义诊场地", "社区提供场地和桌椅"),
)
OWED = (  # the place by rank, what, its words, due how long from the seeding, whose
    (0, Promise.Kind.SEND_OFFER, "发送员工眼健康体检方案和报价", 5 * HOUR, "adviser"),
    (1, Promise.Kind.RING_BACK, "确认学生视力筛查日期", -20 * MINUTE, "line"),
    (2, Promise.Kind.VISIT_THEM, "义诊前看场地", 2 * DAY, "desk"),
)
ENDED, WHY = 4, "合同到期，不再续签"


def seed_organisations(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """Five are on file, one of which has ended; people work there, we were there, and something is owed."""
    rows = [_place(hospital, place, patients, at - 60 * DAY) for place in PLACES]
    for rank, days, who, purpose, result in VISITS:
        values = {
            "on_day": timezone.localdate(at) + days * DAY,
            "visited_by": hospital.people[who],
            "purpose": purpose,
        }
        actor = hospital.people[who].actor
        plan_organisation_visit(organisation=rows[rank], values=values, result=result, actor=actor, at=at)
    for rank, kind, note, due, whose in OWED:
        owner = hospital.people[whose]
        more = {"note": note, "owner": owner, "actor": owner.actor, "at": at - DAY}
        promise_to_organisation(organisation=rows[rank], kind=kind, due_at=at + due, **more)  # type: ignore[arg-type]
    end_organisation(organisation=rows[ENDED], reason=WHY, actor=hospital.people["manager"].actor, at=at - 2 * DAY)


def _place(hospital: Hospital, place: Place, patients: list[Patient], at: datetime) -> Organisation:
    owner, number = hospital.people[place.owner], read_phone(place.phone)
    values = {"name": place.name, "kind": place.kind, "district": place.district, "digits": number.digits}
    by = {"actor": owner.actor, "at": at}
    about = {"owner": owner, "department": owner.department}
    row = register_organisation(values={**values, **about}, **by)  # type: ignore[arg-type]
    for name, position, phone in place.people:
        said = {"name": name, "position": position}
        add_organisation_contact(organisation=row, values=said, phone=read_phone(phone), **by)  # type: ignore[arg-type]
    for rank, position in place.employees:
        add_employee(organisation=row, patient=patients[rank], values={"position": position}, **by)  # type: ignore[arg-type]
    return row
