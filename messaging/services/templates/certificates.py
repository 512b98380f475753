"""Medical advertisements go out under the certificate of the authority alone (医疗广告审查证明).

Source: 医疗广告管理办法 (order 26, in force 2007-01-01). It is valid for a year, and belongs to what was shown to the
authority: each version of a template has its own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from messaging.models import TemplateVersion

from .certificate_history import note_certificate, require_own
from .holding import hold_version


class CertificateMissing(DomainError):
    """It advertises medical services, and no certificate of its words is valid on the day."""

    message = _(
        "This advertises medical services, and no certificate of these words is valid on the day. "
        "Enter the certificate's number and last day."
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


class CertificateRunOut(DomainError):
    """Its last day is over."""

    message = _("This day is over. Enter the last day of a certificate that is valid.")
    field = "certificate_until"


class CertificateNotNeeded(DomainError):
    """Nobody says that it advertises."""

    message = _("This template does not advertise medical services: its words need no certificate.")
    field = "certificate_number"


class NotYetPublished(DomainError):
    """A certificate is named when the words are published; there is none to renew before."""

    message = _("This version was never published. Its certificate is asked for when it is.")


class NoAdvertisement(DomainError):
    """Messages of the purpose offer nothing."""

    message = _("Messages of this purpose offer no medical services.")
    field = "advertises"


@transaction.atomic
def renew_certificate(
    *,
    words: TemplateVersion,
    version: int,
    certificate_number: str,
    certificate_until: date | None,
    actor: Actor,
    at: datetime,
) -> TemplateVersion:
    """Messages of these words go under this certificate from now on, those that wait as well; of no others. Without
    number and day the authority has taken it away: they go no more.

    Raises CertificateNotNeeded, NotYetPublished, CertificateWithoutDay, CertificateWithoutNumber, CertificateRunOut,
    CertificateOfOtherWords, StaleVersion.
    """
    held = hold_version(words)
    if refused := why_none(held):
        raise refused
    values = {"certificate_number": certificate_number, "certificate_until": certificate_until}
    require_sound_certificate(held, values, on=timezone.localdate(at))
    if changed := save_version(held, version=version, values=values, actor=actor, at=at):
        note_certificate(held, verb="template.certificate_renewed", fields=changed, actor=actor, at=at)
    return held


def why_none(words: TemplateVersion) -> DomainError | None:
    """Why there is no certificate of them to renew."""
    if words.has_certificates:
        return None
    return NotYetPublished() if words.template.advertises else CertificateNotNeeded()


def require_certificate(words: TemplateVersion, *, on: date) -> None:
    """Raises CertificateMissing."""
    if not words.may_go_on(on):
        raise CertificateMissing


def require_certificate_of(words: TemplateVersion, certificate: Mapping[str, Any], *, on: date) -> None:
    """Whoever publishes an advertisement names the certificate that was given for its very words.

    Raises CertificateNotNeeded, CertificateMissing, CertificateWithoutDay, CertificateWithoutNumber,
    CertificateRunOut, CertificateOfOtherWords.
    """
    is_named = any(certificate.values())
    if is_named and not words.template.advertises:
        raise CertificateNotNeeded
    if words.template.advertises and not is_named:
        raise CertificateMissing
    require_sound_certificate(words, certificate, on=on)


def require_whole(certificate: Mapping[str, Any]) -> None:
    """Both number and day, or neither. Raises CertificateWithoutDay, CertificateWithoutNumber."""
    if certificate["certificate_number"] and not certificate["certificate_until"]:
        raise CertificateWithoutDay
    if certificate["certificate_until"] and not certificate["certificate_number"]:
        raise CertificateWithoutNumber


def require_sound_certificate(words: TemplateVersion, certificate: Mapping[str, Any], *, on: date) -> None:
    """Both number and day or neither, still valid, and never given for other words.

    Raises CertificateWithoutDay, CertificateWithoutNumber, CertificateRunOut, CertificateOfOtherWords.
    """
    require_whole(certificate)
    number, until = certificate["certificate_number"], certificate["certificate_until"]
    if until and until < on:
        raise CertificateRunOut
    if number:
        require_own(words, number)


audit.name_fields(
    {
        "certificate_number": _("Number of the advertisement's certificate"),
        "certificate_until": _("Certificate valid until"),
    }
)
