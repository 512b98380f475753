"""Change one of the hospital's numbers: within its bounds, beside its default and where that comes from."""

from datetime import datetime
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import StaleVersion
from institution.models import Setting
from institution.services.settings import NoHoursBetween, NotAWholeHour, SettingOutOfBounds, change_setting
from tests import make
from tests.accounts.pages import Page, fill, in_english, send
from tests.conftest import SignedIn

LIST = "/settings/numbers/"


@pytest.fixture
def megabytes(db: None) -> Setting:
    """From 1 to 500, 20 by default."""
    return Setting.objects.get(key="files.largest_megabytes")


def change(setting: Setting, value: str, *, by: Staff, at: datetime, version: int = 1) -> Setting:
    return change_setting(setting=setting, value=Decimal(value), version=version, actor=by.actor, at=at)


def url(setting: Setting) -> str:
    return reverse("institution:setting_edit", args=[setting.pk])


def test_everybody_reads_the_new_number_from_then_on(megabytes: Setting, frank: Staff, now: datetime) -> None:
    assert Setting.objects.number("files.largest_megabytes") == 20
    change(megabytes, "50", by=frank, at=now)
    assert Setting.objects.number("files.largest_megabytes") == 50


def test_is_in_the_audit(megabytes: Setting, frank: Staff, now: datetime) -> None:
    change(megabytes, "50", by=frank, at=now)
    entry = AuditEntry.objects.about(megabytes).get()
    assert (entry.verb, entry.actor, entry.at, entry.fields) == ("setting.changed", frank.actor, now, ["value"])


def test_the_same_number_again_leaves_no_trace(megabytes: Setting, frank: Staff, now: datetime) -> None:
    change(megabytes, "20.00", by=frank, at=now)
    assert not AuditEntry.objects.about(megabytes).exists()


@pytest.mark.parametrize("value", ["1", "500"])
def test_its_bounds_are_allowed(megabytes: Setting, frank: Staff, now: datetime, value: str) -> None:
    assert change(megabytes, value, by=frank, at=now).value == Decimal(value)


@pytest.mark.parametrize("value", ["0.99", "500.01", "-20"])
def test_what_lies_beyond_its_bounds_is_refused(megabytes: Setting, frank: Staff, now: datetime, value: str) -> None:
    with pytest.raises(SettingOutOfBounds):
        change(megabytes, value, by=frank, at=now)
    assert Setting.objects.number(megabytes.key) == 20


def test_the_database_keeps_the_bounds_too(megabytes: Setting) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Setting.objects.filter(pk=megabytes.pk).update(value=501)


def test_is_refused_when_somebody_saved_first(megabytes: Setting, frank: Staff, now: datetime) -> None:
    change(megabytes, "50", by=frank, at=now)
    with pytest.raises(StaleVersion):
        change(megabytes, "60", by=frank, at=now)
    assert Setting.objects.number(megabytes.key) == 50


def hours(since: int, until: int) -> tuple[Setting, Setting]:
    """In which surveys are sent."""
    for name, value in (("from", since), ("until", until)):
        Setting.objects.filter(key=f"messaging.survey_{name}").update(value=value)
    first, last = Setting.objects.filter(key__startswith="messaging.survey_").filter(unit="clock").order_by("key")
    return first, last


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("since", "until", "to"), [(8, 20, (20, 20)), (8, 20, (8, 8)), (1, 24, (24, 24)), (0, 20, (0, 0)), (24, 8, (24, 0))]
)
def test_a_span_that_ends_where_it_begins_is_refused(
    frank: Staff, now: datetime, since: int, until: int, to: tuple[int, int]
) -> None:
    first, last = hours(since, until)
    changed, value = (first, to[0]) if to[0] != since else (last, to[1])
    with pytest.raises(NoHoursBetween) as refused:
        change(changed, str(value), by=frank, at=now)
    assert refused.value.field == "value"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("since", "until", "value"), [(8, 20, "23"), (22, 6, "2"), (0, 20, "24"), (8, 20, "24")])
def test_a_span_may_go_over_midnight_and_be_always(
    frank: Staff, now: datetime, since: int, until: int, value: str
) -> None:
    assert change(hours(since, until)[1], value, by=frank, at=now).value == int(value)


@pytest.mark.usefixtures("db")
def test_of_an_hour_there_are_no_halves(frank: Staff, now: datetime) -> None:
    with pytest.raises(NotAWholeHour):
        change(hours(8, 20)[0], "8.5", by=frank, at=now)


def test_a_key_that_nobody_added_is_an_error(db: None) -> None:
    with pytest.raises(Setting.DoesNotExist):
        Setting.objects.number("files.no_such_key")


