"""A caller whom the hospital knows well, and every way in which the call page and the search box show such a person."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Staff
from consult.models import CallDraft
from consult.services.drafts import keep_draft
from institution.models import ReferenceItem, ReferenceList
from institution.services.lists import create_item
from patients.models import Patient
from patients.services.contacts import attach_contact, find_or_create_contact
from promises.models import Promise
from tests import make
from tests.house.world import NOW, counted

NEW, WHO, KEEP = (reverse(f"consult:{name}") for name in ("call_create", "call_who", "draft_keep"))
SEARCH, ALIKE = reverse("dashboards:search"), reverse("patients:patient_alike")
NUMBER = "13800001234"
LASTING = [kind for kind in Promise.Kind if kind != Promise.Kind.RING_BACK]  # the next call does not settle them
TOPIC = ("t0-topic", "t0-question", "t0-department")
MOST_FOR_A_CALL, MOST_FOR_A_SEARCH = 12, 6


class KnownCaller:
    """Zhang, whom the reader rings and who rings the reader; and Li, whose number is another one."""

    def __init__(self, reader: Staff) -> None:
        self.reader, self.browser = reader, make.client_of(reader)
        self._number, self._kinds = 0, itertools.cycle(LASTING)
        self.zhang = make.patient("张桂兰", NUMBER, birth_year=1953, department=reader.department)
        self.li = make.patient("李建国", "13700005678")
        self.browser.get(NEW)  # the first page of a session also notes when it was seen

    def _add(self, number: int) -> None:
        """One more of everything that stands beside such a person's name, and of what the form's lists offer."""
        reader = self.reader
        department = make.department(parent=reader.department)
        colleague = make.staff("", "consultant", department=department)
        team = make.team("", reader, colleague)
        self._one_more_topic(number)
        for person in (self.zhang, self.li):
            make.phone(person, f"139{number:04}1234" if person == self.zhang else f"136{number:04}5678")
            make.call(reader, person, number=NUMBER, question="怎么走", answer="地铁", department=department, at=NOW)
            make.call(colleague, person, disposition="silent", at=NOW)
            make.promise(person, owner=reader, kind=next(self._kinds), at=NOW)
            make.promise(person, team=team, at=NOW)
        make.patient("", NUMBER)
        find_or_create_contact(name=f"王{number}", digits=NUMBER, extension="", actor=reader.actor, at=NOW)
        self._draft(self.zhang)

    def _one_more_topic(self, number: int) -> None:
        values = {"label_zh": f"事项{number}", "label_en": f"Topic {number}", "code": f"own-{number}"}
        topics = ReferenceList.objects.get(code="call_topic")
        create_item(reference_list=topics, values=values, actor=self.reader.actor, at=NOW)

    def _draft(self, person: Patient, **more: Any) -> CallDraft:
        content = {name: [str(value)] for name, value in self.typed(person, **more).items()}
        key = uuid4()
        draft = keep_draft(key=key, content={**content, "submission": [str(key)]}, staff=self.reader, at=NOW)
        assert draft is not None
        return draft

    def _once_a_caller(self) -> str:
        """Li, as a form names him that was opened before anybody knew who he was."""
        caller = find_or_create_contact(name="李", digits="13600007777", extension="", actor=self.reader.actor, at=NOW)
        attach_contact(contact=caller, patient=self.li, actor=self.reader.actor, at=NOW)
        return f"contact:{caller.pk}"

    def typed(self, person: Patient, **more: Any) -> dict[str, Any]:
        """The form as it is sent once the person was taken and something was written down."""
        topic = ReferenceItem.objects.get(list__code="call_topic", code="directions")
        department = Department.objects.order_by("-pk").first()
        who = f"patient:{person.pk}"
        asked = {"t0-topic": topic.pk, "t0-question": "怎么走", "t0-department": department.pk if department else ""}
        told = {"number": NUMBER, "who": who, "filled": who, "name": person.name, "sex": "female", "direction": "in"}
        return {"submission": str(uuid4()), "channel": "phone", "topics": "1", **told, **asked, **more}

    def ways(self) -> dict[str, Callable[[], Any]]:
        """By the name of the budget: what is asked for."""
        zhang, li, browser = self.zhang, self.li, self.browser
        promise = zhang.promises.open().earliest("pk")
        owed = [row.pk for row in zhang.promises.open().filter(owner=self.reader)[:3]]
        out = {"direction": "out", "promise": promise.pk}
        drafts = [self._draft(zhang), self._draft(li, **out)]
        nobody, soon = {"who": "", "number": ""}, {"disposition": "ring_back", "due": "hour"}
        late = {"disposition": "ring_back", "due": "own", "due_own": "2026-03-12T10:00"}
        sent: dict[str, tuple[str, dict[str, Any]]] = {
            "look up": (NEW, {**self.typed(zhang), "act": "look"}),
            "one more topic": (NEW, {**self.typed(zhang), "act": "more"}),
            "not valid": (NEW, self.typed(zhang, keeps=owed, age="old")),
            "not valid, saved while the number was looked up": (NEW, self.typed(zhang, who="", filled="", take="1")),
            "not valid, a time that has passed": (NEW, self.typed(zhang, **late)),
            "not valid, about nothing": (NEW, self.typed(zhang, disposition="answered", **dict.fromkeys(TOPIC, ""))),
            "not valid, without a number to ring back": (NEW, self.typed(zhang, **nobody, **soon)),
            "not valid, out to somebody under another number": (NEW, self.typed(li, keeps=owed, **out)),
            "not valid, out to a caller who became a patient": (NEW, self.typed(li, **out, who=self._once_a_caller())),
            "part: who may be calling": (WHO, self.typed(zhang, who="", filled="")),
            "part: who was taken": (WHO, self.typed(zhang, filled="")),
            "part: who was taken by Enter": (WHO, self.typed(zhang, who="", filled="", take="1")),
            "part: the draft is kept": (KEEP, self.typed(zhang, disposition="ring_back", due="hour")),
        }
        opened = {
            "empty": NEW,
            "to keep a promise": f"{NEW}?promise={promise.pk}",
            "to a patient": f"{NEW}?patient={zhang.pk}",
            "a draft": f"{NEW}?draft={drafts[0].key}",
            "a draft, out to somebody under another number": f"{NEW}?draft={drafts[1].key}",
            "the next one": f"{NEW}?saved={zhang.calls.latest('pk').pk}",
            "a correction": reverse("consult:call_correct", args=[zhang.calls.filter(handled_by=self.reader)[0].pk]),
        }
        found = {"by number": f"{SEARCH}?q=1234", "by name": f"{SEARCH}?q=张"}
        return {
            **{f"call page, {name}": _get(browser, url) for name, url in opened.items()},
            **{f"call page, {name}": _post(browser, *form) for name, form in sent.items()},
            **{f"search, {name}": _get(browser, url) for name, url in found.items()},
            "search, for whoever is being registered": _post(browser, ALIKE, {"name": "张桂兰", "phone": NUMBER}),
        }

    def costs(self, number: int) -> dict[str, int]:
        """How many queries each way takes with so many of everything; nothing that it does stays."""
        for each in range(self._number + 1, number + 1):
            self._number = each
            self._add(each)
        return {name: _cost(ask) for name, ask in self.ways().items()}


def is_of_known_caller(name: str) -> bool:
    return name.startswith(("call page, ", "search, "))


def most_for(name: str) -> int:
    return MOST_FOR_A_CALL if name.startswith("call page") else MOST_FOR_A_SEARCH


def _get(browser: Client, url: str) -> Callable[[], Any]:
    return lambda: browser.get(url)


def _post(browser: Client, url: str, data: dict[str, Any]) -> Callable[[], Any]:
    return lambda: browser.post(url, data)


def _cost(ask: Callable[[], Any]) -> int:
    """An address that leads to itself has taken up a parked call on the way; of both askings the dearer one counts."""
    with transaction.atomic():
        answer, queries = _asked(ask)
        if answer.status_code == 302 and answer["Location"] == answer.wsgi_request.get_full_path():
            answer, then = _asked(ask)
            queries = max(queries, then)
        transaction.set_rollback(True)
    assert answer.status_code in (200, 302)
    return queries


def _asked(ask: Callable[[], Any]) -> tuple[Any, int]:
    with counted() as queries:
        answer = ask()
    return answer, len(queries)
