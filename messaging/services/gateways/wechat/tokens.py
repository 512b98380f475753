"""The access token of an official account: one for all who ask, renewed when it is refused.

From /cgi-bin/stable_token: asking again returns the same one, so that two processes do not take it from each other, as
they would with /cgi-bin/token. A forced renewal is for a token that was refused and is offered again all the same (20
a day, at least 30 s apart).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from messaging.services.gateways.base import ChannelDown
from messaging.services.gateways.wire import Deadline, Request, inquire

PATH = "/cgi-bin/stable_token"
MARGIN = 60.0  # s before it ends; the provider accepts the old and the new one for five minutes


class Account(Protocol):
    @property
    def app_id(self) -> str: ...
    @property
    def secret(self) -> str: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class _Kept:
    token: str
    until: float


_kept: dict[tuple[str, str], _Kept] = {}  # of this process, by address and account


def access_token(account: Account, deadline: Deadline, clock: Callable[[], float] = monotonic) -> str:
    """Raises ChannelDown: nothing can be handed over without it."""
    kept = _kept.get(_place(account))
    if kept is not None and clock() < kept.until:
        return kept.token
    return _fetch(account, deadline, clock, forced=False)


def renewed_token(account: Account, refused: str, deadline: Deadline, clock: Callable[[], float] = monotonic) -> str:
    """Another one than that which was refused. Raises ChannelDown."""
    kept = _kept.get(_place(account))
    if kept is not None and kept.token == refused:
        del _kept[_place(account)]
    token = access_token(account, deadline, clock)
    return token if token != refused else _fetch(account, deadline, clock, forced=True)


def _fetch(account: Account, deadline: Deadline, clock: Callable[[], float], *, forced: bool) -> str:
    wanted = {
        "grant_type": "client_credential",
        "appid": account.app_id,
        "secret": account.secret,
        "force_refresh": forced,
    }
    headers = {"content-type": "application/json"}
    answer = inquire(Request(f"{account.url}{PATH}", headers, json.dumps(wanted).encode()), deadline)
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not (isinstance(token, str) and token and isinstance(seconds, int)):
        raise ChannelDown(f"no access token: {answer.get('errcode', 'malformed answer')}")
    _kept[_place(account)] = _Kept(token, clock() + max(0.0, seconds - MARGIN))
    return token


def _place(account: Account) -> tuple[str, str]:
    return account.url, account.app_id
