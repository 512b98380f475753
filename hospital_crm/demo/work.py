"""What the demo hospital has to do: patients, calls, promises in every state, told from the moment of the seeding."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Staff
from consult.models import Call
from consult.services.calls import CallRecord, TopicRecord, log_call
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.models import Patient, Sex, Target
from patients.services.contacts import find_or_create_contact
from patients.services.patients import NewPhone, register_patient
from promises.models import Promise
from promises.services.ownership import hand_over_promise
from promises.services.promises import keep_promise, make_promise, postpone_promise

from .organisations import seed_organisations
from .people import Hospital
from .segments import seed_segments
from .visits import seed_visits

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Name, sex, year of birth, department. The phones are 138 0000 2001 and on: they belong to nobody.
PATIENTS = (
    ("张桂兰", "female", 1954, "cataract"),
    ("何建平", "male", 1960, "cataract"),
    ("吴海燕", "female", 1991, "children"),
    ("陈国强", "male", 1968, "glaucoma"),
    ("孙丽华", "female", 1965, "cataract"),
    ("林晓", "female", 2002, "refractive"),
    ("郑明", "male", 1957, "cataract"),
    ("王建军", "male", 1979, "glaucoma"),
    ("欧阳静", "female", 1986, "refractive"),
    ("单雄", "male", 1949, "cataract"),
    ("曾雨", "female", 1972, "checkup"),
    ("李小满", "female", 2018, "children"),
    ("赵德顺", "male", 1944, "cataract"),
    ("周文静", "female", 1999, "refractive"),
    ("徐志远", "male", 1983, "checkup"),
    ("马秀莲", "female", 1951, "cataract"),
    ("朱国栋", "male", 1963, "glaucoma"),
    ("胡蓉", "female", 1977, "checkup"),
    ("郭大勇", "male", 1970, "cataract"),
    ("罗美玲", "female", 1989, "refractive"),
    ("梁一诺", "male", 2016, "children"),
    ("宋玉珍", "female", 1948, "cataract"),
    ("唐家骏", "male", 1994, "refractive"),
    ("许春梅", "female", 1966, "glaucoma"),
    ("韩立新", "male", 1959, "cataract"),
    ("冯晓岚", "female", 1981, "checkup"),
    ("董浩然", "male", 2001, "refractive"),
    ("程淑芬", "female", 1953, "cataract"),
    ("Anna Petrova", "female", 1990, "refractive"),
    ("袁伟", "male", 1975, "glaucoma"),
)
NOT_AT_DESK = (25, 28)  # came on file in another way
FOLLOW_UPS = ("术后 1 天回访：眼压、疼痛、用药", "术后 1 周回访：视力和用药", "复查前提醒：停药和陪同")


@dataclass(frozen=True)
class Owed:
    """One promise: whose (a person, or "team:" and a team), to whom, what, made and due how long from the seeding."""

    owner: str
    patient: int
    kind: Promise.Kind
    note: str
    made: timedelta
    due: timedelta


RING, ASK, SEND, LOOK = (
    Promise.Kind.RING_BACK,
    Promise.Kind.ASK_SPECIALIST,
    Promise.Kind.SEND_INFORMATION,
    Promise.Kind.LOOK_INTO,
)
OPEN = (
    Owed("line", 0, RING, "回电告知：右眼术后眼药水能否停用", -3 * HOUR, -24 * MINUTE),
    Owed("line", 7, RING, "告知青光眼药物是否可与降压药同服", -2 * HOUR, -11 * MINUTE),
    Owed("line", 5, SEND, "发送近视手术术前检查须知", -HOUR, 18 * MINUTE),
    Owed("line", 4, RING, "告知医保报销比例与自付金额", -HOUR, 52 * MINUTE),
    Owed("line", 13, RING, "确认停戴隐形眼镜的天数", -HOUR, 3 * HOUR),
    Owed("line", 8, SEND, "发送近视手术价格单", -2 * HOUR, 5 * HOUR),
    Owed("line", 22, RING, "预约周末检查的空位", -2 * HOUR, DAY),
    Owed("desk", 9, RING, "找到遗失的检查单后通知", -4 * HOUR, -8 * MINUTE),
    Owed("desk", 14, SEND, "发送体检当天路线与停车说明", -HOUR, 2 * HOUR),
    Owed("complaint", 29, LOOK, "查明收费说明不清的原因并答复", -5 * HOUR, -40 * MINUTE),
    Owed("complaint", 16, RING, "回电说明复查改期的经过", -2 * HOUR, 90 * MINUTE),
    Owed("doctor", 3, ASK, "眼压波动，是否提前复查", -3 * HOUR, -15 * MINUTE),
    Owed("doctor", 11, ASK, "儿童散光验光复查的间隔", -2 * HOUR, 4 * HOUR),
    Owed("adviser", 10, RING, "讲解体检报告中的眼底结果", -DAY, 35 * MINUTE),
    Owed("adviser", 17, SEND, "发送复查项目与价格", -DAY, DAY),
    Owed("manager", 23, LOOK, "核实候诊超过一小时的反映", -DAY, 6 * HOUR),
    Owed("line", 19, RING, "告知近视手术后何时可以化妆", -2 * HOUR, -5 * MINUTE),
    Owed("line", 25, LOOK, "核对重复收取的挂号费", -DAY, 2 * HOUR),
    Owed("team:line", 24, RING, "询问白内障手术住院天数", -50 * MINUTE, 2 * HOUR),
    Owed("team:followup", 27, RING, "家属询问换药时间", -20 * MINUTE, 3 * HOUR),
)
KEPT = (  # due, then when it was kept
    *((-DAY + n * 20 * MINUTE, -DAY + n * 20 * MINUTE - 10 * MINUTE) for n in range(10)),
    (-DAY, -DAY + 3 * HOUR),
    *((-n * 10 * MINUTE, -n * 10 * MINUTE - 5 * MINUTE) for n in range(1, 6)),
)
# Person, topic, question, answer, how long before the seeding.
CALLS = (
    (0, "after_operation", "右眼术后眼药水能否停用", "问过医生后回电", 3 * HOUR),
    (4, "insurance", "白内障手术医保报销多少", "核对后回电", HOUR),
    (5, "operation", "近视手术术前要做哪些检查", "已说明，稍后发送须知", HOUR),
    (12, "directions", "地铁怎么走", "示范站 B 口出，步行 5 分钟", 2 * HOUR),
    (18, "directions", "周日有没有门诊", "周日上午有门诊", DAY),
    (20, "directions", "儿童验光几点截止", "下午五点前到", DAY + HOUR),
)


def seed_work(hospital: Hospital, *, at: datetime) -> None:
    """A few dozen people are on file; promises to them are late, due, tomorrow's, nobody's, passed on, kept."""
    patients = [_patient(hospital, rank, at) for rank in range(len(PATIENTS))]
    caller = find_or_create_contact(name="", digits="057155500177", actor=hospital.actor, at=at)
    _seed_calls(hospital, patients, at)
    seed_visits(hospital, patients, at)
    seed_organisations(hospital, patients, at)
    seed_segments(hospital, patients, at)
    made = [_promise(hospital, owed, patients[owed.patient], at) for owed in OPEN]
    missed = Owed("team:line", 0, RING, "夜间来电无人接听", -70 * MINUTE, -10 * MINUTE)
    _promise(hospital, missed, caller, at)
    _seed_rounds(hospital, patients, at)
    _seed_kept(hospital, patients, at)
    _seed_changes(hospital.people, made, at)


def _patient(hospital: Hospital, rank: int, at: datetime) -> Patient:
    name, sex, year, place = PATIENTS[rank]
    return register_patient(
        values={"name": name, "sex": Sex(sex), "birth_year": year, "department": hospital.places[place]},
        phones=[NewPhone(read_phone(f"1380000{2001 + rank}"))],
        actor=hospital.actor if rank in NOT_AT_DESK else hospital.people["desk"].actor,
        at=at - (len(PATIENTS) - rank) * DAY,
    )


def _promise(hospital: Hospital, owed: Owed, target: Target, at: datetime) -> Promise:
    team = owed.owner.removeprefix("team:") if owed.owner.startswith("team:") else ""
    return make_promise(
        target=target,
        kind=owed.kind,
        due_at=at + owed.due,
        owner=None if team else hospital.people[owed.owner],
        team=hospital.teams[team] if team else None,
        note=owed.note,
        actor=hospital.people["line"].actor,
        at=at + owed.made,
    )


def _seed_rounds(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """The nurse has as much as one person can keep up with."""
    for rank in range(24):
        note = FOLLOW_UPS[rank % len(FOLLOW_UPS)]
        due = rank * 25 * MINUTE - 45 * MINUTE
        owed = Owed("nurse", rank, RING, note, -2 * HOUR, due)
        _promise(hospital, owed, patients[(rank * 7) % len(patients)], at)


def _seed_kept(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    for rank, (due, kept) in enumerate(KEPT):
        owner = ("line", "nurse", "desk")[rank % 3]
        owed = Owed(owner, rank, RING, "回电告知检查结果", due - 2 * HOUR, due)
        promise = _promise(hospital, owed, patients[(rank * 11) % len(patients)], at)
        keep_promise(promise=promise, actor=hospital.people[owner].actor, at=at + kept)


def _seed_changes(people: dict[str, Staff], made: list[Promise], at: datetime) -> None:
    """One waits for the doctor to accept, one for the consultant; one was postponed; one was tried in vain."""
    line, complaint = people["line"], people["complaint"]
    hand_over_promise(promise=made[3], to=people["doctor"], actor=line.actor, at=at - 30 * MINUTE)
    hand_over_promise(promise=made[10], to=line, reason="我下午开会", actor=complaint.actor, at=at - 20 * MINUTE)
    postpone_promise(
        promise=made[4], due_at=at + 4 * HOUR, reason="家属下午才方便接听", actor=line.actor, at=at - 10 * MINUTE
    )
    record_attempt(
        promise=made[1], outcome=Attempt.Outcome.NO_ANSWER, note="响铃无人接听", actor=line.actor, at=at - 25 * MINUTE
    )


def _seed_calls(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    topics = {topic.code: topic for topic in ReferenceItem.objects.filter(list__code="call_topic")}
    for patient, topic, question, answer, ago in CALLS:
        record = CallRecord(
            disposition=Call.Disposition.ANSWERED,
            started_at=at - ago - 4 * MINUTE,
            ended_at=at - ago,
            topics=[TopicRecord(topics[topic], question=question, answer=answer)],
            person=patients[patient],
            number=read_phone(f"1380000{2001 + patient}"),
        )
        log_call(record=record, staff=hospital.people["line"], at=at - ago)
