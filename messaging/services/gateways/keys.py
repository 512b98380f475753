"""What opens the hospital's account at a provider: sealed in its row, open only on the way there."""

import logging

from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal
from messaging.models import GatewaySetup

log = logging.getLogger(__name__)


def sealed_key(name: str, key: str) -> str:
    """As the row keeps it."""
    return seal(key, purpose=_purpose(name))


def key_of(setup: GatewaySetup, name: str) -> str:
    """In clear; "" where there is none, or SECRET_KEY was changed since: it must be typed anew."""
    if not setup.has_secret(name):
        return ""
    try:
        return unseal(setup.sealed[name], purpose=_purpose(name))
    except CannotBeOpened:
        log.warning("the key %s of %s cannot be opened any more", name, setup.provider)
        return ""


def _purpose(name: str) -> str:
    return f"messaging.gateway.{name}"
