import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Role
from accounts.models import Actor, ApiToken, RoleGrant, Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.pinyin import sort_key

from .actors import staff_actor
from .signins import forget_wrong_tries
from .submissions import create_once
from .versions import save_version

# Without letters and digits that are mistaken for one another when read out on the phone.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_GROUPS = 4  # of four characters: 4 × 4 × log2(31) ≈ 79 bits


class LastAdministrator(DomainError):
    """Without an administrator nobody could let anybody in any more."""

    message = _("This is the last administrator. Give the role to somebody else first.")


class OwnPassword(DomainError):
    """Whoever is signed in changes the own password, which asks for the current one."""

    message = _("This is your own account. Change your password under My account.")


class OwnAccount(DomainError):
    """Nobody deactivates the own account."""

    message = _("You cannot deactivate your own account. Ask another administrator.")


class StaffAlreadyInactive(DomainError):
    """The person was deactivated before."""

    message = _("This person was deactivated already.")


class DepartmentIsClosed(DomainError):
    """Nobody comes back into a department that is no longer in use."""

    message = _("This person's department was closed. Change the department first.")


class StaffStillActive(DomainError):
    """Only somebody who was deactivated can be reactivated."""

    message = _("This person is active already.")


def one_time_password() -> str:
    """Easy to read out, impossible to guess; replaced at the first sign-in."""
    groups = ("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(4)) for _ in range(PASSWORD_GROUPS))
    return "-".join(groups)


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
        _require_another_administrator(staff)
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


@transaction.atomic
def reset_password(*, staff: Staff, actor: Actor, at: datetime) -> str:
    """The old password is void; returns the one-time password that replaces it until the next sign-in.

    The second factor is removed too: whoever lost the phone gets in with the new password and sets it up again. A
    lock after wrong passwords is open: whoever forgot the password has typed wrong ones. Tokens end: whoever had the
    old password may have them too.
    Raises OwnPassword, StaffAlreadyInactive.
    """
    if actor.staff_id == staff.pk:
        raise OwnPassword
    password = one_time_password()
    staff.set_password(password)
    active = Staff.objects.active().filter(pk=staff.pk)
    if active.update(password=staff.password, must_change_password=True) != 1:
        raise StaffAlreadyInactive
    Authenticator.objects.filter(user=staff).delete()
    _end_tokens(staff, at)
    forget_wrong_tries(staff=staff)
    audit.record(actor=actor, verb="staff.password_reset", subject=staff, at=at)
    return password


@transaction.atomic
def change_own_password(*, staff: Staff, password: str, at: datetime) -> None:
    """The person has a password of their own choice."""
    staff.set_password(password)
    staff.must_change_password = False
    Staff.objects.filter(pk=staff.pk).update(password=staff.password, must_change_password=False)
    audit.record(actor=staff_actor(staff), verb="staff.password_changed", subject=staff, at=at)


@transaction.atomic
def deactivate_staff(*, staff: Staff, actor: Actor, at: datetime) -> Staff:
    """The person is signed out at once and cannot sign in, nor can a program with their token; what they did stays.

    Raises OwnAccount, LastAdministrator, StaffAlreadyInactive.
    """
    if actor.staff_id == staff.pk:
        raise OwnAccount
    if Role.ADMINISTRATOR in staff.roles:
        _require_another_administrator(staff)
    updated = Staff.objects.active().filter(pk=staff.pk).update(is_active=False, deactivated_at=at, signed_out_at=at)
    if updated != 1:
        raise StaffAlreadyInactive
    _end_tokens(staff, at)
    audit.record(actor=actor, verb="staff.deactivated", subject=staff, at=at)
    staff.refresh_from_db()
    return staff


def _end_tokens(staff: Staff, at: datetime) -> None:
    """Whoever is let in again, or gets in with another password, does not bring them back."""
    ApiToken.objects.unrevoked().filter(staff=staff).update(revoked_at=at)


@transaction.atomic
def reactivate_staff(*, staff: Staff, actor: Actor, at: datetime) -> Staff:
    """The person can sign in again.

    Raises StaffStillActive, DepartmentIsClosed.
    """
    if staff.department is not None and not staff.department.is_active:
        raise DepartmentIsClosed
    updated = Staff.objects.filter(pk=staff.pk, is_active=False).update(is_active=True, deactivated_at=None)
    if updated != 1:
        raise StaffStillActive
    audit.record(actor=actor, verb="staff.reactivated", subject=staff, at=at)
    staff.refresh_from_db()
    return staff


def change_language(*, staff: Staff, language: str) -> None:
    """The person reads the product in this language from now on, on every computer."""
    Staff.objects.filter(pk=staff.pk).update(language=language)


def _require_another_administrator(staff: Staff) -> None:
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
