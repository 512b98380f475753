"""What colleagues are told, told to their WeCom group as well."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from accounts.models import Actor, Department, Staff
from messaging.models import FOR_GROUPS, Channel, GatewaySetup, Message
from messaging.services.gateways.addresses import GROUP

from .outbox import queue_message


def offer_to_groups(*kinds: str) -> None:
    """Each app tells which of its kinds a group may be told: their letter names no patient."""
    FOR_GROUPS.extend(kind for kind in kinds if kind not in FOR_GROUPS)


def tell_group(
    *,
    department: Department | None,
    to: Staff,
    kind: str,
    params: dict[str, Any],
    dedupe_key: str,
    source: str,
    expires_at: datetime,
    excluded: Collection[Staff] = (),
    actor: Actor,
    at: datetime,
) -> Message | None:
    """The group nearest to the department will be told, if it wants this kind; in the outbox it goes `to` a colleague.

    None where there is no such group, or where this key was queued before. Whom it is about does not come in; what one
    of the group must not know (`excluded`), none of them is told.
    """
    if excluded:
        return None
    group = GatewaySetup.objects.group_near(department)
    if group is None or kind not in group.told:
        return None
    return queue_message(
        recipient=to,
        channel=Channel.WECOM,
        kind=kind,
        params={**params, GROUP: group.pk},
        send_at=at,
        expires_at=expires_at,
        dedupe_key=f"{dedupe_key}:group:{group.pk}",
        source=source,
        actor=actor,
        at=at,
    )
