"""How somebody is addressed, and what else the outbox itself fills into a text."""

from datetime import date, datetime, time

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hospital_crm.lib.pinyin import family_name, sort_key
from institution.models import HospitalProfile
from messaging.models.purposes import HOSPITAL, HOSPITAL_PHONE, RECIPIENT
from messaging.services.queueing import Recipient
from patients.models import Contact, Patient, Sex


def own_values(recipient: Recipient | None, *, hospital: HospitalProfile, language: str) -> dict[str, str]:
    """Who is written to, and by whom, in the language of the text; "" for what nobody knows."""
    with translation.override(language):
        return {
            RECIPIENT: _addressed(recipient) if recipient else "",
            HOSPITAL: hospital.name,
            HOSPITAL_PHONE: hospital.consult_phone,
        }


def longest_address(language: str) -> str:
    """Of somebody with a family name of two characters whose sex nobody knows; names in Latin letters may be longer."""
    with translation.override(language):
        return max(_addressed(Patient(name="欧阳")), _("Sir or Madam"), key=len)


def in_words(value: object, *, language: str) -> str:
    """A value as the text says it: days and times in the local habit, rows and labels by their names; one line."""
    with translation.override(language):
        return " ".join(_said(value).split())


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), pgettext("to a patient", "D j M, H:i"))
    if isinstance(value, date):
        return date_format(value, pgettext("to a patient", "D j M"))
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _addressed(recipient: Recipient) -> str:
    """By the family name alone: others may see the screen."""
    if not recipient.name:
        return _("Sir or Madam")
    if not isinstance(recipient, Patient | Contact):
        return recipient.name
    sex = recipient.sex if isinstance(recipient, Patient) else Sex.UNKNOWN
    named = {"name": _family_name(recipient.name)}
    words = {Sex.FEMALE: _("Ms %(name)s"), Sex.MALE: _("Mr %(name)s")}
    return words.get(Sex(sex), _("Mr or Ms %(name)s")) % named


def _family_name(name: str) -> str:
    """In Latin letters the whole name, since nobody knows which word is the family's; Chinese ones are spelled where
    the text is English.
    """
    if name[:1].isascii():
        return name
    family = family_name(name)
    return sort_key(family).replace("0", "").capitalize() if translation.get_language() == "en" else family
