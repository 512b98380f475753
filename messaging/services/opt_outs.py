"""Who wants no more messages: stopped at once and everywhere, and lifted by a colleague alone, for a reason."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from messaging.models import STOPPED, Channel, Message, OptOut
from messaging.querysets import MessageQuerySet
from messaging.services.addresses import KINDS, digest_of, digests_of, masked_of
from messaging.services.gateways import GATEWAYS
from messaging.services.outcomes import hold_in_order, release
from messaging.services.reached import people_at
from patients.models import Patient
from patients.services.survivors import survivor_even_erased
from patients.services.timeline import add_timeline_entry, name_part


class NobodyOptsOut(DomainError):
    """Neither an address nor a patient."""

    message = _("Say who wants no more messages: a number, an address or a patient.")


class OptOutAlreadyLifted(DomainError):
    """Somebody was quicker."""

    message = _("This opt-out was lifted before.")


class LiftNeedsReason(DomainError):
    """Who writes to somebody again who had refused must be able to show why."""

    message = _("Say how you know that the person wants messages again.")
    field = "reason"


class ColleagueLifts(DomainError):
    """No system writes to somebody again by itself."""

    message = _("An opt-out is lifted by a colleague alone.")
    status = 403


@transaction.atomic
def opt_out(
    *,
    channel: str = "",
    address: str = "",
    patient: Patient | None = None,
    scope: OptOut.Scope = OptOut.Scope.OFFERS,
    way: OptOut.Way,
    text: str = "",
    source: str = "",
    opted_out_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> tuple[OptOut, bool]:
    """Nothing of these classes goes any more to the address, whoever stands behind it, nor to the patient.

    With an address, `channel` says what kind it is, and all that goes there stops; without one, it is the channel on
    which the patient is left alone, "" for all. Said twice it stands there once; where another patient said it of the
    same address, this one has said it too, and that is what is returned, with whether it is new. What is queued, or
    being checked just now, is withheld in the same transaction. Raises NobodyOptsOut.
    """
    digest = digest_of(channel, address)
    if not digest and patient is None:
        raise NobodyOptsOut
    patient = None if patient is None else _held(patient)
    row = OptOut(
        channel="" if digest else channel,
        digest=digest,
        masked=masked_of(channel, address),
        patient=patient,
        scope=scope,
        way=way,
        text=text[:200],
        source=source,
        opted_out_at=opted_out_at or at,
        recorded_at=at,
        recorded_by=actor,
    )
    said, is_new = _kept(row, digests_of(channel, address))
    _stop_open(said, channel, address, at=at)
    # Once more when others can see it: a message that was queued and claimed at this very moment knew nothing of it.
    transaction.on_commit(lambda: _stop_open(said, channel, address, at=at))
    return said, is_new


def _held(patient: Patient) -> Patient:
    """Whoever says it twice at once says the second after the first."""
    survivor = survivor_even_erased(patient)
    return Patient.objects.select_for_update(no_key=True).get(pk=survivor.pk)


def _kept(row: OptOut, digests: Collection[str]) -> tuple[OptOut, bool]:
    """As it stands now, and whether that is new."""
    known = _known(row, digests)
    said, is_new = (known, False) if known else _saved(row)
    if row.patient is None or said.patient_id == row.patient.pk:
        is_word = said.way == OptOut.Way.CARRIER and row.way != OptOut.Way.CARRIER
        return (_said_anew(said, row), True) if is_word else (said, is_new)
    # Another patient's: lifted, or moved to another number, it would leave this one alone no more.
    row.channel = row.digest = row.masked = ""
    return _kept(row, ())


def _known(row: OptOut, digests: Collection[str]) -> OptOut | None:
    """The same, said before and in force."""
    same = OptOut.objects.open().filter(channel=row.channel, scope=row.scope)
    if not row.digest:
        return same.filter(digest="", patient=row.patient).first()
    found = same.filter(digest__in=digests).first()
    if found is not None and found.patient_id is None and row.patient is not None:
        OptOut.objects.filter(pk=found.pk, patient=None).update(patient=row.patient)
        found.refresh_from_db()
    return found


def _said_anew(refused: OptOut, row: OptOut) -> OptOut:
    """What only a carrier had refused, the person has refused now: that holds for calls too."""
    fields = ("way", "text", "source", "opted_out_at", "recorded_at", "recorded_by")
    OptOut.objects.filter(pk=refused.pk).update(**{name: getattr(row, name) for name in fields})
    refused.refresh_from_db()
    _tell(refused, "recorded", row.recorded_by, row.opted_out_at)
    return refused


def _saved(row: OptOut) -> tuple[OptOut, bool]:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same was said somewhere else at this moment
        known = _known(row, [row.digest])
        if known is None:
            raise
        return known, False
    _tell(row, "recorded", row.recorded_by, row.opted_out_at)
    return row, True


def block_number(*, channel: str, address: str, source: str = "", actor: Actor, at: datetime) -> OptOut:
    """The carrier, or the recipient's app, has refused us for good (`Blocked`, `Receipt.is_blocked`)."""
    scope, way = OptOut.Scope.ALL, OptOut.Way.CARRIER
    row, _new = opt_out(channel=channel, address=address, scope=scope, way=way, source=source, actor=actor, at=at)
    return row


