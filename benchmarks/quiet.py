"""The reminder workers' program with a text message provider that takes all at once: what the outbox itself costs.

`celery -A benchmarks.quiet`: nothing leaves the machine, everything else is as it is.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from hospital_crm.celery import app
from messaging.models import Channel, Message
from messaging.services.gateways import GATEWAYS, Gateway, OnUnknown
from messaging.services.gateways.addresses import number_of
from messaging.services.gateways.sms import SmsGateway


class NullProvider(Gateway):
    """Looks the number up as an SMS provider's gateway does."""

    reads = SmsGateway.reads

    def address_of(self, message: Message) -> str:
        return number_of(message)

    def send(self, message: Message) -> str:
        return "taken"

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.ASK


GATEWAYS[Channel.SMS] = NullProvider

__all__ = ("app",)
