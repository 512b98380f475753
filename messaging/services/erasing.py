"""The messages' part of an erasure, and of a copy."""

from collections.abc import Collection
from datetime import datetime

from messaging.models import ContactLog, Hold, Message
from messaging.querysets import OPEN
from patients.models import DataRequest, Kept, Part, Patient
from patients.services.copies import Row, coded, moment, own_numbers, told_number
from patients.services.erasing import erase_part, note_kept, sent_kept_until
from patients.services.keeping import end_kept

OUT = (Message.State.SENT, Message.State.UNKNOWN, Message.State.HANDED_OVER)  # somebody may have got it


def erase_messages(*, at: datetime) -> int:
    """Nothing more is sent to people who are being erased; of what was sent there remains the proof alone."""
    return erase_part(Part.MESSAGING, _erase, at=at)


def _erase(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    mine = Message.objects.filter(patient__in=keys)
    stopped = {"state": Message.State.CANCELLED, "reason": Message.Reason.NOT_NEEDED, "settled_at": at}
    mine.filter(state__in=(*OPEN,)).update(**stopped, settled_by=request.approved_by)
    mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    mine.update(params={})
    mine.exclude(state__in=OUT).update(address="")
    number = mine.filter(state__in=OUT).count()
    note_kept(request=request, what=Kept.SENT, number=number, until=sent_kept_until(at))
    Hold.objects.filter(patient__in=keys).delete()
    ContactLog.objects.filter(patient__in=keys).delete()


def end_kept_messages(*, at: datetime) -> int:
    """Of people who were erased, nobody reads any more where something was sent, when its time is over."""
    return end_kept(Kept.SENT, _forget_addresses, at=at)


def _forget_addresses(keys: Collection[int]) -> None:
    Message.objects.filter(patient__in=keys).update(address="", receipt="")


def copy_of_messages(patient: Patient) -> list[Row]:
    """What was sent to the person, or was to be."""
    own = own_numbers(patient)
    return [
        {
            "kind": message.kind_name,
            "channel": coded(message, "channel"),
            "state": coded(message, "state"),
            "send_at": moment(message.send_at),
            "address": told_number(message.address, own),
        }
        for message in patient.messages.order_by("send_at", "pk")
    ]


def copy_of_contacts(patient: Patient) -> list[Row]:
    """When the hospital tried to reach the person, and whether it did."""
    return [
        {"logged_at": moment(each.logged_at), "channel": coded(each, "channel"), "reached": each.reached}
        for each in patient.contactlogs.order_by("logged_at", "pk")
    ]