def test_knows_whether_it_differs_from_its_default(megabytes: Setting, frank: Staff, now: datetime) -> None:
    assert not Setting.objects.get(pk=megabytes.pk).is_changed
    assert change(megabytes, "50", by=frank, at=now).is_changed
    assert not change(megabytes, "20", by=frank, at=now, version=2).is_changed


def test_number_is_shown_plainly_with_its_unit(megabytes: Setting) -> None:
    with override("en"):
        for value, text in (("100.00", "100 MB"), ("0.50", "0.5 MB"), ("20", "20 MB")):
            megabytes.value = Decimal(value)
            assert megabytes.value_text == text


def test_list_shows_number_default_source_and_who_changed_it(
    office: Client, megabytes: Setting, frank: Staff, now: datetime
) -> None:
    assert "Frank" not in office.get(LIST).content.decode().partition("<tbody>")[2]
    change(megabytes, "50", by=frank, at=now)
    rows = office.get(LIST).content.decode().partition("<tbody>")[2].split("</tr>")
    row = next(row for row in rows if "Largest file" in row)
    assert "<b>50 MB</b>" in row
    assert all(text in row for text in ("20 MB", "enough for a year", "2026-03-12", "Frank"))
    unchanged = next(row for row in rows if "Keep the results" in row)
    assert "7 days" in unchanged
    assert "<b>" not in unchanged


def test_page_changes_it(office: Client, megabytes: Setting) -> None:
    page = office.get(url(megabytes))
    assert all(text in page.content.decode() for text in ("1–500 MB", "20 MB", "enough for a year"))
    assert send(office, url(megabytes), value="35.5")["Location"] == f"{LIST}#setting-{megabytes.pk}"
    assert Setting.objects.number(megabytes.key) == Decimal("35.5")


def test_page_says_at_the_field_that_a_span_is_none(office: Client) -> None:
    page = Page(send(office, url(hours(8, 20)[0]), value="20"))
    assert "at the same hour" in page.errors["value"]
    assert page.values["value"] == ["20"]


@pytest.mark.parametrize("value", ["", "many", "0", "501", "1.234", "NaN", "Infinity", "1e9", "1" * 40])
def test_page_says_at_the_field_what_is_wrong(office: Client, megabytes: Setting, value: str) -> None:
    page = Page(office.post(url(megabytes), {"version": 1, "value": value}))
    assert list(page.errors) == ["value"]
    assert page.values["value"] == [value]
    assert Setting.objects.number(megabytes.key) == 20


def test_stale_page_shows_both_numbers(office: Client, megabytes: Setting, frank: Staff, now: datetime) -> None:
    opened = Page(office.get(url(megabytes)))
    change(megabytes, "50", by=frank, at=now)
    answer = office.post(url(megabytes), fill(opened.values, value="60"))
    assert answer.status_code == 409
    both = Page(answer)
    assert (both.values["mine-value"], both.values["theirs-value"]) == (["60"], ["50"])
    office.post(url(megabytes), fill(both.values, **{"pick-value": "theirs"}))
    assert Setting.objects.number(megabytes.key) == 50


def test_only_the_administrator_may(megabytes: Setting, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    browser = signed_in(dana)
    assert browser.get(LIST).status_code == 403
    assert browser.post(url(megabytes), {"value": "50", "version": "1"}).status_code == 403
    assert client.post(url(megabytes), {"value": "50", "version": "1"}).status_code == 302
    assert Setting.objects.number(megabytes.key) == 20


def test_a_number_that_is_not_there_is_not_found(office: Client) -> None:
    assert office.get("/settings/numbers/999999/").status_code == 404
    assert office.get(f"/settings/numbers/{10**30}/").status_code == 404


@pytest.mark.parametrize(
    ("key", "chinese", "english"),
    [
        ("dashboards.most_open", "24 项", "24 items"),
        ("followups.closes_hour", "20 点", "20 o'clock"),
        ("followups.most_tries", "3 次", "3 times"),
        ("promises.late_2_minutes", "30 分钟", "30 minutes"),
    ],
)
def test_each_number_stands_with_the_unit_of_its_thing(key: str, chinese: str, english: str, frank: Staff) -> None:
    setting = Setting.objects.get(key=key)
    office = make.client_of(frank)
    assert f"{chinese}<" in make.tight(office.get(LIST).content.decode())
    english_office = in_english(office)
    assert f"{english}<" in unescape(make.tight(english_office.get(LIST).content.decode()))
    unit = english.partition(" ")[2]
    assert f"({unit})</label>" in unescape(make.tight(english_office.get(url(setting)).content.decode()))
