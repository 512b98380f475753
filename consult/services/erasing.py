"""The calls' part of an erasure, and of a copy."""

from collections.abc import Collection
from datetime import datetime

from consult.models import Call, CallDraft, CallTopic
from jobs.services.files import remove_results
from patients.models import DataRequest, Part, Patient, Phone, Sex
from patients.services.copies import Row, coded, moment, own_numbers, told_number
from patients.services.erasing import erase_part

from .exports import CALLS

VOIDED = "–"  # why a call was voided must not be empty


def erase_calls(*, at: datetime) -> int:
    """Of calls with people who are being erased there remains that there was one, and what it was about in general."""
    return erase_part(Part.CONSULT, _erase, at=at)


def _erase(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    calls = Call.objects.filter(patient__in=keys)
    told = ("digits", "extension", "caller_name", "residence", "condition", "note", "sent_as")
    calls.update(**dict.fromkeys(told, ""), sex=Sex.UNKNOWN, age=None)
    calls.exclude(void_reason="").update(void_reason=VOIDED)
    CallTopic.objects.filter(call__in=calls).update(question="", answer="")
    _forget_drafts(keys)
    remove_results(kind=CALLS.kind)  # which of them name the person nobody can tell; they can be exported anew


def _forget_drafts(keys: Collection[int]) -> None:
    """Calls that lie half typed on somebody's desk, with the person chosen or the person's number."""
    gone = {f"patient:{key}" for key in keys}
    gone |= set(Phone.objects.filter(patient__in=keys).values_list("digits", flat=True))
    for draft in CallDraft.objects.all():
        if gone & {value for values in draft.content.values() for value in values}:
            draft.delete()


def copy_of_calls(patient: Patient) -> list[Row]:
    """When, and what about; what staff wrote down in their own words, and who else rang, is left out."""
    own = own_numbers(patient)
    calls = patient.calls.standing().select_related("source").prefetch_related("topics__topic")
    return [
        {
            "started_at": moment(call.started_at),
            "direction": coded(call, "direction"),
            "channel": coded(call, "channel"),
            "phone": told_number(call.digits, own),
            "topics": "; ".join(topic.topic.label for topic in call.topics.order_by("position")),
            "disposition": coded(call, "disposition"),
            "source": call.source.label if call.source else None,
        }
        for call in calls.order_by("started_at", "pk")
    ]
