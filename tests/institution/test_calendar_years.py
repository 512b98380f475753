"""Special days one by one, a year taken over from the official list, and who has confirmed it. Mission A7."""

from datetime import date, datetime
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from hospital_crm.lib.worktime import DAY, Range, WorkingDays, due
from institution.models import CalendarDay, ConfirmedYear, WorkingCalendar
from institution.official import is_notice_known, official_days
from institution.reports import calendar_year
from institution.services.calendar_days import DaysOutOfOrder, DayTaken, add_days, remove_day, update_day
from institution.services.calendar_years import (
    YearIsConfirmed,
    YearIsNotConfirmed,
    YearWithoutDaysOff,
    confirm_year,
    take_over_year,
    unconfirmed_years,
    withdraw_confirmation,
    years_to_confirm,
)
from institution.services.calendars import create_calendar, set_hours
from institution.services.removals import GoneAlready
from institution.services.working_time import read_calendar, value_of
from tests import make
from tests.accounts.pages import Page, fill, send
from tests.conftest import SignedIn
from tests.lib.clockwork import SHANGHAI, official

OFF = {"kind": CalendarDay.Kind.DAY_OFF, "name_zh": "院庆", "name_en": "Founding day"}


@pytest.fixture
def hospital(db: None) -> WorkingCalendar:
    return WorkingCalendar.objects.of_hospital()


@pytest.fixture
def founding(hospital: WorkingCalendar, frank: Staff, now: datetime) -> CalendarDay:
    """12 March 2027 is off."""
    return add(hospital, "2027-03-12", by=frank, at=now)


def add(calendar: WorkingCalendar, first: str, last: str = "", *, by: Staff, at: datetime, **more: Any) -> CalendarDay:
    more |= {"first": date.fromisoformat(first), "last": date.fromisoformat(last or first)}
    return add_days(calendar=calendar, values=OFF, actor=by.actor, at=at, **more)


def test_the_official_days_are_those_of_the_notices(samples: Path) -> None:
    """Of the years in which the sample has all days of a notice, weekends included."""
    known = official(samples)
    for year in (2019, 2022, 2023, 2025, 2026):
        ours = {day: special.kind for day, special in official_days(year).items()}
        assert ours == {day: special.kind for day, special in known.items() if day.year == year}
        assert is_notice_known(official_days(year))


def test_2027_has_no_make_up_day_yet() -> None:
    days = official_days(2027)
    assert days
    assert not is_notice_known(days)


def test_the_first_rows_are_the_official_days_of_two_years(hospital: WorkingCalendar) -> None:
    for year in (2025, 2026):
        stored = {day.on: day.special for day in hospital.days.in_year(year)}
        assert stored == official_days(year)
    assert not hospital.days.exclude(is_official=True).exists()
    assert [row.confirmed_by.kind for row in hospital.confirmed_years.order_by("year")] == ["system", "system"]


def test_the_first_days_can_be_taken_back_but_not_what_somebody_changed(
    hospital: WorkingCalendar, frank: Staff, now: datetime
) -> None:
    first_days = import_module("institution.migrations.0007_days_of_2025_and_2026")
    changed = hospital.days.get(on="2026-10-01")
    update_day(day=changed, version=1, values={"name_zh": "国庆"}, actor=frank.actor, at=now)
    confirm_year(calendar=hospital, year=2027, without_days_off=True, actor=frank.actor, at=now)
    first_days.remove_days(apps, None)
    assert list(hospital.days.values_list("name_zh", flat=True)) == ["国庆"]
    assert [row.year for row in hospital.confirmed_years.all()] == [2027]
    first_days.add_days(apps, None)
    assert hospital.days.get(on="2026-10-01").name_zh == "国庆"
    assert {row.year for row in hospital.confirmed_years.all()} == {2025, 2026, 2027}


