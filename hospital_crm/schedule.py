"""What is done by the clock: which task, how often, in which queue."""

from typing import Any

from celery.schedules import crontab

QUEUES = REMINDERS, JOBS = ("reminders", "jobs")  # each has a worker of its own, whose beats probe and alarms look for
ERASING = ("promises", "messaging", "followups", "consult", "patients")  # who holds something about people
Work = dict[str, Any]


def _every(seconds: float, task: str, queue: str = JOBS) -> Work:
    """`expires`, so that a stopped worker does not pile up work."""
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": int(seconds)}}


def _daily(hour: int, minute: int, task: str) -> Work:
    """At a time of day in the hospital's zone."""
    schedule = crontab(hour=hour, minute=minute)
    return {"task": task, "schedule": schedule, "options": {"queue": JOBS, "expires": 3600}}


TIMED_WORK: dict[str, Work] = {
    **{f"beat of the {queue} worker": _every(5.0, "jobs.tasks.beat", queue) | {"args": (queue,)} for queue in QUEUES},
    # Among the short ones: whoever is to be forgotten does not wait for an import to end.
    **{f"erasures in {app}": _every(5.0, f"{app}.tasks.erase", REMINDERS) for app in ERASING},
    "messages that are due": _every(1.0, "messaging.tasks.deliver_due", REMINDERS),
    "messages whose worker died": _every(5.0, "messaging.tasks.requeue_stuck", REMINDERS),
    "messages without an outcome": _every(5.0, "messaging.tasks.settle_unanswered", REMINDERS),
    "messages that providers know more about": _every(30.0, "messaging.tasks.long_ask_providers"),
    "queued exports": _every(1.0, "dashboards.tasks.long_export_audit"),
    "queued exports of calls": _every(1.0, "consult.tasks.long_export_calls"),
    "queued exports of the archive": _every(1.0, "patients.tasks.long_export"),
    "queued exports of messages": _every(1.0, "messaging.tasks.long_export_messages"),
    "queued exports of promises": _every(1.0, "promises.tasks.long_export_promises"),
    "queued assignments of many": _every(1.0, "patients.tasks.long_assign_many"),
    "queued tags for many": _every(1.0, "patients.tasks.long_tag_many"),
    "queued promises to many": _every(1.0, "promises.tasks.long_promise_many"),
    "service levels that end": _every(60.0, "patients.tasks.long_renew_levels"),
    "selections past their time": _daily(3, 50, "patients.tasks.long_forget_selections"),
    "queued imports": _every(1.0, "patients.tasks.long_import"),
    "jobs whose worker died": _every(60.0, "jobs.tasks.requeue_stuck", REMINDERS),
    "promises that are late": _every(15.0, "promises.tasks.escalate_late", REMINDERS),
    "promises of those who are away": _every(15.0, "promises.tasks.remind_deputies", REMINDERS),
    "promises of those who have left": _every(60.0, "promises.tasks.release_promises", REMINDERS),
    "promises of rows of the apps below": _every(15.0, "promises.tasks.keep_up_with_rows", REMINDERS),
    "copies of people's data": _every(2.0, "dashboards.tasks.long_write_copies"),
    "looks to check": _daily(4, 10, "patients.tasks.long_find_unusual_looks"),
    "what the law kept long enough": _daily(4, 30, "patients.tasks.long_end_kept"),
    "proof of messages kept long enough": _daily(4, 40, "messaging.tasks.long_end_kept"),
    "messages kept long enough": _daily(4, 50, "messaging.tasks.long_forget_old"),
    "promises of days that are over": _every(60.0, "promises.tasks.long_sum_days"),
    "people who may be one": _every(60.0, "patients.tasks.long_scan_duplicates"),
    "rows of merged people": _every(60.0, "patients.tasks.long_gather_late_rows"),
    "drafts of calls past their time": _daily(3, 40, "consult.tasks.long_forget_old_drafts"),
    "sign-ins past their time": _daily(3, 20, "accounts.tasks.long_forget_old_sign_ins"),
    "imported files past their time": _every(3600.0, "patients.tasks.long_forget_import_files"),
    "files past their time": _every(3600.0, "jobs.tasks.long_remove_old_files"),
}
