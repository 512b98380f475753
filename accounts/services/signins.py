"""What the audit keeps of sign-ins. Wrong passwords are counted by axes, which also locks."""

from datetime import datetime, timedelta

from allauth.core import ratelimit
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Staff

from .actors import staff_actor


def record_sign_in(*, staff: Staff, address: str | None, at: datetime) -> None:
    """The sign-in is in the audit."""
    audit.record(actor=staff_actor(staff), verb="session.started", subject=staff, at=at, address=address)


def record_sign_out(*, staff: Staff, address: str | None, at: datetime) -> None:
    """The sign-out is in the audit."""
    audit.record(actor=staff_actor(staff), verb="session.ended", subject=staff, at=at, address=address)


def record_idle_sign_out(*, staff: Staff, address: str | None, at: datetime) -> None:
    """The sign-out by the idle clock is in the audit."""
    audit.record(actor=staff_actor(staff), verb="session.timed_out", subject=staff, at=at, address=address)


def record_lockout(*, staff: Staff, at: datetime) -> None:
    """That the account was locked is in the audit, once however often somebody goes on trying."""
    audit.record_look(actor=staff_actor(staff), verb="session.locked", subject=staff, at=at)


def record_second_factor(*, staff: Staff, verb: str, at: datetime) -> None:
    """What the person did with the second factor is in the audit."""
    audit.record(actor=staff_actor(staff), verb=verb, subject=staff, at=at)


def record_wrong_code(*, staff: Staff, at: datetime) -> None:
    """That somebody with the password typed wrong codes is in the audit, once however many they were."""
    audit.record_look(actor=staff_actor(staff), verb="second_factor.refused", subject=staff, at=at)


def tries_key(username: str) -> str:
    """Under which allauth counts the wrong passwords of a user name."""
    return f"sign-in:{username.lower()}"


def forget_wrong_tries(*, staff: Staff) -> None:
    """The account is not locked: wrong passwords and codes from before count no longer."""
    AxesProxyHandler.reset_attempts(username=staff.username)
    for key in (tries_key(staff.username), f"mfa-auth-user-{staff.pk}"):  # the second one is allauth's own
        ratelimit.clear(None, action="login_failed", key=key)


def forget_old_sign_ins(*, at: datetime) -> None:
    """Sessions that have ended are gone, and what axes noted of sign-ins longer ago than ACCESS_LOG_DAYS."""
    Session.objects.filter(expire_date__lt=at).delete()
    for log in (AccessLog, AccessAttempt):
        log.objects.filter(attempt_time__lt=at - timedelta(days=settings.ACCESS_LOG_DAYS)).delete()


audit.name_verbs(
    {
        "session.started": _("Signed in"),
        "session.ended": _("Signed out"),
        "session.timed_out": _("Signed out after a time without activity"),
        "session.locked": _("Locked after wrong passwords"),
        "second_factor.refused": _("Wrong codes of the second factor"),
        "second_factor.activated": _("Second factor turned on"),
        "second_factor.deactivated": _("Second factor turned off"),
        "second_factor.recovery_codes_made": _("Recovery codes made"),
    }
)
