"""Entries of the timetable that look alike."""

from typing import Any


def often(task: str, *, seconds: int) -> dict[str, Any]:
    """Long work that is looked for every so many seconds; what a stopped worker has missed does not pile up."""
    return {"task": task, "schedule": float(seconds), "options": {"queue": "jobs", "expires": seconds}}
