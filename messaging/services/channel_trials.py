"""A test through a provider's account, in use or not: a message like any other, to where the administrator says."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from messaging.models import Channel, GatewaySetup, Message, Provider
from messaging.querysets import MessageQuerySet
from messaging.services.gateways.addresses import TRIAL
from messaging.services.outbox import name_kinds, queue_message

VALID = timedelta(minutes=10)
SOURCE = "channel:"
BY_TEMPLATE = (Provider.ALIYUN, Provider.TENCENT, Provider.WECHAT)  # what they send is registered there


class TriedJustNow(DomainError):
    """A second press of the button within a second."""

    message = _("A test was sent a moment ago.")


class NoTrialTemplate(DomainError):
    """Providers send registered texts alone, and the account names none for tests."""

    field = "to"
    message = _("Fill in “Template for tests” above and save it first: this provider sends nothing without one.")


@transaction.atomic
def send_channel_trial(*, setup: GatewaySetup, address: str, staff: Staff, at: datetime) -> Message:
    """The test waits in the outbox for its turn, which comes within a second or so.

    Raises NoTrialTemplate, TriedJustNow.
    """
    if setup.provider in BY_TEMPLATE and not setup.value("trial_template"):
        raise NoTrialTemplate
    message = queue_message(
        recipient=staff,
        channel=Channel(setup.channel),
        kind=TRIAL,
        params={"setup": setup.pk},
        send_at=at,
        expires_at=at + VALID,
        dedupe_key=f"channel_trial:{setup.pk}:{int(at.timestamp())}",
        source=source_of(setup),
        actor=staff.actor,
        at=at,
    )
    if message is None:
        raise TriedJustNow
    message.address = address  # nobody's on file: whoever tries a channel has the telephone at hand
    message.save(update_fields=["address"])
    audit.record(actor=staff.actor, verb="gateway.tried", subject=setup, at=at)
    return message


def trials_of(setup: GatewaySetup) -> MessageQuerySet:
    """Newest first."""
    return Message.objects.filter(source=source_of(setup), kind=TRIAL).order_by("-queued_at", "-pk")


def trials_due(at: datetime) -> MessageQuerySet:
    """Found by their few sources, however many other messages wait."""
    sources = GatewaySetup.objects.annotate(source=Concat(Value(SOURCE), Cast("pk", CharField())))
    return Message.objects.of_sources(sources.values("source")).filter(kind=TRIAL).due(at)


def source_of(setup: GatewaySetup) -> str:
    return f"{SOURCE}{setup.pk}"


name_kinds({TRIAL: _("Test of a channel")})
audit.name_verbs({"gateway.tried": _("Test sent through a channel")})
