"""Which words had which certificate, ever: one that was given for some words covers no others, now and later."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.claims import hold_name
from hospital_crm.lib.errors import DomainError
from messaging.models import Message, TemplateCertificate, TemplateVersion
from messaging.rules.certificates import certificate_key, same_words


class CertificateOfOtherWords(DomainError):
    """Other words have it or had it."""

    field = "certificate_number"

    def __init__(self, others: TemplateVersion) -> None:
        super().__init__()
        self.others = others

    def __str__(self) -> str:
        said = _(
            "Other words have or had this certificate: {words}. "
            "A certificate covers the words that were shown to the authority and no others: enter theirs."
        )
        return str(format_lazy(said, words=str(self.others)))


def require_own(words: TemplateVersion, number: str) -> None:
    """No words that read otherwise, of this template or another, had the certificate first. Of the same template in
    the other language nothing is said: one certificate may have been given for both. Nor of what was entered by
    mistake: whoever mended it before anything was sent sets the number free again.

    Nobody enters the same number before the transaction ends. Raises CertificateOfOtherWords.
    """
    key = certificate_key(number)
    hold_name("certificate", key)
    for other in (each.of for each in _in_force(key)):
        if same_words((other.subject, other.text), (words.subject, words.text)):
            return
        if other.template_id != words.template_id or other.language == words.language:
            raise CertificateOfOtherWords(other)


def _in_force(key: str) -> QuerySet[TemplateCertificate]:
    """What was entered under the number, the first first: it stands there, or something was sent with it."""
    sent = Message.objects.filter(template_version=OuterRef("of"), handed_over_at__gte=OuterRef("entered_at"))
    known = TemplateCertificate.objects.filter(key=key).select_related("of__template").order_by("pk")
    return known.filter(Q(number=F("of__certificate_number")) | Exists(sent))


def note_certificate(words: TemplateVersion, *, verb: str, fields: Iterable[str], actor: Actor, at: datetime) -> None:
    """What stands with the words now is on record for ever, and who entered it; without a number, that it was taken
    away.
    """
    TemplateCertificate.objects.create(
        of=words,
        number=words.certificate_number,
        key=certificate_key(words.certificate_number),
        until=words.certificate_until,
        entered_at=at,
        entered_by=actor,
    )
    audit.record(actor=actor, verb=verb, subject=words, at=at, fields=fields)


audit.name_verbs(
    {
        "template.certificate_entered": _("Certificate of a message template entered"),
        "template.certificate_renewed": _("Certificate of a message template changed"),
    }
)
audit.show_names_of(TemplateVersion, along=["template"])
