"""What fits together of what is told about a person, and what cannot be. Pure rules."""

import re
from datetime import date, time
from enum import Enum
from typing import Any

from hospital_crm.lib.moments import BEFORE_ALL

PORTRAIT = ("preferred_from", "preferred_until", "died_on")  # what is looked at, beside the birth


class Fault(Enum):
    ENDS_BEFORE = "ends_before"
    STILL_TO_COME = "still_to_come"
    BEFORE_BIRTH = "before_birth"


def faults_of_portrait(
    *,
    preferred_from: time | None,
    preferred_until: time | None,
    died_on: date | None,
    birth: tuple[date | None, int | None],
    today: date,
) -> dict[str, Fault]:
    """What cannot be, by field; `birth` is the date or the year alone."""
    faults = {}
    if ends_before(preferred_from, preferred_until):
        faults["preferred_until"] = Fault.ENDS_BEFORE
    if died_on and died_on > today:
        faults["died_on"] = Fault.STILL_TO_COME
    elif died_on and died_on < _earliest_death(*birth):
        faults["died_on"] = Fault.BEFORE_BIRTH
    return faults


def ends_before(preferred_from: time | None, preferred_until: time | None) -> bool:
    """Whether these hours, in which somebody is best reached, end before they begin."""
    return bool(preferred_from and preferred_until and preferred_from >= preferred_until)


def _earliest_death(birth_date: date | None, birth_year: int | None) -> date:
    return birth_date or (date(birth_year, 1, 1) if birth_year else BEFORE_ALL)


_NUMBERED = r"[0-9０-９一二三四五六七八九十百〇零]"
_STREET = re.compile(
    r"(?<![0-9０-９])(?<!district )(?![0-9]{6}(?![0-9]))[0-9０-９]"  # but no postcode, and no District 1
    r"|路(?![桥南北区])|街(?![道区])|大道|胡同|巷|弄$"  # 路桥, 路南 and 上街区 are districts
    rf"|{_NUMBERED}\s*[号弄室栋幢座]"
    r"|单元|小区"
    r"|\b(?:street|road|avenue|lane)\b",
    re.IGNORECASE,
)

# 解放路街道, 长安路街道办, 新街镇; with the community behind it, which is no street either: 解放路街道火炬社区; or the
# community alone: 五一路社区, 柳巷第二社区居委会
_CALLED_AFTER = re.compile(
    r"(?:路|街|巷|胡同)(?=(?:"
    r"(?:街道|镇|乡)(?:办事处|办)?(?:[^\W\d]{1,8}(?:社区|村|居委会|村委会))?"
    r"|(?:第?[一二三四五六七八九十]{1,3})?(?:社区|村)(?:居委会|村委会)?"
    r")(?:$|[\s,，]))"
)


def tells_street(residence: str) -> bool:
    """More than a district: a street or a house, which belongs to the home address and is masked."""
    return bool(_STREET.search(_CALLED_AFTER.sub("", residence.strip())))


def with_street_apart(told: dict[str, Any]) -> dict[str, Any]:
    """Of what a caller or a file tells: a place of residence with a street stands in the home address, before what is
    told of that besides.
    """
    residence = told.get("residence") or ""
    if not tells_street(residence):
        return told
    rest = {name: value for name, value in told.items() if name != "residence"}
    return {**rest, "address": _both(residence, rest.get("address") or "")}


def _both(residence: str, address: str) -> str:
    """Once where one of them tells what the other does."""
    if residence in address:
        return address
    return residence if address in residence else f"{residence} {address}"
