"""Four ways to hurt a hospital that is at work. Whatever is chosen by chance is chosen by the seed."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.faults.account import Account, take_account
from tests.faults.hospital import Ward, queue, queueing, wait_for
from tests.faults.servers import Restartable
from tests.messaging.mail_server import HANG, HANG_UP, LOSE, MailServer
from tests.system.test_real_worker import working

SEED = 20260312
CLOCKED = "tests.faults.clocked"
HELD_AT = ("text", "greeting", "rcpt", "data", "mail", "text")
HOUR = 3600  # seconds
TRIES = 4  # of a message, until a person must see it: once, and the retries of `hospital.PREPARE`
UNKNOWN = "SELECT id FROM messaging_message WHERE state = 'unknown'"


@dataclass
class Trap:
    """Lets a number of conversations pass a stage, then springs: holds one there for ever, or only says so."""

    stage: str
    passes: int
    holds: bool = True
    sprung: threading.Event = field(default_factory=threading.Event)

    def __call__(self, stage: str) -> str:
        if stage != self.stage or self.sprung.is_set():
            return ""
        self.passes -= 1
        if self.passes >= 0:
            return ""
        self.sprung.set()
        return HANG if self.holds else ""


@dataclass
class Fault:
    """At each `every`th conversation that comes so far the server says these words; `late`: seconds that it waits."""

    stage: str
    words: str
    every: int = 1
    late: float = 0.0
    came: int = 0
    struck: int = 0

    def __call__(self, stage: str) -> str:
        if stage != self.stage:
            return ""
        self.came += 1
        if self.came % self.every:
            return ""
        self.struck += 1
        time.sleep(self.late)
        return self.words


# What a mail server does on a bad day: late, refusing for now and for good, broken, silent.
BAD_DAY = {
    "answers late": Fault("rcpt", "", late=0.5),
    "lets nobody in": Fault("greeting", "554 go away"),
    "hangs up at once": Fault("greeting", HANG_UP),
    "has an error of its own": Fault("mail", "451 internal error"),
    "is too busy": Fault("mail", "421 too busy"),
    "does not like the sender": Fault("mail", "550 not you"),
    "takes nobody's mail for now": Fault("rcpt", "450 later"),
    "knows every third recipient not": Fault("rcpt", "550 nobody of this name", every=3),
    "has no room for the text": Fault("data", "452 no room"),
    "refuses every third text for good": Fault("text", "554 not wanted", every=3),
    "refuses the text for now": Fault("text", "451 later"),
    "hangs before the text": Fault("rcpt", HANG),
    "hangs after the text": Fault("text", HANG),
    "hangs up after the text": Fault("text", HANG_UP, every=2),
    "loses the text and hangs up": Fault("text", LOSE, every=2),
}


@dataclass
class Story:
    """What was done, beside the account of what became of it."""

    name: str
    done: Counter[str] = field(default_factory=Counter)
    least: dict[str, int] = field(default_factory=dict)  # how many messages were to be queued under which name
    by_hand: dict[str, list[str]] = field(default_factory=dict)  # the messages by what a person decided
    seconds: float = 0.0


def kill_workers(ward: Ward, mail: MailServer, kills: int, seed: int = SEED) -> Story:
    """Killed with -9 while one message is held at a stage, the rest of its batch is claimed, others wait or are sent;
    every fifth time wherever it just is.
    """
    story, chance = Story("workers killed", least={"kill": 6 * kills + 10}), random.Random(seed)
    queue(ward, "kill", story.least["kill"])
    states: set[str] = set()
    for number in range(kills):
        holds = number % 5 != 4
        stage = HELD_AT[number % len(HELD_AT)] if holds else chance.choice(HELD_AT)
        mail.rule = trap = Trap(stage, 0 if stage == "greeting" else chance.randrange(4), holds)
        with working(ward) as worker:
            wait_for(trap.sprung.is_set, ward)
            states |= ward.states()
            time.sleep(0 if holds else chance.random() / 20)
            worker.kill()
        story.done[f"held at {stage}" if holds else "in the midst of it"] += 1
    mail.rule = lambda stage: ""
    assert states >= {"queued", "claimed", "handed_over", "sent"}, states
    return story


def restart_servers(ward: Ward, mail: MailServer, servers: dict[str, Restartable], times: int) -> Story:
    """Each goes away and comes back while two workers send and somebody queues, in order and as if it had crashed."""
    story = Story("servers restarted under load", least={"restart": 60 * times})
    mail.rule = Fault("text", "", late=0.05)
    with ExitStack() as stack:
        stack.enter_context(two_workers(ward))
        writer = stack.enter_context(queueing(ward, "restart", story.least["restart"], pause=0.05))
        for _ in range(times):
            for name, server in servers.items():
                before = mail.reached["text"]
                wait_for(lambda before=before: mail.reached["text"] > before + 3, ward)  # type: ignore[misc]
                server.stop()
                time.sleep(1)
                server.start()
                story.done[f"{name} restarted"] += 1
        assert writer.wait(300) == 0
        mail.rule = lambda stage: ""
        wait_for(ward.is_quiet, ward)
    return story


def misbehave(ward: Ward, mail: MailServer, times: int) -> Story:
    """The mail server has every fault of a bad day, one after the other, while somebody queues."""
    story = Story("mail server late, refusing, broken, hanging")
    with working(ward), queueing(ward, "mail", 10_000, pause=0.1):
        for name, fault in BAD_DAY.items():
            fault.came = fault.struck = 0
            mail.rule = fault
            wait_for(lambda fault=fault: fault.struck >= times, ward)  # type: ignore[misc]
            story.done[name] += fault.struck
        chance = random.Random(SEED)
        mail.rule = lambda stage: chance.choice((HANG_UP, LOSE)) if stage == "text" else ""
        wait_for(lambda: len(ward.read(UNKNOWN)) >= times, ward)
        story.done["never says whether it took a text, until a person is asked"] = len(ward.read(UNKNOWN))
    story.least["mail"] = story.done.total() // TRIES  # each was struck by no more of it
    mail.rule = lambda stage: ""
    return story


def set_clock_back(ward: Ward, mail: MailServer, count: int) -> Story:
    """By an hour, while messages are being sent; the worker is killed then, and the next one has the wrong clock too.

    What is queued by the wrong clock is sent by it. Later the clock is right again.
    """
    story = Story("clock set back by an hour", least={"clock": count, "back": count})
    with working(ward):  # the mail server was away a moment ago: the channel rests until a time to come
        mail.rule = away = Fault("greeting", HANG_UP)
        queue(ward, "clock", count)
        wait_for(lambda: away.struck, ward)
    mail.rule = Fault("text", "", late=0.2)
    before = mail.reached["text"]
    with working(ward, CLOCKED) as worker:
        wait_for(lambda: mail.reached["text"] > before + count // 3, ward)
        ward.clock.write_text(str(-HOUR), encoding="utf-8")
        came = mail.reached["text"]
        queue(ward, "back", count)
        wait_for(lambda: mail.reached["text"] > came + count // 2, ward)
        story.done["sent by the wrong clock, until killed"] = mail.reached["text"] - came
        worker.kill()
    with working(ward, CLOCKED):
        came = mail.reached["text"]
        wait_for(lambda: mail.reached["text"] > came, ward)
        time.sleep(2)
        story.done["sent by the next one"] = mail.reached["text"] - came
        ward.clock.write_text("0", encoding="utf-8")
        mail.rule = lambda stage: ""
        wait_for(ward.is_quiet, ward)
    return story


@contextmanager
def two_workers(ward: Ward) -> Iterator[None]:
    """Two clocks on the same work: by mistake, or while the first one is being replaced."""
    with working(ward), working(ward, name="second"):
        yield


def settle(ward: Ward, mail: MailServer, story: Story) -> Account:
    """All is well again: what is left is sent, a person decides what only a person can, and the account is taken."""
    with working(ward):
        while True:
            wait_for(ward.is_quiet, ward)
            decided = ward.decide(mail.copies())
            for outcome, keys in decided.items():
                story.by_hand.setdefault(outcome, []).extend(keys)
            if not any(decided.values()):
                break
    return take_account(ward.acknowledged(), ward.rows(), mail.copies(), ward.decided(), story.least)
