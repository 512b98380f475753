"""How fast the tests were, in one line: those that send no request, and those that do, for a page costs far more."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

REQUESTS, SECONDS = "requests", "seconds"  # what tests/pace.py notes with each test
OTHERS = "of browsers and servers"  # what it notes with a test that has its time for waiting
AIM_MS = 15


def sentence(notes: Iterable[Mapping[str, object]]) -> str:
    """An average above the aim is said and fails nothing: machines differ."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for note in notes:
        if OTHERS not in note:
            times[int(str(note[REQUESTS])) > 0].append(1000 * float(str(note[SECONDS])))
    average = {kind: sum(each) / len(each) if each else 0.0 for kind, each in times.items()}
    verdict = "" if average[False] <= AIM_MS else ", MORE THAN THAT"
    return (
        f"{len(times[False])} tests without a request took {average[False]:.1f} ms on average (aim: {AIM_MS}{verdict}),"
        f" {len(times[True])} with requests {average[True]:.1f} ms"
    )


def of_report(report: Path) -> str:
    """From what pytest writes with --junitxml; what was skipped took no time."""
    cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314  # we let it be written ourselves
    ran = (case for case in cases if case.find("skipped") is None)
    return sentence({each.attrib["name"]: each.attrib["value"] for each in case.iter("property")} for case in ran)
