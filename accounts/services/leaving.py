"""Whoever leaves is signed out at once; whoever comes back can sign in again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Role
from accounts.models import Actor, ApiToken, Staff
from hospital_crm.lib.errors import DomainError

from .staff import require_another_administrator


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


@transaction.atomic
def deactivate_staff(*, staff: Staff, actor: Actor, at: datetime) -> Staff:
    """The person is signed out at once and cannot sign in, nor can a program with their token; what they did stays.

    Raises OwnAccount, LastAdministrator, StaffAlreadyInactive.
    """
    if actor.staff_id == staff.pk:
        raise OwnAccount
    if Role.ADMINISTRATOR in staff.roles:
        require_another_administrator(staff)
    updated = Staff.objects.active().filter(pk=staff.pk).update(is_active=False, deactivated_at=at, signed_out_at=at)
    if updated != 1:
        raise StaffAlreadyInactive
    end_tokens(staff, at)
    audit.record(actor=actor, verb="staff.deactivated", subject=staff, at=at)
    staff.refresh_from_db()
    return staff


def end_tokens(staff: Staff, at: datetime) -> None:
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
