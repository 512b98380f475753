"""`python -m tools.keep COMMAND …`: runs it, and runs it again when it ends by itself; a signal ends both."""

import os
import signal
import subprocess
import sys
import time
from threading import Event
from types import FrameType

from tools import children
from tools.steps import say

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds; doubled as long as it keeps ending at once
HEALTHY_SECONDS = 60


class Keeper:
    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = Event()
        self.parent = os.getppid()
        self.running: subprocess.Popen[bytes] | None = None
        children.adopt_orphans()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """The signal went to the whole group, so the command has it too; unless it is the kernel's word, to this
        process alone, that the parent was killed.
        """
        self.stopping.set()
        if self.running and os.getppid() != self.parent:
            self.running.send_signal(number)

    def run(self) -> int:
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            self.running = subprocess.Popen(children.tied(self.command))
            code = self.running.wait()
            children.end_orphans()
            if time.monotonic() - started > HEALTHY_SECONDS:
                pause = FIRST_PAUSE
            if not self.stopping.is_set():
                say(f"It ended by itself (code {code}) and starts again in {pause:.0f} s.")
            if self.stopping.wait(pause):
                return 0
            pause = min(2 * pause, LONGEST_PAUSE)


if __name__ == "__main__":
    sys.exit(Keeper(sys.argv[1:]).run())
