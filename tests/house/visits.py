"""Asks every route as everybody, once for all house tests; nothing that a request does stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Staff
from institution.models import HospitalProfile
from tests.house import markup
from tests.house.routing import Route, routes
from tests.house.world import (
    BEGINNER,
    CALLER,
    NEWCOMER,
    OWED,
    OWED_NOTHING,
    World,
    build,
    confirm,
    counted,
    sign_in,
)
from tests.make import PASSWORD

NOBODY = "nobody"
ROLES = tuple(role.value for role in Role)
DOOR = reverse("account_login")
CONFIRMED = ("administrator", BEGINNER, NEWCOMER)  # the others see the page that asks for the password once more
MEETS_PATIENTS = "manager"  # who enters wherever patients, calls and promises are, and the administrator does not
SENDS_FORMS = (*CONFIRMED, MEETS_PATIENTS)
IN_ENGLISH = ("administrator", BEGINNER, NOBODY, MEETS_PATIENTS)  # between them they see every page
LONG = "长" * 400  # more than any field of one line takes


# Wrong in every way that a field knows, by whom and where.
MISTAKES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (NOBODY, "account_login", {"login": "nobody-here", "password": "wrong"}),
    (NEWCOMER, "mfa_activate_totp", {"code": "000000"}),
    ("administrator", "account_reauthenticate", {"password": "wrong"}),
    ("administrator", "mfa_reauthenticate", {"code": "000000"}),
    ("administrator", "account_change_password", {"oldpassword": "wrong", "password1": "12345", "password2": "54321"}),
    ("administrator", "account_change_password", dict.fromkeys(("oldpassword", "password1", "password2"), PASSWORD)),
    ("administrator", "account_change_password", dict.fromkeys(("password1", "password2"), "administrator")),
    ("administrator", "account_change_password", dict.fromkeys(("password1", "password2"), "password123")),
    ("administrator", "accounts:staff_create", {"username": "A b!", "roles": "king", "department": "99999"}),
    ("administrator", "accounts:staff_create", {"username": "colleague", "employee_number": "D1001"}),
    ("administrator", "accounts:staff_create", {"username": "x", "display_name": "\0", "extension": "8" * 99}),
    ("administrator", "accounts:absence_create", {"starts_on": "2026-02-30", "ends_on": "soon", "deputy": "99999"}),
    ("administrator", "accounts:absence_create", {"starts_on": "2026-03-20", "ends_on": "2026-03-01"}),
    ("administrator", "accounts:department_create", {"name_zh": "白内障科", "name_en": "x", "kind": "none"}),
    ("administrator", "accounts:team_create", {"name_zh": "咨询热线组", "members": ["99999", "x"]}),
    ("administrator", "institution:profile_edit", {"version": "one", "website": "no address"}),
    ("administrator", "institution:setting_edit", {"value": "many"}),
    ("administrator", "institution:setting_edit", {"value": "99999.999"}),
    ("administrator", "institution:calendar_edit", {"version": "one", "day_1": "nine to five", "day_2": "8-12, 11-13"}),
    ("administrator", "institution:calendar_edit", {"day_1": "18:00-08:00", "day_2": LONG, "day_3": "25:00-26:00"}),
    ("administrator", "institution:calendar_create", {"department": "99999"}),
    ("administrator", "institution:day_create", {"on": "2026-02-30", "until": "soon", "kind": "none", "name_zh": LONG}),
    ("administrator", "institution:day_create", {"on": "2026-03-20", "until": "2026-03-01", "stands_for": "8"}),
    ("administrator", "institution:day_edit", {"version": "one", "on": "9999-12-31", "kind": "none"}),
    ("administrator", "institution:item_create", {"code": "no code!", "position": "-1"}),
    ("administrator", "messaging:channel_edit", {"version": "one", "key_secret": "短", "sign_name": "【】"}),
    ("administrator", "messaging:channel_edit", {"price": "-1", "url": "http://elsewhere.example", "key_id": LONG}),
    ("administrator", "messaging:channel_trial", {"to": "12"}),
    ("administrator", "messaging:group_create", {"department": "99999"}),
    ("administrator", "institution:item_create", {"code": "friend", "label_zh": "友", "label_en": "Friend"}),
    (
        MEETS_PATIENTS,
        "patients:patient_create",
        {"name": LONG, "sex": "none", "birth": "2126-01-01", "phone": "withheld", "department": "99999", "card": LONG},
    ),
    (MEETS_PATIENTS, "patients:patient_create", {"name": " \0 ", "birth": "\0", "phone": "\0", "owner": "x"}),
    (MEETS_PATIENTS, "patients:patient_edit", {"version": "one", "name": "", "birth": "soon", "residence": LONG}),
    (MEETS_PATIENTS, "patients:phone_create", {"phone": "12", "owner": "somebody"}),
    (MEETS_PATIENTS, "patients:patient_compare", {"number": LONG}),
    (MEETS_PATIENTS, "patients:duplicate_detail", {"stays": "both", "pick_name": "x", "older_version": "one"}),
    (MEETS_PATIENTS, "patients:relative_create", {"number": "P-none", "role": "uncle", "phone": "12", "name": LONG}),
    (MEETS_PATIENTS, "patients:relative_edit", {"role": "uncle", "may_be_told": "all", "version": "one"}),
    (MEETS_PATIENTS, "patients:tag_create", {"tags": ["99999", "x"]}),
    (MEETS_PATIENTS, "patients:bulk_department", {"department": "99999"}),
    (MEETS_PATIENTS, "patients:bulk_tags", {"on": ["99999", "x"], "off": "9" * 30}),
    (MEETS_PATIENTS, "promises:promise_bulk", {"kind": "gossip", "due": "own", "due_at": "soon", "note": LONG}),
    (MEETS_PATIENTS, "promises:promise_bulk", {"kind": "ring_back", "due": "never", "owner": "99999", "team": "x"}),
    (MEETS_PATIENTS, "accounts:saved_view_create", {"list": "none", "name": LONG, "query": "a=b"}),
    (MEETS_PATIENTS, "accounts:saved_view_create", {"list": "patients:patient_list", "name": "2026"}),
    (MEETS_PATIENTS, "accounts:saved_view_edit", {"version": "one", "name": LONG}),
    (MEETS_PATIENTS, "consult:call_void", {"reason": LONG}),
    (MEETS_PATIENTS, "consult:call_caller", {"register": "on", "name": LONG, "sex": "none"}),
    (MEETS_PATIENTS, "promises:promise_keep", {"note": LONG}),
    (MEETS_PATIENTS, "promises:promise_withdraw", {"reason": LONG}),
    (MEETS_PATIENTS, "promises:promise_hand_over", {"to": "99999", "reason": LONG, "revision": "one"}),
    (MEETS_PATIENTS, "promises:promise_postpone", {"due": "own", "due_at": "soon", "reason": "改期"}),
    (MEETS_PATIENTS, "promises:promise_postpone", {"due": "never", "due_at": "2020-01-01T00:00", "reason": ""}),
    (
        MEETS_PATIENTS,
        "followups:attempt_create",
        {"outcome": "vanished", "channel": "pigeon", "note": LONG, "due": "own", "due_at": "soon"},
    ),
    (MEETS_PATIENTS, "dashboards:shift", {"to": "99999", "promise": ["x", "9" * 30], "reason": LONG}),
    *(
        (MEETS_PATIENTS, page, {**call, "reason": "改错"})
        for page in ("consult:call_create", "consult:call_correct")
        for call in (
            {"number": "twelve", "disposition": "vanished", "age": "old", "name": LONG, "t0-topic": "99999"},
            {"number": "9" * 60, "who": "patient:x", "topics": "99", "t0-question": "怎么走", "direction": "up"},
            {"disposition": "ring_back", "due": "own", "due_own": "soon", "owner": "staff:99999", "keeps": ["x", "1"]},
            {"submission": "none", "promise": "9" * 30, "began_at": "0000-00-00", "note": "\0", "residence": LONG},
        )
    ),
)
# Filters and searches that cannot be meant.
NAUGHTY = ("\0", "9" * 30, "-1", "soon", "%", "' OR 1=1 --", "😀" * 50, "١٢٣")
FILTERED: dict[str, tuple[str, ...]] = {
    "consult:call_list": ("q", "since", "until", "handled_by", "channel", "disposition", "topic", "cursor"),
    "dashboards:promise_figures": ("period", "since", "until"),
    "dashboards:search": ("q",),
    "dashboards:workbench": ("whose", "kind"),
    "messaging:delivery": ("period", "since", "until"),
    "messaging:outbox": (
        "q",
        "state",
        "channel",
        "kind",
        "since",
        "until",
        "template_version",
        "reason",
        "fate",
        "provider",
        "measure",
        "cursor",
    ),
    "patients:duplicate_list": ("state", "cursor"),
    "patients:patient_columns": ("columns", "q"),
    "patients:patient_list": ("q", "department", "sex", "level", "tag", "guardian", "sort", "columns", "cursor"),
    "promises:promise_list": (
        "state",
        "kind",
        "owner",
        "team",
        "department",
        "since",
        "until",
        "measure",
        "whose",
        "falls",
    ),
    "promises:promise_print": ("state", "by", "owner"),
}


@dataclass(frozen=True)
class Visit:
    """One request and its answer, as plain data: it outlives the database that answered."""

    person: str
    route: str
    method: str
    status: int
    headers: dict[str, str]
    body: str
    cookies: dict[str, dict[str, Any]]
    queries: int
    recorded: frozenset[str] = frozenset()  # what stands in the audit for it
    sent: dict[str, Any] = field(default_factory=dict)  # what was typed

    def __str__(self) -> str:
        return f"{self.method} {self.route} as {self.person} ({self.status})"

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and self.status not in (204, 302)

    @property
    def is_page(self) -> bool:
        """A whole page, not a fragment."""
        return self.is_html and "<html" in self.body

    @property
    def is_sent_to_the_door(self) -> bool:
        return self.status == 302 and self.headers["Location"].startswith(f"{DOOR}?next=")

    @property
    def is_refused(self) -> bool:
        return self.status in (401, 403) or self.is_sent_to_the_door

    @property
    def is_let_in(self) -> bool:
        return not self.is_refused and self.status != 405

    @property
    def is_told_what_is_missing(self) -> bool:
        """A program that sends nothing, or too late, gets the problem with its code."""
        problem = self.headers.get("Content-Type") == "application/problem+json"
        return problem and (self.status == 409 or (self.status == 400 and '"errors"' in self.body))

    @cached_property
    def page(self) -> markup.Page:
        return markup.read(self.body)


@dataclass
class Visitor:
    """Somebody with a browser, in a language."""

    person: str
    browser: Client
    language: str
    staff: Staff | None = None
    knows_refusal: bool = False

    def ask(
        self, route: str, url: str, method: str = "GET", data: dict[str, Any] | None = None, *, part: bool = False
    ) -> Visit:
        """Ask, and undo whatever the asking did, in the database and among the cookies."""
        kept = copy(self.browser.cookies)
        headers = {"accept-language": self.language, **({"HX-Request": "true"} if part else {})}
        ask = getattr(self.browser, method.lower())
        with transaction.atomic():
            before = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
            with counted() as queries:
                if route.startswith("api-") and method == "POST":
                    answer = ask(url, data or {}, content_type="application/json", headers=headers)
                else:
                    answer = ask(url, data, headers=headers) if method in ("GET", "POST") else ask(url, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            cookies = {name: dict(morsel) for name, morsel in answer.cookies.items()}
            recorded = frozenset(AuditEntry.objects.filter(pk__gt=before).values_list("verb", flat=True))
            transaction.set_rollback(True)
        self.browser.cookies = kept
        text = body.decode(errors="replace")
        return Visit(
            self.person,
            route,
            method,
            answer.status_code,
            dict(answer.items()),
            text,
            cookies,
            len(queries),
            recorded,
            data if data and method == "POST" else {},
        )

    def ask_first(self, route: Route, url: str, method: str) -> Visit:
        """One page that refuses is like another: whoever has seen one asks for the next as for a part of a page.

        The same guard answers, whatever was expected of it.
        """
        of_act = getattr(route.view, "initkwargs", {}).get("needs")
        needs = of_act or getattr(getattr(route.view, "cls", route.view), "needs", None)
        refused = self.person in ROLES and needs is not None and self.staff is not None and not self.staff.can(needs)
        visit = self.ask(route.name, url, method, part=refused and self.knows_refusal)
        self.knows_refusal |= refused and visit.is_page
        return visit


def visit_all() -> tuple[list[Visit], list[Visit]]:
    """Every route as every role and as nobody, in Chinese; and most pages once more in English."""
    world = build()
    visitors = [_visitor(world, person, "zh-hans") for person in (*world.people, NOBODY)]
    chinese = _visits(world, visitors, lambda person, route: True)
    pages = {(visit.person, visit.route) for visit in chinese if visit.is_html and visit.body}
    speak_english = [replace(visitor, language="en") for visitor in visitors if visitor.person in IN_ENGLISH]
    seen = {route for person, route in pages if person == "administrator"}

    def wanted(person: str, route: Route) -> bool:
        """What the administrator has read in English nobody reads once more."""
        return (person, route.name) in pages and not (person == MEETS_PATIENTS and route.name in seen)

    return chinese, _visits(world, speak_english, wanted)


def _visits(world: World, visitors: list[Visitor], wanted: Callable[[str, Route], bool]) -> list[Visit]:
    visits: list[Visit] = []
    acts: set[str] = set()
    for visitor in visitors:
        asked = [route for route in routes() if wanted(visitor.person, route)]
        visits += (*_round(world, visitor, asked, acts), *_more_pages(world, visitor))
        if visitor.person in ROLES and visitor.language != "en":
            visits += _around_people(world, visitor)
    return visits


def _visitor(world: World, person: str, language: str) -> Visitor:
    browser = Client() if person == NOBODY else sign_in(world.people[person])
    browser.raise_request_exception = False  # a fault is one more answer, and one more failing test
    if person in CONFIRMED:
        confirm(browser)
    return Visitor(person, browser, language, world.people.get(person))


def _round(world: World, visitor: Visitor, asked: list[Route], acts: set[str]) -> Iterator[Visit]:
    """Every route by GET, those that only act by POST, forms sent with mistakes; nobody tries every way.

    Once somebody has found a route to be one of the `acts`, no other role has to.
    """
    for route in asked:
        if visitor.person == BEGINNER and not route.name.startswith(("account_", "mfa_")):
            continue  # the rest is as for the guide
        url = world.url(route.name, visitor.person)
        first = visitor.ask_first(route, url, "POST" if route.name in acts and visitor.person != NOBODY else "GET")
        yield first
        if visitor.person == NOBODY and visitor.language != "en":
            yield from (visitor.ask(route.name, url, method) for method in ("POST", "PUT", "DELETE"))
        elif first.status == 405:
            acts.add(route.name)
            yield visitor.ask(route.name, url, "POST")
        elif first.is_page and first.status == 200 and visitor.person in SENDS_FORMS:
            yield visitor.ask(route.name, url, "POST", {"nothing": "filled in"})


def _more_pages(world: World, visitor: Visitor) -> Iterator[Visit]:
    """Pages that need more than an address: filters that find nothing, a filled-in form, a stale one, errors."""
    yield visitor.ask("no such page", "/no-such-page/")
    for person, route, data in MISTAKES:
        if person == visitor.person:
            yield visitor.ask(route, world.url(route, person), "POST", data)
    if visitor.person == NOBODY:
        yield _csrf_failure(visitor)
        yield _wrong_code(visitor)
        yield _lockout(visitor)
    if visitor.person == MEETS_PATIENTS and visitor.language != "en":
        for route, names in FILTERED.items():
            for text in NAUGHTY:
                yield visitor.ask(f"{route} ?", reverse(route), data=dict.fromkeys(names, text))
    if visitor.person != "administrator":
        return
    yield visitor.ask("nobody found", reverse("accounts:staff_list"), data={"q": "zzz"})
    yield visitor.ask("nothing found", reverse("accounts:audit_list"), data={"verb": "setting.changed"})
    yield visitor.ask("filled in", reverse("accounts:department_create"), data={"official": "A10"})
    yield visitor.ask("filter that cannot be", reverse("accounts:audit_list"), data={"since": "soon", "who": "x"})
    yield visitor.ask("former colleague", reverse("accounts:staff_detail", args=[world.former.pk]))
    profile = HospitalProfile.objects.get()
    stale = {"version": profile.version - 1, "name_zh": "另一家医院", "name_en": "Another hospital"}
    yield visitor.ask("stale form", reverse("institution:profile_edit"), "POST", stale)


def _around_people(world: World, visitor: Visitor) -> Iterator[Visit]:
    """Where people stand with their numbers: found, rung, asked about; those to whom something is owed and others."""
    yield visitor.ask("nothing owed", reverse("patients:patient_detail", args=[world.stranger.pk]))
    yield visitor.ask("nothing owed", reverse("api-patient-detail", args=[world.stranger.pk]))
    for name, patient in (("nothing owed", world.stranger), ("owed", world.patient)):
        yield visitor.ask(name, reverse("consult:call_create"), data={"patient": patient.pk})
    for number in (OWED, OWED_NOTHING, CALLER):
        typed = {"number": number, "phone": number, "direction": "in", "q": number[-4:]}
        yield visitor.ask("who", reverse("consult:call_who"), "POST", typed)
        yield visitor.ask("alike", reverse("patients:patient_alike"), "POST", typed)
        relative = reverse("patients:relative_alike", args=[world.stranger.pk])
        form = {"number": number, "submission": "5a4c1f8e-0f8b-4c0a-9b55-0d2a6c1e7f10"}
        yield visitor.ask("alike", relative, "POST", form)
        yield visitor.ask("found", reverse("dashboards:search"), data={"q": number[-4:]})
    yield visitor.ask("found", reverse("consult:call_list"), data={"q": CALLER[-4:]})
    yield visitor.ask("found", reverse("api-call-list"), data={"q": CALLER[-4:]})


def _csrf_failure(visitor: Visitor) -> Visit:
    strict = Visitor(visitor.person, Client(enforce_csrf_checks=True), visitor.language)
    return strict.ask("page open too long", DOOR, "POST")


def _wrong_code(visitor: Visitor) -> Visit:
    """The password was right, the code is not."""
    half = Visitor(visitor.person, Client(), visitor.language)
    half.browser.post(DOOR, {"login": "guide", "password": PASSWORD})
    return half.ask("wrong code", reverse("mfa_authenticate"), "POST", {"code": "000000"})


def _lockout(visitor: Visitor) -> Visit:
    """Wrong passwords until the door closes; the last answer."""
    with transaction.atomic():
        for _ in range(10):
            wrong = {"login": "consultant", "password": "wrong"}
            answer = visitor.browser.post(DOOR, wrong, headers={"accept-language": visitor.language})
            if answer.status_code == 429:
                break
        last = visitor.ask("too many tries", DOOR, "POST", wrong)
        transaction.set_rollback(True)
    return last
