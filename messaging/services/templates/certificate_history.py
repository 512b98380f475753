"""Which words had which certificate, ever: one that was given for some words covers no others, now and later."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.claims import hold_name
from hospital_crm.lib.errors import DomainError
from messaging.models import TemplateCertificate, TemplateVersion
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
    """The certificate was never entered for words that read otherwise, of this template or another. Of the same
    template in the other language nothing is said: one certificate may have been given for both.

    Nobody enters the same number before the transaction ends. Raises CertificateOfOtherWords.
    """
    key = certificate_key(number)
    hold_name("certificate", key)
    elsewhere = ~Q(of__template=words.template_id) | Q(of__language=words.language)
    known = TemplateCertificate.objects.filter(elsewhere, key=key).select_related("of__template").order_by("pk")
    for other in (each.of for each in known):
        if not same_words((other.subject, other.text), (words.subject, words.text)):
            raise CertificateOfOtherWords(other)


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
