"""What happened in the demo hospital before: people came on file, called, were promised something and told in time, or
late, or never.
"""

from collections import deque
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from random import Random

from django.db import connections, transaction

from accounts.models import Staff
from consult.models import Call, CallTopic
from consult.services.past import PastCall, record_past_calls
from hospital_crm.lib.filling import filling, hurry
from institution.models import ReferenceItem
from patients.models import Patient, Phone, SearchToken, TimelineEntry
from patients.services.bulk import register_patients, take_numbers
from promises.models import Promise, PromiseEvent
from promises.services.past import PastPromise, record_past_promises

from . import crowd
from .people import Hospital

LARGE = (SearchToken, TimelineEntry, Call, Promise, PromiseEvent, CallTopic, Patient, Phone)  # the largest first
CHUNK = 5_000  # people in memory at once
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OPENS = 8 * HOUR
OPEN_MINUTES = 9 * 60
SETTLED = 3 * DAY  # whatever was promised before is over by now
MOST_CALLS = 400
PROMISING = 0.5  # calls that end with a promise
ON_TIME, LATE = 0.88, 0.97  # promises kept in time, and kept at all
QUESTIONS = {
    "directions": ("周末有没有门诊", "周六上午有门诊"),
    "insurance": ("手术费用医保报销多少", "按类别说明了比例"),
    "operation": ("术前要做哪些检查", "说明了检查项目"),
    "after_operation": ("术后几天可以洗头", "一周内避免进水"),
}
PROMISED = {
    Promise.Kind.RING_BACK: "回电告知检查结果",
    Promise.Kind.ASK_SPECIALIST: "问过医生后答复用药",
    Promise.Kind.SEND_INFORMATION: "发送检查须知",
    Promise.Kind.LOOK_INTO: "查明等候过久的原因",
}


def seed_past(hospital: Hospital, *, ranks: range, days: int, at: datetime, processes: int = 1) -> None:
    """The people of these ranks came on file in the last `days`, called, and were promised something."""
    topics = list(ReferenceItem.objects.filter(list__code="call_topic", code__in=QUESTIONS).order_by("code"))
    numbers = take_numbers(len(ranks), at=at)
    step = partial(_seed_chunk, hospital, topics, days, at)
    chunks = [ranks[first : first + CHUNK] for first in range(0, len(ranks), CHUNK)]
    parts = [numbers[first : first + CHUNK] for first in range(0, len(ranks), CHUNK)]
    if processes == 1:
        deque(map(step, chunks, parts), maxlen=0)
        return
    with filling(LARGE, processes=processes):
        connections.close_all()  # each process opens its own
        with ProcessPoolExecutor(processes, get_context("fork"), initializer=hurry) as pool:
            deque(pool.map(step, chunks, parts), maxlen=0)


@transaction.atomic
def _seed_chunk(
    hospital: Hospital, topics: list[ReferenceItem], days: int, at: datetime, ranks: range, numbers: list[str]
) -> None:
    random = Random(ranks.start)  # noqa: S311  the same people every time
    spoken = [_moments(random, days, at) for _ in ranks]
    people = [
        crowd.person(random, rank, random.choice(hospital.clinics), moments[0] - HOUR, moments[-1])
        for rank, moments in zip(ranks, spoken, strict=True)
    ]
    keys = register_patients(people, actor=hospital.people["desk"].actor, at=at, numbers=numbers, at_desk=True)
    calls = [
        _call(random, key, random.choice(topics), random.choice(hospital.on_line), moment)
        for key, moments in zip(keys, spoken, strict=True)
        for moment in moments
    ]
    promised = [_promise(random, call) for call in calls if _promises(call)]
    promises = iter(record_past_promises(promised, actor=hospital.actor, at=at))
    calls = [call._replace(promise=next(promises)) if _promises(call) else call for call in calls]
    record_past_calls(calls, actor=hospital.actor, at=at)


def _promises(call: PastCall) -> bool:
    return call.disposition == Call.Disposition.RING_BACK


def _moments(random: Random, days: int, at: datetime) -> list[datetime]:
    """When the hospital spoke with the person, in order: with most once or twice, with a few hundreds of times."""
    opening = at.replace(hour=0, minute=0, second=0, microsecond=0) + OPENS - SETTLED
    return sorted(
        opening - random.randrange(days) * DAY + random.randrange(OPEN_MINUTES) * MINUTE
        for _ in range(min(int(random.paretovariate(1.6)), MOST_CALLS))
    )


def _call(random: Random, patient: int, topic: ReferenceItem, staff: Staff, moment: datetime) -> PastCall:
    question, answer = QUESTIONS[topic.code]
    later = random.random() < PROMISING
    return PastCall(
        patient=patient,
        handled_by=staff,
        disposition=Call.Disposition.RING_BACK if later else Call.Disposition.ANSWERED,
        started_at=moment,
        ended_at=moment + timedelta(seconds=random.randrange(30, 600)),
        topic=topic,
        question=question,
        answer="" if later else answer,
    )


def _promise(random: Random, call: PastCall) -> PastPromise:
    kind = random.choice(list(PROMISED))
    due_at = call.ended_at + random.randrange(2, 25) * HOUR
    fate = random.random()
    ended_at = due_at - 20 * MINUTE if fate < ON_TIME else due_at + random.randrange(10, 600) * MINUTE
    state = Promise.State.KEPT if fate < LATE else Promise.State.NOT_REACHED
    reason = "" if state == Promise.State.KEPT else "多次拨打无人接听"
    return PastPromise(
        call.patient, kind, call.handled_by, call.ended_at, due_at, ended_at, state, PROMISED[kind], reason
    )
