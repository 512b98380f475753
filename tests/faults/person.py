"""`python -m tests.faults.person`: decides in the outbox what only a person can; is told which mails arrived."""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Staff  # noqa: E402
from messaging.models import Message  # noqa: E402
from messaging.services.gateways.email import message_id  # noqa: E402
from messaging.services.settling import Outcome, retry_message, settle_message  # noqa: E402


def main(arrived: set[str]) -> dict[str, list[str]]:
    actor = Staff.objects.get(username="line").actor
    done: dict[str, list[str]] = {"arrived": [], "again": [], "retried": []}
    for message in Message.objects.filter(state="unknown"):
        outcome = Outcome.ARRIVED if message_id(message) in arrived else Outcome.AGAIN
        settle_message(message=message, outcome=outcome, actor=actor, at=timezone.now())
        done[outcome.value].append(message.dedupe_key)
    for message in Message.objects.filter(state="failed", reason="spent"):
        retry_message(message=message, actor=actor, at=timezone.now())
        done["retried"].append(message.dedupe_key)
    return done


if __name__ == "__main__":
    json.dump(main(set(json.load(sys.stdin))), sys.stdout)
