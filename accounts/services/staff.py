"""Colleagues are added and changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Role
from accounts.models import Actor, RoleGrant, Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.pinyin import sort_key

from .submissions import create_once
from .versions import save_version


class LastAdministrator(DomainError):
    """Without an administrator nobody could let anybody in any more."""

    message = _("This is the last administrator. Give the role to somebody else first.")


def create_staff(
    *,
    username: str,
    display_name: str,
    roles: Collection[Role],
    password: str,
    actor: Actor | None,
    at: datetime,
    must_change_password: bool = True,
    submission: UUID | None = None,
    **details: Any,
) -> Staff:
    """The person can sign in with the password; `actor=None`: the very first, who creates themselves.

    Raises DuplicateSubmission.
    """

    def create() -> Staff:
        staff = Staff(
            username=username.lower(),
            display_name=display_name,
            sort_key=sort_key(display_name),
            must_change_password=must_change_password,
            created_at=at,
            updated_at=at,
            updated_by=actor,
            **details,
        )
        staff.set_password(password)
        staff.save(force_insert=True)
        RoleGrant.objects.bulk_create(RoleGrant(staff=staff, role=role) for role in roles)
        own = Actor.objects.create(kind=Actor.Kind.STAFF, staff=staff)
        audit.record(actor=actor or own, verb="staff.created", subject=staff, at=at)
        return staff

    with transaction.atomic():
        return (
            create_once(submission=submission, kind=Staff._meta.label, create=create, actor=actor, at=at)
            if actor
            else create()
        )


@transaction.atomic
def update_staff(
    *, staff: Staff, version: int, values: dict[str, Any], roles: Collection[Role], actor: Actor, at: datetime
) -> Staff:
    """The person's details and roles are as given.

    Raises StaleVersion, LastAdministrator.
    """
    held = set(RoleGrant.objects.filter(staff=staff).values_list("role", flat=True))
    wanted = {str(role) for role in roles}
    if Role.ADMINISTRATOR in held - wanted:
        require_another_administrator(staff)
    if "display_name" in values:
        values = {**values, "sort_key": sort_key(values["display_name"])}
    changed = set(save_version(staff, version=version, values=values, actor=actor, at=at, bump=held != wanted))
    changed.discard("sort_key")
    if held != wanted:
        RoleGrant.objects.filter(staff=staff).exclude(role__in=wanted).delete()
        RoleGrant.objects.bulk_create(RoleGrant(staff=staff, role=role) for role in wanted - held)
        changed.add("roles")
    if changed:
        audit.record(actor=actor, verb="staff.updated", subject=staff, at=at, fields=changed)
    return staff


def change_language(*, staff: Staff, language: str) -> None:
    """The person reads the product in this language from now on, on every computer."""
    Staff.objects.filter(pk=staff.pk).update(language=language)


def require_another_administrator(staff: Staff) -> None:
    """All administrators are locked in one order, so that two cannot remove each other at the same moment."""
    administrators = Staff.objects.active().with_role(Role.ADMINISTRATOR).order_by("pk")
    if not set(administrators.select_for_update(of=("self",)).values_list("pk", flat=True)) - {staff.pk}:
        raise LastAdministrator


audit.name_verbs(
    {
        "staff.created": _("Person added"),
        "staff.updated": _("Person changed"),
        "staff.password_reset": _("Password reset"),
        "staff.password_changed": _("Own password changed"),
        "staff.deactivated": _("Person deactivated"),
        "staff.reactivated": _("Person reactivated"),
    }
)
