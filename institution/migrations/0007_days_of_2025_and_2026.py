"""The State Council's days off and make-up working days of 2025 and 2026, as its notices name them.

What the hospital has written about a day already stays.
"""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

YEARS = (2025, 2026)
BY = "first_rows"
# First day, how many, kind, name zh, name en
DAYS = [
    ("2025-01-01", 1, "day_off", "元旦", "New Year's Day"),
    ("2025-01-26", 1, "make_up", "春节", "Spring Festival"),
    ("2025-01-28", 8, "day_off", "春节", "Spring Festival"),
    ("2025-02-08", 1, "make_up", "春节", "Spring Festival"),
    ("2025-04-04", 3, "day_off", "清明节", "Tomb-Sweeping Day"),
    ("2025-04-27", 1, "make_up", "劳动节", "Labour Day"),
    ("2025-05-01", 5, "day_off", "劳动节", "Labour Day"),
    ("2025-05-31", 3, "day_off", "端午节", "Dragon Boat Festival"),
    ("2025-09-28", 1, "make_up", "中秋节", "Mid-Autumn Festival"),
    ("2025-10-01", 4, "day_off", "国庆节", "National Day"),
    ("2025-10-05", 4, "day_off", "中秋节", "Mid-Autumn Festival"),
    ("2025-10-11", 1, "make_up", "中秋节", "Mid-Autumn Festival"),
    ("2026-01-01", 3, "day_off", "元旦", "New Year's Day"),
    ("2026-01-04", 1, "make_up", "元旦", "New Year's Day"),
    ("2026-02-14", 1, "make_up", "春节", "Spring Festival"),
    ("2026-02-15", 9, "day_off", "春节", "Spring Festival"),
    ("2026-02-28", 1, "make_up", "春节", "Spring Festival"),
    ("2026-04-04", 3, "day_off", "清明节", "Tomb-Sweeping Day"),
    ("2026-05-01", 5, "day_off", "劳动节", "Labour Day"),
    ("2026-05-09", 1, "make_up", "劳动节", "Labour Day"),
    ("2026-06-19", 3, "day_off", "端午节", "Dragon Boat Festival"),
    ("2026-09-20", 1, "make_up", "国庆节", "National Day"),
    ("2026-09-25", 3, "day_off", "中秋节", "Mid-Autumn Festival"),
    ("2026-10-01", 7, "day_off", "国庆节", "National Day"),
    ("2026-10-10", 1, "make_up", "国庆节", "National Day"),
]


def add_days(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    calendar = apps.get_model("institution", "WorkingCalendar").objects.get(department=None)
    days = apps.get_model("institution", "CalendarDay").objects
    for first, count, kind, name_zh, name_en in DAYS:
        for number in range(count):
            on = datetime.date.fromisoformat(first) + datetime.timedelta(days=number)
            values = {"kind": kind, "name_zh": name_zh, "name_en": name_en, "is_official": True, "updated_at": now}
            days.get_or_create(calendar=calendar, on=on, defaults=values)
    system = apps.get_model("accounts", "Actor").objects.get_or_create(kind="system", code=BY)[0]
    for year in YEARS:
        apps.get_model("institution", "ConfirmedYear").objects.get_or_create(
            calendar=calendar, year=year, defaults={"confirmed_at": now, "confirmed_by": system}
        )


def remove_days(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those that nobody has changed; the actor stays, who may stand in the audit."""
    apps.get_model("institution", "ConfirmedYear").objects.filter(
        confirmed_by__kind="system", confirmed_by__code=BY
    ).delete()
    apps.get_model("institution", "CalendarDay").objects.filter(
        calendar__department=None, on__year__in=YEARS, updated_by=None
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("institution", "0006_calendars_that_people_edit")]
    operations = [migrations.RunPython(add_days, remove_days)]
