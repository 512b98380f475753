"""When to try again, when somebody may be disturbed and how often, and what may be shown of an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from hospital_crm.lib import mail_addresses
from hospital_crm.lib.phones import mask
from hospital_crm.lib.worktime import next_allowed

NUMBER = re.compile(r"\+?\d+")
CHINA = "+86"
OPEN_ID = 20  # letters that somebody's name at WeChat's has at least: its beginning leads to nobody
STEP = 4  # each wait is so many times the one before: 1, 4, 16, 64 minutes
DAY = timedelta(days=1)


def retry_delay(attempts: int, first: timedelta) -> timedelta:
    """How long to wait after so many tries that did not succeed."""
    times: int = STEP ** max(0, attempts - 1)
    return first * times


@dataclass(frozen=True)
class Hours:
    """The hours of the day in which somebody may be disturbed; from 0 until 24 is always, and may go over midnight."""

    since: int
    until: int

    def allowed_at(self, at: datetime, zone: tzinfo) -> datetime:
        """The moment itself, or when the quiet ends in which it falls, by the clock on the wall."""
        return next_allowed(at, _clock(self.until), _clock(self.since), zone)


def _clock(hour: int) -> time:
    return time(hour % 24)


@dataclass(frozen=True)
class Cap:
    """So many contacts a day, and so many in these days, both counted by the hospital's calendar."""

    a_day: int
    days: int
    most: int

    def first_day(self, today: date) -> date:
        """Contacts from that day on count today."""
        return today - DAY * (self.days - 1)

    def free_on(self, contacts: Mapping[date, int], today: date) -> date:
        """The first day, today or later, on which there is room for one more contact."""
        day = today
        while not self._has_room(contacts, day):
            day += DAY
        return day

    def _has_room(self, contacts: Mapping[date, int], day: date) -> bool:
        lately = sum(number for on, number in contacts.items() if self.first_day(day) <= on <= day)
        return lately < self.most and contacts.get(day, 0) < self.a_day


def mask_address(address: str) -> str:
    """zh****@example.com, 138****8000, oia2****; of a name of one or two letters nothing is left."""
    if NUMBER.fullmatch(address):
        return mask(address.removeprefix(CHINA))
    if not address.rpartition("@")[0]:
        return f"{address[:4] if len(address) >= OPEN_ID else ''}****"
    return mail_addresses.mask(address)
