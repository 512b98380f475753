"""What the audit keeps of sign-ins. Wrong passwords are counted by axes, which also locks."""

from datetime import datetime

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


audit.name_verbs(
    {
        "session.started": _("Signed in"),
        "session.ended": _("Signed out"),
        "session.timed_out": _("Signed out after a time without activity"),
        "session.locked": _("Locked after wrong passwords"),
    }
)
