"""What was sent and received is kept as long as the rule asks; then nobody reads where it went, or what it said."""

from datetime import datetime

from django.db.models import Q

from hospital_crm.lib.moments import months_before
from institution.models import Setting
from messaging.models import InboundText, Message

AT_A_TIME = 5000


def forget_old(*, at: datetime) -> int:
    """Of messages to people outside the house, older than the hospital keeps them, the address and the values are gone.

    That there was one, of which kind and class, to whom on file, when, and what became of it, stays for the figures and
    the person's story; it leads to a nameless row once that person is erased. Consents and opt-outs are no part of it:
    they prove why something was sent, or was not. Returns how many rows it changed.
    """
    end = months_before(at, int(Setting.objects.number("messaging.keep_sent_months")))
    return _forget_messages(end) + _forget_texts(end)


def _forget_messages(end: datetime) -> int:
    old = Message.objects.filter(staff__isnull=True, is_forgotten=False, settled_at__lt=end).order_by("settled_at")
    forgotten = 0
    while keys := list(old.values_list("pk", flat=True)[:AT_A_TIME]):
        nothing = {"params": {}, "address": "", "receipt": "", "is_forgotten": True}
        forgotten += Message.objects.filter(pk__in=keys).update(**nothing)
    return forgotten


def _forget_texts(end: datetime) -> int:
    """Words and number; that somebody on file has written stays. What nobody has answered yet is not forgotten."""
    over = InboundText.objects.filter(received_at__lt=end).exclude(sealed="", masked="")
    over = over.filter(~Q(keyword="") | Q(settled_at__isnull=False))
    return over.update(sealed="", masked="")
