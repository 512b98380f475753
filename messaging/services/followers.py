"""Patients who follow the hospital's official account are written to under the open id that WeChat gave them there."""

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from messaging.models import GatewaySetup, Provider
from messaging.services.gateways.addresses import SCOPE
from patients.models import Identifier, Patient
from patients.services.identifiers import IdentifierOfAnother, replace_number

OPEN_ID = re.compile(r"[\w-]{20,40}", re.ASCII)


class NoOfficialAccount(DomainError):
    """An open id holds for one account, and nobody has said which is the hospital's."""

    message = _("The hospital's official account is not set up yet: an administrator enters its AppID under Channels.")
    field = "open_id"


class NotAnOpenId(DomainError):
    """WeChat gives no such names."""

    message = _("An open ID has 20 to 40 letters, digits, hyphens and underscores.")
    field = "open_id"


class OpenIdOfAnother(DomainError):
    """Somebody else on file follows the account under it."""

    message = _("Another patient has this open ID already.")
    field = "open_id"


def follower_of(patient: Patient) -> Identifier | None:
    """By which the account that is set up now knows the patient."""
    app_id = _app_id()
    known = patient.identifiers.filter(type=Identifier.Type.SYSTEM, scope=f"{SCOPE}{app_id}")
    return known.order_by("added_at", "pk").last() if app_id else None


def name_follower(*, patient: Patient, open_id: str, actor: Actor, at: datetime) -> Identifier | None:
    """Under this open id the patient is written to from now on, and is known when answering; "" under none.

    Raises NoOfficialAccount, NotAnOpenId, OpenIdOfAnother, PersonErased.
    """
    if not (app_id := _app_id()):
        raise NoOfficialAccount
    if open_id and not OPEN_ID.fullmatch(open_id):
        raise NotAnOpenId
    try:
        replace_number(patient=patient, scope=f"{SCOPE}{app_id}", number=open_id, actor=actor, at=at)
    except IdentifierOfAnother as error:
        raise OpenIdOfAnother from error
    return follower_of(patient)


def _app_id() -> str:
    setup = GatewaySetup.objects.of_hospital().filter(provider=Provider.WECHAT).first()
    return str(setup.value("app_id")) if setup else ""