def test_days_in_a_row_are_added_together(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    first = add(hospital, "2027-03-30", "2027-04-02", by=frank, at=now)
    assert first.on == date(2027, 3, 30)
    assert hospital.days.in_year(2027).count() == 4
    assert not read_calendar(None).is_working_day(date(2027, 4, 1))
    assert AuditEntry.objects.filter(verb="calendar_day.created").count() == 4


@pytest.mark.parametrize(("first", "last"), [("2027-03-12", "2027-03-11"), ("2027-03-01", "2027-04-01")])
def test_days_out_of_order_are_refused(
    hospital: WorkingCalendar, frank: Staff, now: datetime, first: str, last: str
) -> None:
    with pytest.raises(DaysOutOfOrder):
        add(hospital, first, last, by=frank, at=now)
    assert not hospital.days.in_year(2027).exists()


def test_a_day_is_said_once(founding: CalendarDay, frank: Staff, now: datetime) -> None:
    hospital = founding.calendar
    with pytest.raises(DayTaken):
        add(hospital, "2027-03-10", "2027-03-13", by=frank, at=now)
    assert hospital.days.in_year(2027).count() == 1
    submission = uuid4()
    other = add(hospital, "2027-03-15", by=frank, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        add(hospital, "2027-03-15", by=frank, at=now, submission=submission)
    assert again.value.subject_id == other.pk
    with pytest.raises(DayTaken):
        update_day(day=other, version=1, values={"on": founding.on}, actor=frank.actor, at=now)


def test_a_changed_day_is_no_longer_the_lists(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    day = hospital.days.get(on="2026-10-07")
    update_day(day=day, version=1, values={"kind": day.kind, "name_zh": day.name_zh}, actor=frank.actor, at=now)
    assert day.is_official
    update_day(day=day, version=1, values={"kind": "make_up", "stands_for": 3}, actor=frank.actor, at=now)
    assert not CalendarDay.objects.get(pk=day.pk).is_official
    assert sorted(AuditEntry.objects.about(day).get().fields) == ["kind", "stands_for"]
    with pytest.raises(StaleVersion):
        update_day(day=day, version=1, values={"kind": "day_off"}, actor=frank.actor, at=now)
    assert read_calendar(None).is_working_day(date(2026, 10, 7))


def test_a_day_is_removed_if_nobody_changed_it(founding: CalendarDay, frank: Staff, now: datetime) -> None:
    with pytest.raises(StaleVersion):
        remove_day(day=founding, version=2, actor=frank.actor, at=now)
    again = CalendarDay.objects.get(pk=founding.pk)
    remove_day(day=founding, version=1, actor=frank.actor, at=now)
    assert read_calendar(None).is_working_day(date(2027, 3, 12))
    with pytest.raises(GoneAlready):
        remove_day(day=again, version=1, actor=frank.actor, at=now)
    assert AuditEntry.objects.filter(verb="calendar_day.removed").count() == 1


def test_a_year_is_taken_over_once_and_own_words_stay(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    own = CalendarDay.objects.create(calendar=hospital, on=date(2024, 10, 1), kind="make_up", updated_at=now)
    by: dict[str, Any] = {"actor": frank.actor, "at": now}
    assert take_over_year(calendar=hospital, year=2024, **by) == len(official_days(2024)) - 1
    assert take_over_year(calendar=hospital, year=2024, **by) == 0
    own.refresh_from_db()
    assert own.kind == "make_up"
    assert AuditEntry.objects.filter(verb="calendar.year_taken_over").count() == 1
    assert 2024 not in read_calendar(None).confirmed_years


def test_a_year_is_confirmed_once_and_withdrawn_once(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    of: dict[str, Any] = {"calendar": hospital, "year": 2027, "actor": frank.actor, "at": now}
    received = datetime(2026, 12, 31, 10, tzinfo=SHANGHAI)
    assert due(read_calendar(None), received, WorkingDays(1)).unconfirmed_years == (2027,)
    row = confirm_year(**of, without_days_off=True)
    assert (row.confirmed_by, row.confirmed_at) == (frank.actor, now)
    assert due(read_calendar(None), received, WorkingDays(1)).unconfirmed_years == ()
    with pytest.raises(YearIsConfirmed):
        confirm_year(**of, without_days_off=True)
    withdraw_confirmation(**of)
    with pytest.raises(YearIsNotConfirmed):
        withdraw_confirmation(**of)
    verbs = list(AuditEntry.objects.filter(verb__startswith="calendar.").values_list("verb", flat=True).order_by("pk"))
    assert verbs == ["calendar.year_confirmed", "calendar.confirmation_withdrawn"]


def test_a_year_without_any_day_off_is_confirmed_only_by_whoever_says_so(
    hospital: WorkingCalendar, frank: Staff, now: datetime, office: Client
) -> None:
    with pytest.raises(YearWithoutDaysOff):
        confirm_year(calendar=hospital, year=2027, actor=frank.actor, at=now)
    url = f"/calendars/{hospital.pk}/2027/confirm/"
    assert "surely wrong" in Page(office.get(url)).text
    assert Page(office.post(url)).errors == {
        "without_days_off": "A year without a day off is confirmed only with this tick."
    }
    assert not hospital.confirmed_years.filter(year=2027).exists()
    assert office.post(url, {"without_days_off": "on"}).status_code == 302
    assert hospital.confirmed_years.filter(year=2027).exists()


def test_days_of_the_hospital_count_where_they_hold(
    hospital: WorkingCalendar, founding: CalendarDay, cataract: Department, office: Client, now: datetime
) -> None:
    own = create_calendar(department=cataract, actor=make.by(), at=now)
    assert confirm_year(calendar=own, year=2027, actor=make.by(), at=now).year == 2027
    assert "without_days_off" not in office.get(f"/calendars/{hospital.pk}/2027/confirm/").content.decode()


def test_the_next_year_should_be_looked_at_from_november_on(hospital: WorkingCalendar) -> None:
    for today, year in ((date(2026, 10, 31), []), (date(2026, 11, 1), [2027]), (date(2027, 1, 1), [2027])):
        assert years_to_confirm(today) == [(hospital, number) for number in year]


def test_a_department_that_does_not_follow_the_hospital_has_years_of_its_own(
    hospital: WorkingCalendar, cataract: Department, glaucoma: Department, now: datetime
) -> None:
    of: dict[str, Any] = {"actor": make.by(), "at": now}
    own, following = (create_calendar(department=place, **of) for place in (cataract, glaucoma))
    hours = {1: [Range(0, DAY)]}
    set_hours(calendar=own, week=hours, follows_hospital=False, version=own.version, **of)
    assert years_to_confirm(date(2026, 10, 31)) == [(own, 2026)]
    confirm_year(calendar=own, year=2026, without_days_off=True, **of)
    assert years_to_confirm(date(2026, 11, 1)) == [(hospital, 2027), (own, 2027)]
    assert following not in dict(years_to_confirm(date(2027, 1, 1)))


def test_what_is_due_is_looked_at_in_the_calendar_that_holds_for_it(
    hospital: WorkingCalendar,
    cataract: Department,
    glaucoma: Department,
    now: datetime,
    django_assert_num_queries: Any,
) -> None:
    of: dict[str, Any] = {"actor": make.by(), "at": now}
    own, following = (create_calendar(department=place, **of) for place in (cataract, glaucoma))
    set_hours(calendar=own, week={1: [Range(0, DAY)]}, follows_hospital=False, version=own.version, **of)
    ward = make.department("白内障病房", parent=cataract)
    ConfirmedYear.objects.all().delete()
    for calendar, year in ((hospital, 2026), (following, 2027), (own, 2028)):
        confirm_year(calendar=calendar, year=year, without_days_off=True, **of)
    days = [date(year, 5, 1) for year in (2025, 2026, 2027, 2028)]
    asked = {None: [2027, 2028], cataract: [2026, 2027], ward: [2026, 2027], glaucoma: [2028]}
    for place, unconfirmed in asked.items():
        assert unconfirmed_years([(place, day) for day in days], today=date(2026, 1, 1)) == unconfirmed, place
    assert unconfirmed_years([(None, days[2])], today=date(2027, 5, 2)) == []
    with django_assert_num_queries(1):
        assert unconfirmed_years(product(asked, days), today=date(2026, 1, 1)) == [2026, 2027, 2028]


def test_the_administrators_workbench_reminds_of_the_year(frank: Staff, signed_in: SignedIn, dana: Staff) -> None:
    ConfirmedYear.objects.all().delete()
    words = "年的休息日还没有人确认"
    page = signed_in(frank).get("/").content.decode()
    assert f"?year={timezone.localdate().year}" in page
    assert words in page
    assert words not in signed_in(dana).get("/").content.decode()


def test_the_year_has_twelve_months_and_every_day_once(hospital: WorkingCalendar, founding: CalendarDay) -> None:
    for year, days in ((2024, 366), (2027, 365)):
        shown = calendar_year(hospital, value_of(hospital), year, date(2027, 3, 12))
        cells = [cell for month in shown.months for week in month.weeks for cell in week if cell]
        assert len(shown.months) == 12
        assert [cell.on for cell in cells] == [
            date.fromordinal(date(year, 1, 1).toordinal() + day) for day in range(days)
        ]
        assert all(len(week) == 7 for month in shown.months for week in month.weeks)
    (today,) = [cell for cell in cells if cell.is_today]
    assert (today.is_off, today.is_own, today.is_worked, today.row) == (True, True, False, founding)


def test_page_shows_the_year_with_words_for_what_is_special(office: Client, hospital: WorkingCalendar) -> None:
    page = office.get(f"/calendars/{hospital.pk}/?year=2026").content.decode()
    assert page.count('<table class="c-month">') == 12
    assert page.count("<caption>") == 12
    assert "Make-up working day National Day" in " ".join(page.split())
    assert "2026-02-15 to 2026-02-23" in page
    assert "?year=2025" in page
    assert "?year=2027" in page
    assert "Confirmed: The system itself" in page
    later = office.get(f"/calendars/{hospital.pk}/?year=2028").content.decode()
    assert "Nobody has confirmed 2028." in later
    assert f"/calendars/{hospital.pk}/2028/take-over/" in later


@pytest.mark.parametrize("year", ["", "soon", "1", "99999999999999999999"])
def test_a_year_that_cannot_be_is_this_one(office: Client, hospital: WorkingCalendar, year: str) -> None:
    assert office.get(f"/calendars/{hospital.pk}/?year={year}").status_code == 200
    assert office.get(f"/calendars/{hospital.pk}/1999/take-over/").status_code == 404


def test_a_department_that_follows_is_sent_to_the_hospitals_year(
    office: Client, hospital: WorkingCalendar, cataract: Department, frank: Staff, now: datetime
) -> None:
    own = create_calendar(department=cataract, actor=frank.actor, at=now)
    page = office.get(f"/calendars/{own.pk}/?year=2028").content.decode()
    assert f"/calendars/{hospital.pk}/2028/confirm/" in page
    shown = office.get(f"/calendars/{own.pk}/?year=2026").content.decode()
    assert "Withdraw" not in shown
    assert "The hospital's calendar" in shown


def test_page_previews_and_takes_over_a_year(office: Client, hospital: WorkingCalendar) -> None:
    url = f"/calendars/{hospital.pk}/2027/take-over/"
    page = office.get(url).content.decode()
    assert "The notice for 2027 is not in the list yet." in page
    assert "2027-02-05 to 2027-02-10" in page
    assert office.post(url)["Location"] == f"/calendars/{hospital.pk}/?year=2027"
    assert hospital.days.in_year(2027).count() == len(official_days(2027))
    assert "All days of the list are in the calendar already." in office.get(url).content.decode()
    hospital.days.filter(on="2026-10-01").update(kind="make_up")
    assert "1 day differs" in office.get(f"/calendars/{hospital.pk}/2026/take-over/").content.decode()


def test_page_confirms_a_year_and_withdraws_it(
    office: Client, hospital: WorkingCalendar, founding: CalendarDay, frank: Staff
) -> None:
    url = f"/calendars/{hospital.pk}/2027"
    assert "2027 has no make-up working day here." in office.get(f"{url}/confirm/").content.decode()
    office.post(f"{url}/confirm/")
    assert ConfirmedYear.objects.get(calendar=hospital, year=2027).confirmed_by == frank.actor
    assert "Confirmed: Frank" in office.get(f"/calendars/{hospital.pk}/?year=2027").content.decode()
    assert "This year is confirmed already." in office.post(f"{url}/confirm/", follow=True).content.decode()
    assert "Withdraw the confirmation of 2027?" in office.get(f"{url}/withdraw/").content.decode()
    office.post(f"{url}/withdraw/")
    assert not ConfirmedYear.objects.filter(year=2027).exists()


def test_page_adds_changes_and_removes_a_day(office: Client, hospital: WorkingCalendar) -> None:
    url = f"/calendars/{hospital.pk}/days/new/"
    answer = send(office, url, on="2027-03-11", until="2027-03-12", kind="day_off", name_zh="院庆")
    assert answer["Location"] == f"/calendars/{hospital.pk}/?year=2027#day-2027-03-11"
    day = hospital.days.get(on="2027-03-12")
    edit = f"/calendars/days/{day.pk}/"
    send(office, edit, kind="make_up", stands_for="5")
    day.refresh_from_db()
    assert (day.kind, day.stands_for) == ("make_up", 5)
    assert "Remove 2027-03-12" in office.get(f"{edit}remove/").content.decode()
    office.post(f"{edit}remove/", {"version": day.version})
    assert not CalendarDay.objects.filter(pk=day.pk).exists()
    assert office.get(edit).status_code == 404


def test_page_sent_twice_answers_with_the_first_result(office: Client, hospital: WorkingCalendar) -> None:
    url = f"/calendars/{hospital.pk}/days/new/"
    typed = fill(Page(office.get(url)).values, on="2027-03-11", until="2027-03-12")
    first, second = (office.post(url, typed)["Location"] for _ in range(2))
    assert first == second
    assert hospital.days.in_year(2027).count() == 2


def test_page_says_at_the_field_what_is_wrong(office: Client, hospital: WorkingCalendar, founding: CalendarDay) -> None:
    url = f"/calendars/{hospital.pk}/days/new/"
    for typed, field in (
        ({"on": "2027-02-30"}, "on"),
        ({"on": "2027-03-12"}, "on"),
        ({"on": "2027-03-10", "until": "2027-03-01"}, "until"),
        ({"on": "2027-03-10", "until": "2027-05-01"}, "until"),
        ({"on": "2027-03-10", "stands_for": "8"}, "stands_for"),
    ):
        page = Page(send(office, url, **{"name_zh": "院庆", **typed}))
        assert list(page.errors) == [field]
        assert page.values["name_zh"] == ["院庆"]


def test_stale_day_shows_both_sides(office: Client, founding: CalendarDay, frank: Staff, now: datetime) -> None:
    url = f"/calendars/days/{founding.pk}/"
    opened = Page(office.get(url))
    update_day(day=founding, version=1, values={"name_zh": "院庆日"}, actor=frank.actor, at=now)
    answer = office.post(url, fill(opened.values, name_zh="建院日"))
    assert answer.status_code == 409
    both = Page(answer)
    office.post(url, fill(both.values, **{"pick-name_zh": "theirs"}))
    assert CalendarDay.objects.get(pk=founding.pk).name_zh == "院庆日"


def test_page_tells_when_something_would_be_due_and_why(office: Client, hospital: WorkingCalendar) -> None:
    asked = {"start": "2025-09-30T10:00", "amount": "5", "unit": "days"}
    page = " ".join(office.get(f"/calendars/{hospital.pk}/", asked).content.decode().split())
    assert "Tue 14 Oct 2025 17:30" in page
    assert "Day of receipt, not counted" in page
    assert "Make-up working day: Mid-Autumn Festival" in page
    hours = office.get(f"/calendars/{hospital.pk}/", asked | {"amount": "7", "unit": "hours"}).content.decode()
    assert "Thu 9 Oct 2025 09:00" in hours
    late = office.get(f"/calendars/{hospital.pk}/", asked | {"start": "2026-12-31T10:00"}).content.decode()
    assert "Nobody has confirmed the days off of 2027." in late


def test_page_says_what_cannot_be_asked(office: Client, hospital: WorkingCalendar) -> None:
    url = f"/calendars/{hospital.pk}/"
    wrong = Page(office.get(url, {"start": "soon", "amount": "0", "unit": "weeks"}))
    assert sorted(wrong.errors) == ["amount", "start", "unit"]
    hospital.hours.all().delete()
    assert any("no working hours" in alert for alert in Page(office.get(url, NEVER)).alerts)
    hospital.hours.create(weekday=1, opens_at="08:00", closes_at="08:01")
    assert "amount" in Page(office.get(url, NEVER | {"amount": "2500", "unit": "hours"})).errors


NEVER = {"start": "2026-03-12T10:00", "amount": "1", "unit": "days"}


def test_only_administrators_may(hospital: WorkingCalendar, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    for act in ("take-over", "confirm", "withdraw"):
        url = f"/calendars/{hospital.pk}/2026/{act}/"
        assert signed_in(dana).post(url).status_code == 403
        assert client.post(url).status_code == 302
    assert ConfirmedYear.objects.filter(year=2026).exists()
