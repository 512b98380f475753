"""What the demo hospital has to do: patients, calls, promises in every state."""

from datetime import datetime

from accounts.models import Staff
from consult.models import Call
from consult.services.calls import log_call
from consult.services.records import CallRecord, TopicRecord
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.models import Patient, Sex, Target
from patients.services.contacts import find_or_create_contact
from patients.services.guardians import NewGuardian
from patients.services.patients import NewPhone, register_patient
from patients.services.relatives import Named
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.handing_over import hand_over_promise
from promises.services.promises import make_promise, postpone_promise

from .doubles import seed_doubles
from .messages import seed_messages
from .organisations import seed_organisations
from .owed import CALLS, DAY, FOLLOW_UPS, GUARDIANS, HOUR, KEPT, MINUTE, OPEN, PATIENTS, RING, Owed
from .people import Hospital
from .segments import seed_segments
from .told import seed_told
from .visits import seed_visits
from .watched import seed_watched

NOT_AT_DESK = (25, 28)  # came on file in another way


def seed_work(hospital: Hospital, *, at: datetime) -> None:
    """A few dozen people are on file; promises to them are late, due, tomorrow's, nobody's, passed on, kept."""
    patients = [_patient(hospital, rank, at) for rank in range(len(PATIENTS))]
    caller = find_or_create_contact(name="", digits="057155500177", actor=hospital.actor, at=at)
    _seed_calls(hospital, patients, at)
    seed_visits(hospital, patients, at)
    seed_organisations(hospital, patients, at)
    seed_segments(hospital, patients, at)
    seed_messages(hospital, patients, at)
    made = [_promise(hospital, owed, patients[owed.patient], at) for owed in OPEN]
    missed = Owed("team:line", 0, RING, "夜间来电无人接听", -70 * MINUTE, -10 * MINUTE)
    _promise(hospital, missed, caller, at)
    _seed_rounds(hospital, patients, at)
    _seed_kept(hospital, patients, at)
    _seed_changes(hospital.people, made, at)
    seed_told(hospital, patients, at)
    seed_watched(hospital, at)
    seed_doubles(hospital, patients, at)


def _patient(hospital: Hospital, rank: int, at: datetime) -> Patient:
    name, sex, year, place = PATIENTS[rank]
    return register_patient(
        values={"name": name, "sex": Sex(sex), "birth_year": year, "department": hospital.places[place]},
        phones=[NewPhone(read_phone(f"1380000{2001 + rank}"))],
        guardian=_guardian(rank),
        actor=hospital.actor if rank in NOT_AT_DESK else hospital.people["desk"].actor,
        at=at - (len(PATIENTS) - rank) * DAY,
    )


def _guardian(rank: int) -> NewGuardian | None:
    """A parent, who is not on file, on the child's own number."""
    name = GUARDIANS.get(PATIENTS[rank][0])
    return NewGuardian(Named(name, read_phone(f"1380000{2001 + rank}"))) if name else None


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
