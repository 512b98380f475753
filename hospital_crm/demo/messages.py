"""What the demo hospital has written to its patients, and by which accounts it would: none of them leads anywhere."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from messaging.models import Channel, ContactLog, GatewaySetup, Message, MessageTemplate, Provider
from messaging.services.fates import take_receipt
from messaging.services.gateways.receipts import Fate, Receipt, Reply
from messaging.services.inbound import take_reply
from messaging.services.past import record_as_sent, record_unanswered
from messaging.services.patient_messages import queue_to_patient
from messaging.services.setups import add_group, change_setup
from messaging.services.templates.drafting import draft_version
from messaging.services.templates.making import create_template
from messaging.services.templates.publishing import publish_version, register_version
from patients.models import Patient

from .people import Hospital

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOWHERE = "http://127.0.0.1:9"  # this machine, where nobody answers: no message of the demo leaves it
PRICE = Decimal("0.045")
ALIYUN = {"key_id": "LTAI5tDemoDemoDemo", "sign_name": "示范眼科医院", "price": str(PRICE), "url": NOWHERE}
CARE = {
    "code": "care_of_the_eye",
    "name_zh": "术后护眼提醒",
    "name_en": "Care of the eye after an operation",
    "message_class": "care",
    "purpose": "care_advice",
}
CARE_ZH = "{recipient}您好，一周内请勿揉眼，洗头时避免进水，按时滴药。如有不适请致电 {hospital_phone}。"
CARE_EN = (
    "{recipient}, for a week do not rub the eye, keep water out of it, use the drops on time. Call {hospital_phone}."
)
REMINDERS = ("ring_back_missed", "followup_reminder", "appointment_reminder")
WRITTEN_TO = 24  # patients, one after the other
LOST, SILENT = (5, 17), (11,)  # of whom the provider says that it did not arrive; of whom it says nothing
UNANSWERED = 24  # of whose message nobody knows whether the provider took it
WAITING = (1, 3)  # who will be reminded tomorrow
REFUSES, ASKS = 12, 5  # who wants no more offers; who has a question


def seed_messages(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """Accounts are filled in and not in use, a template is half translated; texts went out in these days and arrived,
    or did not, and of one nobody knows; one patient stopped them, another has asked something.
    """
    _seed_channels(hospital, at)
    _seed_templates(hospital, at)
    for rank in range(WRITTEN_TO):
        _sent(hospital, patients, rank, at)
    _unanswered(hospital, patients[UNANSWERED], at - 50 * MINUTE)
    for rank in WAITING:
        _queue(hospital, patients[rank], REMINDERS[1], at + DAY, at)
    _queue(hospital, patients[REFUSES], "birthday_greeting", at + DAY, at - DAY)
    _answer(REFUSES, "R", at - 3 * 60 * MINUTE)
    _answer(ASKS, "请问术前检查可以周六上午做吗", at - 20 * MINUTE)


def _seed_channels(hospital: Hospital, at: datetime) -> None:
    group = add_group(department=hospital.places["service"], actor=hospital.actor, at=at)
    hook = f"{NOWHERE}/cgi-bin/webhook/send?key=demo"
    _fill(group, hospital, at, values={"name": "客服部同事群"}, keys={"web_hook": hook})
    aliyun = GatewaySetup.objects.of_hospital().get(provider=Provider.ALIYUN)
    _fill(aliyun, hospital, at, values=ALIYUN, keys={"key_secret": "demo" * 5})


def _fill(setup: GatewaySetup, hospital: Hospital, at: datetime, **filled: Any) -> None:
    change_setup(setup=setup, version=setup.version, **filled, actor=hospital.people["admin"].actor, at=at)


def _seed_templates(hospital: Hospital, at: datetime) -> None:
    by: dict[str, Any] = {"actor": hospital.people["manager"].actor, "at": at - 20 * DAY}
    care = create_template(values=CARE, language="zh-hans", subject="术后护眼", text=CARE_ZH, **by)
    draft = care.versions.get()
    publish_version(draft=draft, version=draft.version, **by)
    draft_version(template=care, language="en", subject="Care of your eye", text=CARE_EN, **by)
    for number, template in enumerate(MessageTemplate.objects.filter(code__in=REMINDERS).order_by("code"), start=1):
        words = template.versions.published().get(language="zh-hans")
        register_version(words=words, provider=Provider.ALIYUN, number=f"SMS_10000000{number}", keywords={}, **by)


def _sent(hospital: Hospital, patients: list[Patient], rank: int, at: datetime) -> None:
    """One a patient, on one of the last twelve days."""
    sent_at = at - (rank % 12) * DAY - (rank + 1) * 7 * MINUTE
    message = _queue(hospital, patients[rank], REMINDERS[rank % len(REMINDERS)], sent_at, sent_at)
    receipt, address = f"demo{rank:04d}", _number_of(rank)
    record_as_sent(message=message, provider=Provider.ALIYUN, address=address, receipt=receipt, price=PRICE, at=sent_at)
    if rank not in SILENT:
        fate, code = (Fate.NOT_DELIVERED, "UNDELIV") if rank in LOST else (Fate.DELIVERED, "DELIVERED")
        told = Receipt(receipt, address, fate, sent_at + MINUTE, code)
        take_receipt(told, provider=Provider.ALIYUN, at=sent_at + MINUTE)


def _unanswered(hospital: Hospital, patient: Patient, at: datetime) -> None:
    message = _queue(hospital, patient, "ring_back_missed", at, at)
    address = _number_of(UNANSWERED)
    record_unanswered(message=message, provider=Provider.ALIYUN, address=address, price=PRICE, at=at)


def _queue(hospital: Hospital, patient: Patient, template: str, send_at: datetime, at: datetime) -> Message:
    (message,) = queue_to_patient(
        recipient=patient,
        template=template,
        values=_values(hospital, patient, template, send_at),
        send_at=send_at,
        expires_at=send_at + 2 * DAY,
        dedupe_key=f"demo:{template}:{patient.pk}:{send_at:%Y%m%d}",
        source=f"demo:{patient.pk}",
        actor=hospital.people["nurse" if template == "followup_reminder" else "line"].actor,
        at=at,
        channels=[Channel.SMS],
    )
    return message


def _values(hospital: Hospital, patient: Patient, template: str, send_at: datetime) -> dict[str, object]:
    if template == "followup_reminder":
        return {"department": patient.department, "due_on": timezone.localdate(send_at + 7 * DAY)}
    if template == "appointment_reminder":
        visit = (timezone.localtime(send_at) + 2 * DAY).replace(hour=9, minute=30)
        doctor = hospital.people["doctor"].name
        return {"department": patient.department, "doctor": doctor, "appointment_at": visit, "place": "门诊 2 楼"}
    return {}


def _answer(rank: int, text: str, at: datetime) -> None:
    take_reply(
        Reply(_number_of(rank), text, at, f"demo-{rank}"), channel=ContactLog.Channel.SMS, provider="aliyun", at=at
    )


def _number_of(rank: int) -> str:
    return f"+861380000{2001 + rank}"
