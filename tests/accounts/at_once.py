"""Two people at the same moment: only a database server lets two write at once, so SQLite has nothing to show here."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

on_a_server = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
with_threads = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Meanwhile(threading.Thread):
    """Somebody else, who begins now and may have to wait for us."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act = act
        self.result: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.act()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def wait_until_it_waits(self) -> None:
        """Until it stands before a lock of ours, or is through because there was none."""
        for _ in range(400):
            if not self.is_alive() or _somebody_waits():
                return
            self.join(0.005)
        pytest.fail("nothing happened")

    def outcome(self) -> Any:
        """What it brought, or the error in which it ended."""
        self.join()
        return self.result


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
