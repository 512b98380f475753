"""What became of every message that was queued: nothing lost, nothing sent twice unknowingly; or where not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

DOMAIN = "hospital.example"
OVER = ("sent", "failed")
REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """Of the outbox, as it stands at the end."""

    key: str
    channel: str
    state: str
    reason: str
    receipt: str
    in_doubt: bool
    attempts: int

    @property
    def number(self) -> str:
        """The Message-ID under which it travels, the same at every try (docs/decisions/0011)."""
        return f"<{hashlib.sha256(self.key.encode()).hexdigest()[:32]}@{DOMAIN}>"


@dataclass
class Account:
    """`lost`, `doubled`, `wrong` and `idle` name what must not be."""

    acknowledged: int
    states: Counter[str] = field(default_factory=Counter)
    arrived: Counter[int] = field(default_factory=Counter)  # how many mails came how often
    known_doubles: int = 0  # more than once, and the outbox says that it may be so
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)  # so little was queued that the account proves nothing

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong, *self.idle]

    def lines(self) -> list[str]:
        states = ", ".join(f"{number} {name}" for name, number in sorted(self.states.items()))
        copies = ", ".join(f"{number} mails {often} times" for often, number in sorted(self.arrived.items()))
        told = [
            ("queued and acknowledged", self.acknowledged),
            ("rows by state", states),
            ("came to the mail server", copies),
            ("sent twice, and marked so", self.known_doubles),
            ("sent twice unknowingly", len(self.doubled)),
            ("lost", len(self.lost)),
            ("told otherwise than it was", len(self.wrong)),
        ]
        lines = [f"  {name:<28}{value}" for name, value in told]
        return lines + [f"  ✗ {fault}" for fault in self.faults]


def take_account(
    acknowledged: Collection[str],
    rows: Iterable[Row],
    copies: Mapping[str, int],
    by_hand: Mapping[str, int] | None = None,
    least: Mapping[str, int] | None = None,
) -> Account:
    """`acknowledged`: keys of what was queued; `copies`: how often each Message-ID came to the mail server; `by_hand`:
    how often each key had been tried before a person let it be sent again, which begins to count the tries anew;
    `least`: how many were to be queued under each name.
    """
    account, seen, strangers = Account(len(acknowledged)), Counter[tuple[str, str]](), dict(copies)
    account.idle = _too_few(acknowledged, least or {})
    for row in rows:
        came = strangers.pop(row.number, 0)
        seen[_stem(row.key), row.channel] += 1
        account.states[f"{row.channel} {row.state}"] += 1
        if row.channel == "email":
            account.arrived[came] += 1
            _judge(account, row, came, tries=row.attempts + (by_hand or {}).get(row.key, 0))
        elif row.state != "sent":
            account.lost.append(f"{row.key}: {row.state}, and nobody saw it")
    for key in acknowledged:
        for channel in ("email", "in_app"):
            if seen[key, channel] != 1:
                account.lost.append(f"{key}: acknowledged, and {seen[key, channel]} rows for {channel}")
    account.wrong += [f"{number}: came, and no row knows it" for number in strangers]
    return account


def _too_few(acknowledged: Collection[str], least: Mapping[str, int]) -> list[str]:
    told = Counter(key.partition(":")[0] for key in acknowledged)
    short = [f"{name}: {told[name]} acknowledged of {count}" for name, count in least.items() if told[name] < count]
    return short if acknowledged else [*short, "nothing was acknowledged"]


def _judge(account: Account, row: Row, came: int, *, tries: int) -> None:
    if row.state not in OVER:
        account.lost.append(f"{row.key}: still {row.state}")
    elif row.state == "sent" and not came:
        account.lost.append(f"{row.key}: sent, and never came")
    elif row.state == "failed" and row.reason != REFUSED:
        account.lost.append(f"{row.key}: failed ({row.reason}), and nobody tried it again")
    if row.state == "failed" and came and not row.in_doubt:
        account.wrong.append(f"{row.key}: failed, and came")
    if came > 1:
        if not row.in_doubt:
            account.doubled.append(f"{row.key}: came {came} times, and nothing says so")
        elif came > tries:
            account.doubled.append(f"{row.key}: came {came} times in {tries} tries")
        else:
            account.known_doubles += 1


def _stem(key: str) -> str:
    """Without the person and the channel, which the outbox adds."""
    return key.rsplit(":", 2)[0]
