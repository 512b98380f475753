"""`python -m tests.faults.person`: decides in the outbox what only a person can; is told which mails arrived.

Says of each message what was decided, and how often it had been tried before, where these tries are forgotten.
"""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Staff  # noqa: E402
from messaging.models import Message  # noqa: E402
from messaging.services.gateways.email import message_id  # noqa: E402
from messaging.services.settling import Outcome, retry_message, settle_message  # noqa: E402


def main(arrived: set[str]) -> dict[str, dict[str, int]]:
    actor = Staff.objects.get(username="line").actor
    done: dict[str, dict[str, int]] = {"arrived": {}, "again": {}, "retried": {}}
    for message in Message.objects.filter(state="unknown"):
        outcome, before = Outcome.ARRIVED if message_id(message) in arrived else Outcome.AGAIN, message.attempts
        settled = settle_message(message=message, outcome=outcome, actor=actor, at=timezone.now())
        done[outcome.value][message.dedupe_key] = before - settled.attempts
    for message in Message.objects.filter(state="failed", reason="spent"):
        done["retried"][message.dedupe_key] = message.attempts
        retry_message(message=message, actor=actor, at=timezone.now())
    return done


if __name__ == "__main__":
    json.dump(main(set(json.load(sys.stdin))), sys.stdout)
