"""What patients answer to messages."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.actors import integration_actor
from hospital_crm.lib.sealing import seal
from messaging.models import ContactLog, InboundText, OptOut
from messaging.models.inbound import SEALED_FOR
from messaging.services.addresses import digest_of, masked_of
from messaging.services.gateways.receipts import Reply
from messaging.services.opt_outs import opt_out
from messaging.services.reached import who_answers
from patients.models import Patient, target_fields
from patients.services.timeline import add_timeline_entry

MOST_LETTERS = 2000
LONGEST_ID = 120


@transaction.atomic
def take_reply(reply: Reply, *, channel: ContactLog.Channel, provider: str, at: datetime) -> InboundText:
    """A keyword stops messages at once; anything else waits until somebody has rung back. Pushed again: the same row.

    Nothing is sent in answer to a keyword: whoever wants no messages needs none that says so, and silence is free.
    """
    reply = reply.cleaned()
    provider_id = _id_of(reply)
    known = InboundText.objects.filter(provider=provider, provider_id=provider_id).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _taken(reply, channel, provider, provider_id, at)
    except IntegrityError:  # pushed twice at once
        known = InboundText.objects.filter(provider=provider, provider_id=provider_id).first()
        if known is None:
            raise
        return known


def _taken(reply: Reply, channel: ContactLog.Channel, provider: str, provider_id: str, at: datetime) -> InboundText:
    actor = integration_actor(provider)
    row = InboundText.objects.create(
        **target_fields(who_answers(channel, reply.number, actor=actor, at=at)),
        channel=channel,
        provider=provider,
        provider_id=provider_id,
        digest=digest_of(channel, reply.number),
        masked=masked_of(channel, reply.number),
        sealed=seal(reply.text[:MOST_LETTERS], purpose=SEALED_FOR),
        keyword=reply.keyword,
        said_at=min(reply.at or at, at),
        received_at=at,
    )
    if reply.keyword:
        _stop(row, reply, actor, at)
    else:
        _tell(row, actor)
    return row


def _stop(row: InboundText, reply: Reply, actor: Actor, at: datetime) -> None:
    """The number is left alone whoever stands behind it, and so is the one to whom we had written there."""
    row.opt_out, _new = opt_out(
        channel=row.channel,
        address=reply.number,
        patient=row.target if isinstance(row.target, Patient) else None,
        way=OptOut.Way.KEYWORD,
        text=row.keyword,
        source=row.key,
        opted_out_at=row.said_at,
        actor=actor,
        at=at,
    )
    InboundText.objects.filter(pk=row.pk).update(opt_out=row.opt_out)


def _tell(row: InboundText, actor: Actor) -> None:
    """The story says that they wrote; the words stand with the promise to ring back."""
    add_timeline_entry(
        target=row.target,
        kind="messaging.text_received",
        params={"channel": row.channel},
        needs=Capability.FIND_PEOPLE,
        occurred_at=row.said_at,
        actor=actor,
        source=row,
    )


def settle_text(*, text: InboundText, actor: Actor, at: datetime) -> bool:
    """Somebody has rung back about it, or need not any more; whether it was open."""
    settled = InboundText.objects.open().filter(pk=text.pk).update(settled_at=at, settled_by=actor) == 1
    if settled:
        audit.record(actor=actor, verb="inbound_text.settled", subject=text, at=at)
    return settled


def _id_of(reply: Reply) -> str:
    """The provider's own; where it gives none, or an endless one, what makes this text this text."""
    if reply.provider_id and len(reply.provider_id) <= LONGEST_ID:
        return reply.provider_id
    said = f"{reply.provider_id}|{reply.number}|{reply.at}|{reply.text}"
    return hashlib.sha256(said.encode()).hexdigest()


audit.name_verbs({"inbound_text.settled": _("Text of a patient answered")})
