"""Sign-ins past their time: ended sessions and old notes go, what still counts stays."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from accounts.services.signins import forget_old_sign_ins
from accounts.tasks import long_forget_old_sign_ins

KEPT = timedelta(days=200)  # over six months, the usual keeping time of network logs
MOMENT = timedelta(seconds=1)


def session(key: str, ends_at: datetime) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=ends_at)


def note(name: str, at: datetime) -> None:
    """What axes writes of a sign-in and of a wrong password; it sets the time itself."""
    log = AccessLog.objects.create(username=name)
    attempt = AccessAttempt.objects.create(username=name, failures_since_start=1)
    AccessLog.objects.filter(pk=log.pk).update(attempt_time=at)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)


def test_sessions_that_have_ended_go_and_live_ones_stay(db: None, now: datetime) -> None:
    session("ended", now - MOMENT)
    session("live", now + MOMENT)
    forget_old_sign_ins(at=now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]


def test_notes_of_sign_ins_stay_for_two_hundred_days(db: None, now: datetime) -> None:
    note("old", now - KEPT - MOMENT)
    note("kept", now - KEPT + MOMENT)
    note("new", now)
    forget_old_sign_ins(at=now)
    for model in (AccessLog, AccessAttempt):
        assert sorted(model.objects.values_list("username", flat=True)) == ["kept", "new"]


def test_the_nightly_task_forgets_by_the_clock(db: None, now: datetime) -> None:
    session("long ago", now - timedelta(days=3650))
    session("far off", now + timedelta(days=36500))
    long_forget_old_sign_ins()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["far off"]