@transaction.atomic
def lift_opt_out(*, opt_out: OptOut, reason: str, actor: Actor, at: datetime) -> OptOut:
    """The person wants to hear from us again, and a colleague says how that is known.

    What was withheld meanwhile stays withheld. Raises ColleagueLifts, LiftNeedsReason, OptOutAlreadyLifted.
    """
    if actor.staff_id is None:
        raise ColleagueLifts
    if not reason.strip():
        raise LiftNeedsReason
    lifted = {"lifted_at": at, "lifted_by": actor, "lift_reason": reason.strip()}
    if OptOut.objects.open().filter(pk=opt_out.pk).update(**lifted) != 1:
        raise OptOutAlreadyLifted
    opt_out.refresh_from_db()
    _tell(opt_out, "lifted", actor, at)
    return opt_out


def _tell(row: OptOut, what: str, actor: Actor, at: datetime) -> None:
    subject = row.patient or row
    audit.record(actor=actor, verb=f"opt_out.{what}", subject=subject, at=row.lifted_at or row.recorded_at)
    if row.patient is None:
        return
    add_timeline_entry(
        target=row.patient,
        kind=f"messaging.opt_out_{what}",
        params={"scope": row.scope, "way": row.way, "channel": row.channel},
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=row,
    )


@transaction.atomic
def _stop_open(row: OptOut, channel: str, address: str, *, at: datetime) -> None:
    """What waits and would go there is withheld; what is being checked just now is asked again, knowing this."""
    outside = Message.objects.filter(message_class__in=STOPPED[row.scope], staff__isnull=True)
    meant = _meant(row, channel, address, outside.open().select_related("patient", "contact__became"))
    held = hold_in_order(outside.open().filter(Q(pk__in=meant) | Q(state=Message.State.CLAIMED)))
    withheld = {"state": Message.State.WITHHELD, "reason": Message.Reason.OPTED_OUT, "settled_at": at, "claim": None}
    Message.objects.filter(pk__in=held & meant).update(**withheld)
    release(outside.filter(pk__in=held - meant, state=Message.State.CLAIMED))


def _meant(row: OptOut, channel: str, address: str, ours: MessageQuerySet) -> set[int]:
    """Which of these go to the patient or the address."""
    keys = set()
    if row.patient is not None:
        on = {"channel": row.channel} if row.channel else {}
        keys |= set(ours.filter(patient=row.patient, **on).values_list("pk", flat=True))
    if row.digest:
        digests = digests_of(channel, address)
        there = ours.filter(people_at(channel, address).of_messages()).exclude(pk__in=keys)
        keys |= {message.pk for message in there if _goes_to(message, channel, digests)}
    return keys


def _goes_to(message: Message, channel: str, digests: Collection[str]) -> bool:
    if KINDS.get(message.channel) != KINDS[channel] or message.channel not in GATEWAYS:
        return False
    address = GATEWAYS[Channel(message.channel)]().address_of(message)
    return not set(digests).isdisjoint(digests_of(message.channel, address))


name_part("messaging", _("Messages"))
audit.name_verbs({"opt_out.recorded": _("Messages stopped"), "opt_out.lifted": _("Opt-out lifted")})
