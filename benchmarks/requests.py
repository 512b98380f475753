"""What a browser or a program waits for: each page and act over HTTP, beside the floor's same answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

from django.urls import reverse

from .samples import Samples
from .timing import Ask, Result, Site, Times, in_turns

COUNT = 100
CSRF = "b" * 32
FORM = (("Content-Type", "application/x-www-form-urlencoded"), ("X-CSRFToken", CSRF))
JSON = (("Content-Type", "application/json"), ("X-CSRFToken", CSRF))
DEEP_PAGE = 1000
OF_WHICH_THE_MIDDLE = 11

Asks = Callable[[int], Ask]
Value = TypeVar("Value")


class Sites:
    """Our site and the floor's two, of answers and of pages, asked in turns."""

    def __init__(self, ours: Site, floor: Site, bare: Site, rows: int) -> None:
        self.ours, self.floor, self.bare, self._rows = ours, floor, bare, rows

    def answers(self, name: str, least: float, ours: Asks, floor: Asks) -> Result:
        return self._compare(name, least, ours, floor, self.floor)

    def pages(self, name: str, least: float, ours: Asks, bare: Asks) -> Result:
        return self._compare(name, least, ours, bare, self.bare)

    def _compare(self, name: str, least: float, ours: Asks, floor: Asks, site: Site) -> Result:
        site.hang_up()
        mine, theirs = in_turns(
            lambda each: self.ours.send(ours(each))[0], lambda each: site.send(floor(each))[0], COUNT
        )
        ratio = round(theirs.p50_ms / mine.p50_ms, 2)
        goal = f">= {least:g} x floor"
        return self._result(name, mine, theirs, ratio, goal, ratio >= least)

    def against_ours(self, name: str, most: float, ours: Asks, base: Asks) -> Result:
        """Beside another request of our own: `ratio` is ours / base here, so less is better."""
        mine, theirs = in_turns(
            lambda each: self.ours.send(ours(each))[0], lambda each: self.ours.send(base(each))[0], COUNT
        )
        ratio = round(mine.p50_ms / theirs.p50_ms, 2)
        return self._result(name, mine, theirs, ratio, f"<= {most:g} x the other", ratio <= most)

    def _result(self, name: str, ours: Times, floor: Times, ratio: float, goal: str, met: bool) -> Result:
        return Result(name, self._rows, ours.p50_ms, ours.p95_ms, floor.p50_ms, floor.p95_ms, ratio, None, goal, met)


def pages_for_the_floor(ours: Site, samples: Samples) -> dict[str, str]:
    """The page of ours that the floor renders, of each kind: one that is neither long nor short."""

    def middle(addresses: Iterable[str]) -> str:
        by_length = sorted(addresses, key=lambda address: len(ours.send(Ask("GET", address))[1]))
        return by_length[len(by_length) // 2]

    return {
        "patient": middle(map(_patient, samples.patients[:OF_WHICH_THE_MIDDLE])),
        "fullest": _patient(samples.fullest),
        "search": middle(map(_search, samples.two_characters[:OF_WHICH_THE_MIDDLE])),
        "list": _list(samples),
    }


def pages(sites: Sites, samples: Samples) -> Iterator[Result]:
    number, pair = _in(samples.numbers), _in(samples.two_characters)
    patient, busy = _in(samples.patients), _in(samples.busiest)
    yield sites.answers(
        "call page: who calls",
        0.5,
        lambda each: Ask("POST", reverse("consult:call_who"), urlencode({"number": number(each)}), FORM),
        lambda each: Ask("GET", f"/phone?q={number(each)}"),
    )
    yield sites.answers(
        "search by name, API",
        0.6,
        lambda each: Ask("POST", reverse("api-search"), json.dumps({"q": pair(each)}), JSON),
        lambda each: Ask("GET", f"/search?q={quote(pair(each))}"),
    )
    yield sites.pages(
        "search by name, page",
        0.5,
        lambda each: Ask("GET", _search(pair(each))),
        lambda each: Ask("GET", f"/search/{quote(pair(each))}"),
    )
    yield sites.pages(
        "patient's page",
        0.5,
        lambda each: Ask("GET", _patient(patient(each))),
        lambda each: Ask("GET", f"/patient/{patient(each)}"),
    )
    yield sites.pages(
        "patient's page, all panels filled",
        0.5,
        lambda _: Ask("GET", _patient(samples.fullest)),
        lambda _: Ask("GET", f"/fullest/{samples.fullest}"),
    )
    yield sites.against_ours(
        "patient's page, busiest against any",
        2,
        lambda each: Ask("GET", _patient(busy(each))),
        lambda each: Ask("GET", _patient(patient(each))),
    )


def lists(sites: Sites, samples: Samples) -> Iterator[Result]:
    where = f"department={samples.department}"
    api = f"{reverse('api-patient-list')}?{where}"
    yield sites.answers(
        "list of patients, API",
        0.6,
        lambda _: Ask("GET", api),
        lambda _: Ask("GET", f"/patients?dept={samples.department}"),
    )
    yield sites.pages(
        "list of patients, page",
        0.5,
        lambda _: Ask("GET", _list(samples)),
        lambda _: Ask("GET", f"/list/{samples.department}"),
    )
    if deep := _deep(sites.ours, api):
        yield sites.against_ours(
            "list, page 1000 against page 1", 1.5, lambda _: Ask("GET", deep), lambda _: Ask("GET", api)
        )


def create(sites: Sites, samples: Samples) -> Result:
    def ours(each: int) -> Ask:
        body = {"submission": str(uuid4()), "name": samples.names[each % len(samples.names)], "sex": "female"}
        phones = [{"number": f"1549{each:07}", "owner": "own"}]
        return Ask("POST", reverse("api-patient-list"), json.dumps({**body, "phones": phones}), JSON, 201)

    def floor(each: int) -> Ask:
        body = {"name": samples.names[each % len(samples.names)], "phone": f"1549{each:07}", "sex": "female", "dept": 1}
        return Ask("POST", "/patients?dept=1", json.dumps({**body, "birth": None}), JSON, 201)

    return sites.answers("register a patient, API", 0.4, ours, floor)


def _deep(site: Site, address: str) -> str:
    """The address of page 1000 of the list, as one comes to it; "" where there is none."""
    for _ in range(DEEP_PAGE - 1):
        following = json.loads(site.send(Ask("GET", address))[1])["next"]
        if not following:
            return ""
        address = following.partition("//")[2].partition("/")[2].join(("/", ""))
    return address


def _in(values: Sequence[Value]) -> Callable[[int], Value]:
    return lambda each: values[each % len(values)]


def _patient(pk: int) -> str:
    return reverse("patients:patient_detail", args=[pk])


def _search(text: str) -> str:
    return f"{reverse('dashboards:search')}?q={quote(text)}"


def _list(samples: Samples) -> str:
    return f"{reverse('patients:patient_list')}?department={samples.department}"
