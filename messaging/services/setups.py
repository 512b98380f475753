"""How the hospital is known to providers: changed, switched on and off, and called back by them."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from messaging.models import GatewaySetup, Provider
from messaging.services.gateways.keys import sealed_key
from messaging.services.gateways.set_up import CALL_BACK_TOKEN, gateway_of

TOKEN_BYTES = 24


class SetupIncomplete(DomainError):
    """Something is missing without which the provider takes nothing."""

    message = _("Fill in the account first: something is missing without which the provider takes nothing.")


class GroupThere(DomainError):
    """The department has a robot already."""

    message = _("This department has a group already.")
    field = "department"


@transaction.atomic
def change_setup(
    *,
    setup: GatewaySetup,
    version: int,
    values: Mapping[str, Any],
    keys: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> GatewaySetup:
    """The account is as given; a key that is not among `keys` stays as it was, unless the host changes.

    Raises StaleVersion, and SetupIncomplete where it is in use and would take nothing any more.
    """
    changed = {name for name, value in values.items() if setup.values.get(name) != value}
    # Keys are for the host to which they were given: at another one they are asked for again. Ours goes to none.
    kept = {name: key for name, key in setup.sealed.items() if "url" not in changed or name == CALL_BACK_TOKEN}
    sealed = {**kept, **{name: sealed_key(name, key) for name, key in keys.items()}}
    held = {"values": dict(values)} | ({"sealed": sealed} if sealed != setup.sealed else {})
    if save_version(setup, version=version, values=held, actor=actor, at=at):
        if setup.is_active and not gateway_of(setup).is_set_up:
            raise SetupIncomplete
        audit.record(actor=actor, verb="gateway.changed", subject=setup, at=at, fields=sorted({*changed, *keys}))
    return setup


@transaction.atomic
def use_setup(*, setup: GatewaySetup, actor: Actor, at: datetime) -> GatewaySetup:
    """Messages of the channel go this way from now on; another provider that they went by is switched off.

    Raises SetupIncomplete.
    """
    if not gateway_of(setup).is_set_up:
        raise SetupIncomplete
    if setup.department is None:
        for other in GatewaySetup.objects.of_hospital().in_use().filter(channel=setup.channel).exclude(pk=setup.pk):
            stop_setup(setup=other, actor=actor, at=at)
    if _switched(setup, on=True, actor=actor, at=at):
        audit.record(actor=actor, verb="gateway.used", subject=setup, at=at)
    return setup


@transaction.atomic
def stop_setup(*, setup: GatewaySetup, actor: Actor, at: datetime) -> GatewaySetup:
    """Nothing goes this way any more; what is due while the channel has no other is withheld and says so."""
    if _switched(setup, on=False, actor=actor, at=at):
        audit.record(actor=actor, verb="gateway.stopped", subject=setup, at=at)
    return setup


def _switched(setup: GatewaySetup, *, on: bool, actor: Actor, at: datetime) -> bool:
    values = {"is_active": on, "version": F("version") + 1, "updated_at": at, "updated_by": actor}
    switched = GatewaySetup.objects.filter(pk=setup.pk, is_active=not on).update(**values)
    setup.refresh_from_db()
    return switched == 1


@transaction.atomic
def renew_call_back_token(*, setup: GatewaySetup, actor: Actor, at: datetime) -> str:
    """The provider calls back at a new address from now on; returns its secret part, which nobody is told again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    held = {"sealed": {**setup.sealed, CALL_BACK_TOKEN: sealed_key(CALL_BACK_TOKEN, token)}}
    save_version(setup, version=setup.version, values=held, actor=actor, at=at)
    audit.record(actor=actor, verb="gateway.address_renewed", subject=setup, at=at)
    return token


def add_group(*, department: Department, actor: Actor, at: datetime, submission: UUID | None = None) -> GatewaySetup:
    """The department may have a WeCom group of its own. Raises GroupThere, DuplicateSubmission."""

    def create() -> GatewaySetup:
        wecom = {"provider": Provider.WECOM, "channel": Provider.WECOM.channel}
        setup = GatewaySetup.objects.create(**wecom, department=department, updated_at=at, updated_by=actor)
        audit.record(actor=actor, verb="gateway.group_added", subject=setup, at=at)
        return setup

    try:
        with transaction.atomic():
            kind = GatewaySetup._meta.label
            return create_once(submission=submission, kind=kind, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise GroupThere from clash


def note_call_back(*, setup: GatewaySetup, strays: int, at: datetime) -> None:
    """The provider was believed; so many of its receipts fitted no message."""
    GatewaySetup.objects.filter(pk=setup.pk).update(called_back_at=at, strays=F("strays") + strays)


audit.name_verbs(
    {
        "gateway.changed": _("Set-up of a channel changed"),
        "gateway.used": _("Channel switched on"),
        "gateway.stopped": _("Channel switched off"),
        "gateway.address_renewed": _("Call-back address of a channel renewed"),
        "gateway.group_added": _("WeCom group of a department added"),
    }
)
audit.show_names_of(GatewaySetup)
