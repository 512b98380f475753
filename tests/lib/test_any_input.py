"""Whatever somebody types or a row holds: it is read or refused in order, what is hidden stays so, no cell runs."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from consult.rules import MOST_DAYS_SEARCHED, days_searched, read_local
from hospital_crm.lib.moments import midnight, midnight_after
from hospital_crm.lib.phones import NotAPhoneNumber, kept_phone, leads_to, mask, read_phone, searchable, shown
from hospital_crm.lib.serializer_fields import MomentField
from hospital_crm.lib.tables import csv_lines, table_file
from messaging.rules import mask_address
from tests.made_up import FEW

# What people type into a field for numbers, and what they should not.
TYPED = st.text("0123456789+-() ./#转分机extEXT１٣\x00\u2028", max_size=30) | st.text(max_size=30)
DIGITS = st.text("0123456789", min_size=3, max_size=20)
CHINESE = st.from_regex(r"1(3[0-9]|5[0-35-9]|8[0-9])[0-9]{8}|0(10|571|755)[2-8][0-9]{7}", fullmatch=True)
EXTENSIONS = st.text("0123456789", max_size=8)
DAYS = st.none() | st.dates()
# A spreadsheet takes a cell for a formula by its first character, some after white space.
STARTS = ("", "", " ", "　 ", "\t", "\r", "\n", "'", '"', ",", "=", "+", "-", "@", "＝", " =", "\n+", "\x00", "\uffff")
CELLS = st.tuples(st.sampled_from(STARTS), st.text(max_size=6)).map("".join)
RUNS = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


@FEW
@given(TYPED)
@example("13800001234 转 ٣")  # a digit, though none that is dialled
def test_a_number_is_read_or_refused(typed: str) -> None:
    try:
        number = read_phone(typed)
    except NotAPhoneNumber:
        return
    assert re.fullmatch("[0-9]{3,20}", number.digits)
    assert re.fullmatch("[0-9]{0,8}", number.extension)
    assert re.fullmatch(r"(\+[0-9]{3,15})?", number.e164)


@FEW
@given(CHINESE, EXTENSIONS)
def test_a_number_is_the_same_however_it_is_written_down(digits: str, extension: str) -> None:
    number = read_phone(f"{digits} 转 {extension}" if extension else digits)
    assume(number.is_valid)
    assert (number.digits, number.extension) == (digits, extension)
    assert read_phone(shown(digits, extension)) == number
    assert read_phone(number.e164).digits == digits
    assert searchable(number.e164) == digits.removeprefix("0")
    assert leads_to(searchable(shown(digits)), digits)


@FEW
@given(DIGITS, EXTENSIONS)
def test_a_number_that_was_kept_stays_what_it_is(digits: str, extension: str) -> None:
    """Also where it came from abroad, and its digits alone would be read otherwise."""
    number = kept_phone(digits, extension)
    assert (number.digits, number.extension) == (digits, extension)
    assert not number.e164 or read_phone(number.e164).digits == digits


@FEW
@given(DIGITS)
def test_a_mask_hides_four_digits_or_all_but_two_of_a_short_number(digits: str) -> None:
    head, tail = mask(digits).split("****")
    assert digits.startswith(head)
    assert digits.endswith(tail)
    assert len(digits) - len(head) - len(tail) >= min(4, len(digits) - 2)
    assert len(tail) <= 4  # what is shown of its end finds it, and nothing longer does


@FEW
@given(st.text(min_size=1) | st.text('ab@"', min_size=1), st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True))
def test_an_address_shows_two_letters_and_its_domain(name: str, domain: str) -> None:
    masked = mask_address(f"{name}@{domain}")
    assert masked in (f"****@{domain}", f"{name[:2]}****@{domain}")
    assert len(name) > 2 or masked == f"****@{domain}"


@FEW
@given(st.lists(st.tuples(CELLS, CELLS), max_size=3))
def test_no_cell_of_a_file_runs_and_each_keeps_its_text(rows: list[tuple[str, str]]) -> None:
    text = csv_lines(rows).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in read] == [2] * len(rows)
    for cell, told in zip((cell for row in read for cell in row), (cell for row in rows for cell in row), strict=True):
        assert cell == (f"'{told}" if RUNS.match(told) else told)


@settings(FEW, max_examples=15)
@given(st.lists(CELLS, min_size=1, max_size=9))
def test_an_excel_file_opens_and_holds_texts_alone(row: list[str]) -> None:
    raw = io.BytesIO()
    table = table_file("xlsx", raw)
    table.write([row])
    table.close()
    with zipfile.ZipFile(raw) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    kinds = {cell.get("t") for cell in sheet.iter("{*}c") if len(cell)}
    assert kinds <= {"inlineStr", "s"}
    assert not list(sheet.iter("{*}f"))


@FEW
@given(st.text() | st.datetimes().map(str) | st.integers() | st.none() | st.booleans())
@example("0001-01-01T00:00:00+08:00")  # the calendar's edges, which some zone does not have
@example("9999-12-31T23:59:59-08:00")
def test_a_moment_is_read_or_refused(sent: object) -> None:
    try:
        moment = MomentField().run_validation(sent)
    except ValidationError:
        return
    assert moment.utcoffset() is not None
    assert moment.astimezone(UTC) == moment


@FEW
@given(st.dates(date(1900, 1, 1), date(9000, 1, 1)), st.times(), st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_a_zone_is_that_moment(day: date, clock: time, minutes: int) -> None:
    told = datetime.combine(day, clock, timezone(timedelta(minutes=minutes)))
    assert MomentField().run_validation(told.isoformat()) == told


@FEW
@given(st.text() | st.datetimes().map(str) | st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M}"))
def test_a_browsers_date_and_time_is_read_or_nothing(text: str) -> None:
    moment = read_local(text, ZoneInfo("Asia/Shanghai"))
    assert moment is None or moment.utcoffset() is not None


@FEW
@given(DAYS, DAYS, st.dates(date(2020, 1, 1), date(2100, 1, 1)))
@example(date.min, date.min, date(2026, 3, 12))
@example(date.max, date.max, date(2026, 3, 12))
def test_days_to_search_begin_and_end_whatever_the_calendar_holds(
    since: date | None, until: date | None, today: date
) -> None:
    first, last = days_searched(since, until, today)
    assert (last - first).days < MOST_DAYS_SEARCHED
    assert midnight(first).astimezone(UTC) == midnight(first)
    assert midnight_after(last).astimezone(UTC) == midnight_after(last)
