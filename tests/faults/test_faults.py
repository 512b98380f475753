"""Real workers, killed with -9 or cut off from mail, broker and database, or with a wrong clock: nothing is lost, or
sent twice unknowingly. The same as `make faults`, in small. Missions B4, D5.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import runs, servers
from tests.faults.account import Account
from tests.faults.hospital import Ward, prepared, queue, wait_for
from tests.messaging.mail_server import HANG_UP, MailServer, at, mail_server

pytestmark = pytest.mark.system
KILLS = 5


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def ward(tmp_path: Path, mail: MailServer) -> Ward:
    """On files alone."""
    return prepared(Ward(tmp_path, mail=mail.url))


def right_account(ward: Ward, mail: MailServer, story: runs.Story) -> Account:
    account = runs.settle(ward, mail, story)
    assert account.is_right, "\n".join(account.lines())
    return account


def test_killed_five_times_in_every_state_it_loses_nothing(ward: Ward, mail: MailServer) -> None:
    story = runs.kill_workers(ward, mail, KILLS)
    assert story.done.total() == KILLS
    account = right_account(ward, mail, story)
    assert sum(row.in_doubt for row in ward.rows()) <= KILLS  # one a kill, never a batch
    assert account.known_doubles  # that had been taken when the worker died


def test_database_and_broker_go_away_while_two_workers_send(tmp_path: Path, mail: MailServer) -> None:
    (postgres, database), (redis, broker) = servers.postgres(), servers.redis()
    both = {"PostgreSQL": postgres, "Redis": redis}
    for server in both.values():
        server.start()
    ward = prepared(Ward(tmp_path, broker, mail=mail.url, database=database))
    right_account(ward, mail, runs.restart_servers(ward, mail, both, times=1))


def test_notes_in_the_app_do_not_wait_for_the_mail_server_and_two_clocks_send_once(
    tmp_path: Path, mail: MailServer
) -> None:
    redis, broker = servers.redis()
    redis.start()
    ward = prepared(Ward(tmp_path, broker, mail=mail.url))
    mail.rule = at("greeting", HANG_UP)
    queue(ward, "note", 10)
    with runs.two_workers(ward):
        notes = "SELECT DISTINCT state FROM messaging_message WHERE channel = 'in_app'"
        wait_for(lambda: ward.ask(notes) == {"sent"}, ward)
        assert mail.taken == []
        redis.stop()
        mail.rule = lambda stage: ""
        time.sleep(2)  # without a broker nobody dies
        redis.start()
        wait_for(ward.is_quiet, ward)
    assert right_account(ward, mail, runs.Story("two clocks", least={"note": 10})).arrived == {1: 10}


def test_every_fault_that_a_mail_server_has(ward: Ward, mail: MailServer) -> None:
    story = runs.misbehave(ward, mail, times=1)
    account = right_account(ward, mail, story)
    assert account.states["email failed"]  # refused for good, for a person to see
    assert account.known_doubles
    assert story.by_hand["arrived"] or story.by_hand["again"]  # what nobody knew


def test_a_clock_that_is_set_back_by_an_hour(ward: Ward, mail: MailServer) -> None:
    story = runs.set_clock_back(ward, mail, count=12)
    right_account(ward, mail, story)
    assert story.done["sent by the next one"]
