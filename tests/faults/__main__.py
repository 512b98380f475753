"""`python -m tests.faults [KILLS] [SEED]`: hurts a hospital at work in every way, and gives account of every message.

Ends with 0 if nothing was lost and nothing sent twice unknowingly. The small runs of `make test` are in
`test_faults.py`.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import services
from tests.faults import runs, servers
from tests.faults.account import Account
from tests.faults.hospital import Ward, prepared
from tests.messaging.mail_server import MailServer, mail_server
from tools.steps import say

RESTARTS, STRIKES, CLOCKED = 6, 5, 60


def told(story: runs.Story, account: Account) -> str:
    done = ", ".join(f"{number} {what}" for what, number in story.done.items())
    hand = ", ".join(f"{len(keys)} {what}" for what, keys in story.by_hand.items() if keys) or "nothing"
    head = [f"{story.name} ({story.seconds:.0f} s): {done}", f"  {'decided by hand':<28}{hand}"]
    return "\n".join([*head, *account.lines()])


def main(kills: int, seed: int) -> int:
    postgres, database = servers.postgres()
    redis, broker = servers.redis()
    both = {"PostgreSQL": postgres, "Redis": redis}
    for server in both.values():
        server.start()
    folder = services.temporary_folder("ward")
    with mail_server() as mail:
        ward = prepared(Ward(folder, broker, mail=mail.url, database=database))
        faults: list[Callable[[], runs.Story]] = [
            lambda: runs.kill_workers(ward, mail, kills, seed),
            lambda: runs.restart_servers(ward, mail, both, RESTARTS),
            lambda: runs.misbehave(ward, mail, STRIKES),
            lambda: runs.set_clock_back(ward, mail, CLOCKED),
        ]
        accounts = [run(fault, ward, mail) for fault in faults]
    is_right = all(account.is_right for account in accounts)
    say(f"{'Nothing was lost, nothing sent twice unknowingly' if is_right else 'NOT IN ORDER'}: seed {seed}.")
    return 0 if is_right else 1


def run(fault: Callable[[], runs.Story], ward: Ward, mail: MailServer) -> Account:
    """The account is of everything so far: what went right before must stay so."""
    began = time.monotonic()
    story = fault()
    account = runs.settle(ward, mail, story)
    story.seconds = time.monotonic() - began
    say(told(story, account))
    Path(ward.folder / "words").write_bytes(b"")
    return account


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [50, runs.SEED][len(numbers) :])))
