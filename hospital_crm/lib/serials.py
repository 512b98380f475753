"""Numbers as Excel keeps them, read as somebody would type them: days are numbers that are shown otherwise."""

import re
from datetime import datetime, timedelta

# Formats without a text of their own that show a day or a time: ECMA-376 part 1, 18.8.30, the Chinese ones included.
DAY_FORMATS = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
NO_PART_OF_IT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # quoted, escaped, a colour or a language, a filler
SHOWS_A_DAY = re.compile(r"[dmyhs年月日]", re.IGNORECASE)
BEFORE_1900, BEFORE_MARCH_1900, BEFORE_1904 = datetime(1899, 12, 31), datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  cells know no zone
MARCH_1900 = 60  # Excel has a 29th of February 1900
DAYS_TO_1904 = 1462
AFTER_ALL = 2_958_466  # 1 January 10000
SECONDS = 86_400


def is_day(key: str, text: str) -> bool:
    """Whether a number in this format is shown as a day or a time."""
    return bool(SHOWS_A_DAY.search(NO_PART_OF_IT.sub("", text))) if text else key in DAY_FORMATS


def read_number(text: str, *, is_day: bool, from_1904: bool) -> str:
    """Numbers without an empty fraction, days as 2026-03-12; what is no number as it stands."""
    try:
        number = float(text)
    except ValueError:
        return text
    if is_day and 0 <= number < AFTER_ALL - (DAYS_TO_1904 if from_1904 else 0):
        return _moment(number, from_1904=from_1904)
    return str(int(number)) if number.is_integer() else str(number)


def _moment(serial: float, *, from_1904: bool) -> str:
    day = timedelta(seconds=round(serial * SECONDS))
    if from_1904:
        moment = BEFORE_1904 + day
    elif serial < 1:
        return (BEFORE_1900 + day).time().isoformat()
    else:
        moment = (BEFORE_1900 if serial < MARCH_1900 else BEFORE_MARCH_1900) + day
    return moment.date().isoformat() if serial.is_integer() else moment.isoformat(sep=" ", timespec="seconds")
