"""The messages' part of an erasure, and of a copy."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from jobs.services.files import remove_results
from messaging.models import ContactLog, Hold, InboundText, Message, OptOut
from messaging.querysets import OPEN
from messaging.services.addresses import digest_of, digests_of
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS
from messaging.services.outcomes import hold_in_order
from patients.models import DataRequest, Kept, Part, Patient
from patients.services.copies import Row, coded, moment, own_numbers, told_number
from patients.services.erasing import erase_part, note_kept, sent_kept_until
from patients.services.keeping import end_kept

OUT = (Message.State.SENT, Message.State.UNKNOWN, Message.State.HANDED_OVER)  # somebody may have got it


def erase_messages(*, at: datetime) -> int:
    """Nothing more is sent to people who are being erased; of what was sent there remains the proof alone."""
    return erase_part(Part.MESSAGING, _erase, at=at)


def _erase(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    """Rows are taken in the order in which an opt-out takes them, which may arrive just now: itself, then messages."""
    _keep_opt_outs(request, keys)
    mine = Message.objects.filter(patient__in=keys)
    hold_in_order(mine)
    stopped = {"state": Message.State.CANCELLED, "reason": Message.Reason.NOT_NEEDED, "settled_at": at}
    mine.filter(state__in=(*OPEN,)).update(**stopped, settled_by=request.approved_by)
    mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    mine.update(params={})
    mine.exclude(state__in=OUT).update(address="")
    number = mine.filter(state__in=OUT).count()
    note_kept(request=request, what=Kept.SENT, number=number, until=sent_kept_until(at))
    InboundText.objects.open().filter(patient__in=keys).update(settled_at=at, settled_by=request.approved_by)
    InboundText.objects.filter(patient__in=keys).update(sealed="", masked="", digest="")
    Hold.objects.filter(patient__in=keys).delete()
    ContactLog.objects.filter(patient__in=keys).delete()
    for export in (MESSAGES, OPT_OUTS):  # which of them tell of the person nobody can say
        remove_results(kind=export.kind)


def _keep_opt_outs(request: DataRequest, keys: Collection[int]) -> None:
    """Whoever wanted no messages is not written to again, should the number come back: as hashes, which name nobody.

    What the patient stopped on all channels stands from now on at the patient's own numbers.
    """
    numbers = own_numbers(request.patient)
    for row in OptOut.objects.open().filter(patient__in=keys, digest="", channel=""):
        for number in numbers:
            _at_number(row, number)
    digests = {digest for number in numbers for digest in digests_of("sms", number)}
    mine = OptOut.objects.meaning(digests=digests, patients=keys)
    mine.update(masked="", text="")
    mine.exclude(lift_reason="").update(lift_reason="-")  # that there was one stays


def _at_number(row: OptOut, number: str) -> None:
    if OptOut.objects.open().filter(digest__in=digests_of("sms", number), channel="", scope=row.scope).exists():
        return
    told = {name: getattr(row, name) for name in ("scope", "way", "opted_out_at", "recorded_at", "recorded_by")}
    with suppress(IntegrityError), transaction.atomic():  # the same was said of the number at this moment: it stands
        OptOut.objects.create(digest=digest_of("sms", number), patient=row.patient, **told)


def end_kept_messages(*, at: datetime) -> int:
    """Of people who were erased, nobody reads any more where something was sent, when its time is over."""
    return end_kept(Kept.SENT, _forget_addresses, at=at)


def _forget_addresses(keys: Collection[int]) -> None:
    Message.objects.filter(patient__in=keys).update(address="", receipt="")


def copy_of_messages(patient: Patient) -> list[Row]:
    """What was sent to the person, or was to be; but for what a colleague must not know of."""
    own = own_numbers(patient)
    return [
        {
            "kind": message.kind_name,
            "channel": coded(message, "channel"),
            "message_class": coded(message, "message_class"),
            "state": coded(message, "state"),
            "reason": coded(message, "reason"),
            "fate": coded(message, "fate"),
            "send_at": moment(message.send_at),
            "address": told_number(message.address, own),
        }
        for message in patient.messages.about_nobody().order_by("send_at", "pk")
    ]


def copy_of_contacts(patient: Patient, *, besides: Collection[str]) -> list[Row]:
    """When the hospital tried to reach the person, and whether it did; but for what came from these sources."""
    concerned = [f"message:{key}" for key in patient.messages.about_somebody().values_list("pk", flat=True)]
    return [
        {"logged_at": moment(each.logged_at), "channel": coded(each, "channel"), "reached": each.reached}
        for each in patient.contactlogs.exclude(source__in=[*besides, *concerned]).order_by("logged_at", "pk")
    ]


def copy_of_stops(patient: Patient) -> list[Row]:
    """Which messages the person stopped, and wanted again."""
    return [
        {
            "scope": coded(each, "scope"),
            "channel": coded(each, "channel"),
            "way": coded(each, "way"),
            "opted_out_at": moment(each.opted_out_at),
            "lifted_at": moment(each.lifted_at),
        }
        for each in patient.opt_outs.order_by("opted_out_at", "pk")
    ]


def copy_of_texts(patient: Patient) -> list[Row]:
    """What the person wrote to us, from the own numbers: from those of others somebody else may have written."""
    own = {digest for number in own_numbers(patient) for digest in digests_of("sms", number)}
    return [
        {
            "received_at": moment(each.received_at),
            "channel": coded(each, "channel"),
            "text": each.text if each.digest in own or each.channel != ContactLog.Channel.SMS else told_number("0", ()),
        }
        for each in patient.inboundtexts.order_by("received_at", "pk")
    ]
