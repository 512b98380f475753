"""No more than so many in so many seconds, within this process: the reminders' worker is one."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Pace:
    most: int
    seconds: float
    clock: Callable[[], float] = monotonic
    _taken: deque[float] = field(default_factory=deque)

    def allows(self) -> bool:
        """Whether one more may go now; it counts as gone then."""
        now = self.clock()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.most:
            return False
        self._taken.append(now)
        return True
