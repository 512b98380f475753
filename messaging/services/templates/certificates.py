"""Medical advertisements go out under the certificate of the authority alone (医疗广告审查证明).

Source: 医疗广告管理办法 (order 26, in force 2007-01-01). It is valid for a year, and belongs to what was shown to the
authority: each template has its own.
"""

from datetime import date

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


class NoAdvertisement(DomainError):
    """Messages of the purpose offer nothing."""

    message = _("Messages of this purpose offer no medical services.")
    field = "advertises"


def require_certificate(template: MessageTemplate, *, on: date) -> None:
    """Raises CertificateMissing."""
    if not template.may_go_on(on):
        raise CertificateMissing


def certificate_value(template: MessageTemplate) -> dict[str, str]:
    """What stands for it in a text, where the purpose knows of such a thing."""
    return {CERTIFICATE: template.certificate_number} if template.filled_by.may_advertise else {}
