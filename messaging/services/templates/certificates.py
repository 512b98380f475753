"""Medical advertisements go out under the certificate of the authority alone (医疗广告审查证明).

Source: 医疗广告管理办法 (order 26, in force 2007-01-01). It is valid for a year, and belongs to what was shown to the
authority: each template has its own.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from messaging.models import MessageTemplate
from messaging.models.purposes import CERTIFICATE


class CertificateMissing(DomainError):
    """It advertises medical services, and no certificate is valid on the day."""

    message = _(
        "This template advertises medical services, and no certificate of it is valid on the day. "
        "Enter the certificate's number and last day with the template."
    )
    field = "certificate_number"


class CertificateWithoutDay(DomainError):
    """A number alone says not until when."""

    message = _("Enter the last day of the certificate too.")
    field = "certificate_until"


class CertificateWithoutNumber(DomainError):
    """A day alone says not of what."""

    message = _("Enter the number of the certificate too.")
    field = "certificate_number"


class CertificateOfOtherWords(DomainError):
    """Nobody has said that the certificate was given for the words that are to be published."""

    message = _(
        "A certificate covers the words that were shown to the authority and no others: say that it was given for "
        "these, or enter theirs first."
    )
    field = "certificate"


class NoAdvertisement(DomainError):
    """Messages of the purpose offer nothing."""

    message = _("Messages of this purpose offer no medical services.")
    field = "advertises"


def require_certificate(template: MessageTemplate, *, on: date) -> None:
    """Raises CertificateMissing."""
    if not template.may_go_on(on):
        raise CertificateMissing


def require_whole(template: MessageTemplate, values: Mapping[str, Any]) -> None:
    """With these values it has both the number and the last day, or neither.

    Raises CertificateWithoutDay, CertificateWithoutNumber.
    """
    number = values.get("certificate_number", template.certificate_number)
    until = values.get("certificate_until", template.certificate_until)
    if number and not until:
        raise CertificateWithoutDay
    if until and not number:
        raise CertificateWithoutNumber


def require_for_words(template: MessageTemplate, number: str) -> None:
    """Whoever publishes an advertisement names the certificate that was given for its words.

    Raises CertificateOfOtherWords.
    """
    if template.advertises and number != template.certificate_number:
        raise CertificateOfOtherWords


def certificate_value(template: MessageTemplate) -> dict[str, str]:
    """What stands for it in a text, where the purpose knows of such a thing."""
    return {CERTIFICATE: template.certificate_number} if template.filled_by.may_advertise else {}
