"""`python -m tests.faults.writer NAME COUNT PAUSE`: queues messages and says of each one when it surely is."""

import sys
import time

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.db import Error, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Staff  # noqa: E402
from accounts.services.actors import system_actor  # noqa: E402
from messaging.services.outbox import tell_staff  # noqa: E402
from tests.faults.clocked import offset  # noqa: E402


def queue(key: str) -> None:
    staff, actor, now = Staff.objects.get(username="line"), system_actor("tests"), timezone.now() + offset()
    tell_staff(
        staff=staff,
        kind="messaging.trial",
        params={},
        dedupe_key=key,
        source="test",
        send_at=now,
        expires_at=now + timedelta(hours=12),
        actor=actor,
        at=now,
    )


def main(name: str, count: int, pause: float) -> None:
    for number in range(count):
        key = f"{name}:{number}"
        while True:
            try:
                queue(key)
                break
            except Error:  # the database is away: the same once more, under the same key
                connection.close()
                time.sleep(0.1)
        print(key, flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
