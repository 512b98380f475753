"""Small words for templates."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hospital_crm.lib import moments, phones

register = template.Library()


@cache
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
@cache
def icon(name: str, classes: str = "i") -> SafeString:
    """An outline from the sprite; decoration only, so the words beside it must say what it means."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, _sprite(), name)


@register.filter
def attributes(values: dict[str, Any]) -> SafeString:
    """The attributes of a widget, as Django's own template writes them, in a tenth of the time."""
    given = {name: value for name, value in values.items() if value is not False}
    return flatatt({name: value if value is True else str(value) for name, value in given.items()})


@register.filter
def said(moment: datetime | None, now: datetime) -> str:
    """Today 10:00, 12 Mar 09:30; "–" for never."""
    return moments.said(moment, now) if moment else "–"


@register.filter
def said_day(day: date | datetime | str | None, now: datetime) -> str:
    """The day alone, also out of parameters: today, 12 Mar; "–" for never."""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    told = parse_date(day) if isinstance(day, str) else day
    return moments.said_day(told, now) if told else "–"


@register.filter
def left(moment: datetime, now: datetime) -> str:
    """In 36 min, 24 min late."""
    return moments.left(moment, now)


@register.filter
def lasted(start: datetime, now: datetime) -> str:
    """How long already: 45 min."""
    return moments.lasted(start, now)


@register.filter
def moment(text: str) -> datetime | None:
    """A moment out of the parameters of a timeline entry or a message, for `said`."""
    return parse_datetime(text)


@register.filter
def days_to(first: date, last: date) -> str:
    """2026-03-09 to 2026-03-12; a single day by itself."""
    if first == last:
        return first.isoformat()
    return _("%(first)s to %(last)s") % {"first": first.isoformat(), "last": last.isoformat()}


@register.filter
def money(amount: Decimal) -> str:
    """1234.5 as "¥1,234.50"; whole yuan by themselves."""
    return f"¥{amount:,.2f}".removesuffix(".00")


@register.filter
def masked(digits: str | None) -> str:
    """A number as lists show it; nothing for none."""
    return phones.mask(digits) if digits else ""


@register.filter
def who(person: Any, today: date) -> str:
    """Sex and age of somebody on file, as far as they are known: "Female, 72 y"."""
    sex = person.get_sex_display() if person.sex != "unknown" else ""
    age = person.age(today)
    years = "" if age is None else _("%(age)d y") % {"age": age}
    return (", " if get_language() == "en" else " ").join(part for part in (sex, years) if part)
