"""What keeps messages to patients in the house though nothing speaks against them: our own set-up, or a provider's."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.paging import capped_count
from messaging.models import PURPOSES, Channel, GatewaySetup, Message, TemplateVersion
from messaging.querysets import MessageQuerySet, TemplateVersionQuerySet
from messaging.querysets.measures import NOT_READY
from messaging.services.gateways.set_up import gateway_of

LATELY = timedelta(days=7)
NO_ACCOUNT = _("Text messages are not set up: nobody gets these words as one, and what is queued is withheld.")
NO_WECHAT = _("{provider} has no number of these words yet: nobody gets them by WeChat until one is entered.")
NO_NUMBER = _("{provider} has no number of these words yet: as text messages they are withheld until one is entered.")


@dataclass(frozen=True)
class NotReady:
    """Messages to patients that were withheld of late for want of a set-up."""

    number: int  # up to 10,001
    query: str  # opens their rows in the outbox; "" where the reader is shown none of them


def withheld_for_want(messages: MessageQuerySet, *, today: date) -> NotReady:
    """Of these messages, those that were to be sent within the last seven days."""
    since = today - LATELY + timedelta(days=1)
    found = messages.not_ready().to_be_sent(since, None)
    return NotReady(capped_count(found), urlencode({"state": NOT_READY, "since": since.isoformat()}))


def withheld_from_anybody(*, reader: Staff, today: date) -> NotReady:
    """For whoever sets channels up: the number of all, of answers to complaints too, though not which they are."""
    every = withheld_for_want(Message.objects.not_about(reader), today=today)
    if every.number and not withheld_for_want(Message.objects.visible_to(reader), today=today).number:
        return replace(every, query="")
    return every


def sms_account() -> GatewaySetup | None:
    """By which text messages leave the house now."""
    return GatewaySetup.objects.of_hospital().in_use().filter(channel=Channel.SMS).first()


def wechat_account() -> GatewaySetup | None:
    """The official account, where it is in use."""
    return GatewaySetup.objects.of_hospital().in_use().filter(channel=Channel.WECHAT).first()


def if_complete(account: GatewaySetup | None) -> GatewaySetup | None:
    """It, where it takes messages; asked once for all words, as it may ask for the hospital's signature."""
    return account if account and gateway_of(account).is_set_up else None


def want_of(version: TemplateVersion, account: GatewaySetup | None) -> str | Promise:
    """What these words lack to go out as a text message by this account, complete; "" if nothing, or they never do."""
    if version.template.purpose in _never_by_sms():
        return ""
    if account is None:
        return NO_ACCOUNT
    return "" if _knows(account, version) else format_lazy(NO_NUMBER, provider=str(account))


def want_at_wechat(version: TemplateVersion, account: GatewaySetup | None) -> str | Promise:
    """What these words lack to reach followers of this account; "" if nothing, or where there is none in use."""
    if account is None or _knows(account, version):
        return ""
    return format_lazy(NO_WECHAT, provider=str(account))


def _knows(account: GatewaySetup, version: TemplateVersion) -> bool:
    return account.provider in {each.provider for each in version.registrations.all()}


def unknown_words(account: GatewaySetup) -> TemplateVersionQuerySet:
    """What is published, and this account, of text messages or at WeChat's, has no number of; groups need none."""
    if account.channel not in (Channel.SMS, Channel.WECHAT):
        return TemplateVersion.objects.none()
    unknown = TemplateVersion.objects.unknown_to(account.provider).select_related("template")
    return unknown.exclude(template__purpose__in=_never_by_sms()) if account.channel == Channel.SMS else unknown


def _never_by_sms() -> list[str]:
    """Purposes whose words may name an illness."""
    return [each.code for each in PURPOSES.values() if each.may_be_clinical]
