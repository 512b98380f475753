"""Passwords: the one that opens once, and the one of somebody's own choice."""

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Staff
from hospital_crm.lib.errors import DomainError

from .actors import staff_actor
from .leaving import StaffAlreadyInactive, end_tokens
from .signins import forget_wrong_tries

# Without letters and digits that are mistaken for one another when read out on the phone.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_GROUPS = 4  # of four characters: 4 × 4 × log2(31) ≈ 79 bits


class OwnPassword(DomainError):
    """Whoever is signed in changes the own password, which asks for the current one."""

    message = _("This is your own account. Change your password under My account.")


def one_time_password() -> str:
    """Easy to read out, impossible to guess; replaced at the first sign-in."""
    groups = ("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(4)) for _ in range(PASSWORD_GROUPS))
    return "-".join(groups)


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
    end_tokens(staff, at)
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
