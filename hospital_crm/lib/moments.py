"""Moments as people say them: today 10:00, tomorrow 09:30, 12 Mar; in 36 min, 24 min late."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


NAMED: dict[int, str | Promise] = {-1: gettext_lazy("yesterday"), 0: gettext_lazy("today"), 1: gettext_lazy("tomorrow")}
# Days beyond these hold no row, and the first and last days that there are have no moment in every time zone.
BEFORE_ALL, AFTER_ALL = date(1900, 1, 1), date(9000, 1, 1)


def is_thinkable(moment: datetime) -> bool:
    """A year of anybody's life or plans: what lies at the edges of the calendar cannot be shown in every zone."""
    return BEFORE_ALL.year <= moment.year < AFTER_ALL.year


def midnight(day: date) -> datetime:
    """When the day begins in the hospital: a moment, which an index can serve, where `__date` cannot."""
    return timezone.make_aware(datetime.combine(min(max(day, BEFORE_ALL), AFTER_ALL), time.min))


def midnight_after(day: date) -> datetime:
    """When the day is over in the hospital."""
    return midnight(min(day, AFTER_ALL) + timedelta(days=1))


def said(moment: datetime, now: datetime) -> str:
    """The day by its name where it has one, else its date, and the time; in the hospital's zone."""
    local = timezone.localtime(moment)
    return f"{said_day(local.date(), now)} {local:%H:%M}"


def said_day(day: date, now: datetime) -> str:
    """A day of which nobody knows the time: today, 12 Mar."""
    today = timezone.localdate(now)
    named: str | Promise | None = NAMED.get((day - today).days)
    if named is not None:
        return str(named)
    return _dated(day, get_language()) if day.year == today.year else day.isoformat()


@lru_cache(maxsize=1000)  # some years of days, in each language
def _dated(day: date, language: str | None) -> str:
    """12 Mar, in the language that is spoken now."""
    return date_format(day, _("j M"))


def left(moment: datetime, now: datetime) -> str:
    """How long until then, or how late it is: "in 36 min", "24 min late"."""
    seconds = int((moment - now).total_seconds())
    if -MINUTE < seconds < MINUTE:
        return _("due now") if seconds >= 0 else _("just late")
    if -HOUR < seconds < 0:
        minutes = -seconds // MINUTE
        return ngettext("%(count)d min late", "%(count)d min late", minutes) % {"count": minutes}
    length = _length(abs(seconds))
    return (_("in %(length)s") if seconds >= 0 else _("%(length)s late")) % {"length": length}


def lasted(start: datetime, now: datetime) -> str:
    """How long already: "45 min"."""
    return _length(max(0, int((now - start).total_seconds())))


def _length(seconds: int) -> str:
    """In the largest unit that fits, rounded down: whoever is told "in 36 min" has at least so long."""
    if seconds < HOUR:
        return ngettext("%(count)d min", "%(count)d min", seconds // MINUTE) % {"count": seconds // MINUTE}
    if seconds < DAY:
        return ngettext("%(count)d hour", "%(count)d hours", seconds // HOUR) % {"count": seconds // HOUR}
    return ngettext("%(count)d day", "%(count)d days", seconds // DAY) % {"count": seconds // DAY}


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; of the 31st the last day where there is none."""
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(whole, 12)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
