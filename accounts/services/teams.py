from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Staff, Team

from .submissions import create_once
from .versions import save_version


def create_team(
    *,
    values: dict[str, Any],
    members: Collection[Staff],
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Team:
    """The team and its members exist.

    Raises DuplicateSubmission.
    """

    def create() -> Team:
        team = Team.objects.create(**values, updated_at=at, updated_by=actor)
        team.members.set(members)
        audit.record(actor=actor, verb="team.created", subject=team, at=at)
        return team

    with transaction.atomic():
        return create_once(submission=submission, kind=Team._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_team(
    *, team: Team, version: int, values: dict[str, Any], members: Collection[Staff], actor: Actor, at: datetime
) -> Team:
    """The team and its members are as given.

    Raises StaleVersion.
    """
    others = {member.pk for member in members} != set(team.members.values_list("pk", flat=True))
    changed = set(save_version(team, version=version, values=values, actor=actor, at=at, bump=others))
    if others:
        team.members.set(members)
        changed.add("members")
    if changed:
        audit.record(actor=actor, verb="team.updated", subject=team, at=at, fields=changed)
    return team


audit.name_verbs({"team.created": _("Team added"), "team.updated": _("Team changed")})
