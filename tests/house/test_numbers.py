"""No number of a patient or a caller stands in clear for anybody, unless that is on record. Mission A7."""

import re

from tests.house.visits import Visit
from tests.house.world import CALLER, NUMBERS, OWED, OWED_NOTHING

BETWEEN = r"(?:[\s.()-]|&nbsp;|\xa0)*"
CLEAR = re.compile("|".join(BETWEEN.join(number) for number in NUMBERS))
# What is on record where a number is shown: it was looked at, dialled, or carried away in a file.
LOOKS = {"patient.phone_revealed", "promise.dialled", "file.downloaded"}


def shown(visits: list[Visit]) -> list[Visit]:
    return [visit for visit in visits if CLEAR.search(visit.body)]


def test_none_stands_in_clear_unless_the_look_is_recorded(visits: list[Visit], english_visits: list[Visit]) -> None:
    assert [str(visit) for visit in shown(visits + english_visits) if not visit.recorded & LOOKS] == []


def test_whoever_may_sees_them(visits: list[Visit]) -> None:
    """Those who owe something, and in a file who may carry them away: so the check above sees numbers."""
    seen = shown(visits)
    assert {"patients:patient_detail", "promises:promise_dial", "api-promise-numbers", "owed"} <= {
        visit.route for visit in seen
    }
    files = {visit.person for visit in seen if "file.downloaded" in visit.recorded}
    assert files == {"manager"}
    on_pages = [visit for visit in seen if "file.downloaded" not in visit.recorded]
    assert not [visit for visit in on_pages if OWED_NOTHING in CLEAR.sub(_plain, visit.body)]


def test_everybody_who_meets_people_meets_them_masked(visits: list[Visit]) -> None:
    for number, route in ((OWED, "patients:patient_list"), (OWED_NOTHING, "nothing owed"), (CALLER, "found")):
        masked = f"{number[:3]}****{number[-4:]}"
        people = {visit.person for visit in visits if visit.route == route and masked in visit.body}
        assert {"guide", "consultant", "customer_service", "doctor", "health_adviser", "manager"} <= people, route


def _plain(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])
