"""Types into every form of the archive what nobody would: what may be saved, and what cannot be taken.

The forms are found on the pages themselves, so one that is added later is typed into as well. Nothing that is sent
stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client

from tests.house import markup
from tests.house.answers import Answer, read, runs
from tests.house.forms_of_pages import Form, forms_on
from tests.house.naughty import HALF, TRIED, packed
from tests.house.routing import routes
from tests.house.world import NOW, World, confirm, counted, sign_in

PEOPLE = ("manager", "administrator")
ARCHIVE = re.compile(r"patients:|accounts:saved_view|promises:promise_bulk|promises:organisation_|messaging:opt_out")
ASKED_WITH = {"accounts:saved_view_create": "?list=patients:patient_list&query=q%3Dx"}
RIGHT = {"date": f"{NOW:%Y-%m-%d}", "datetime-local": f"{NOW:%Y-%m-%dT09:00}", "tel": "13900005681"}
TURNS = 5  # until it is known which fields of a form take no words
CARD = "51010119530821123X"  # made up, with a last character that fits
ROOM = 150  # of the longest text, so that several lines of it are none of too many
WRITTEN = re.compile(r'^(?:INSERT INTO|UPDATE) "(\w+)"')
WITH_TEXT = (models.CharField, models.TextField, models.JSONField)
PDF, TABLE = b"%PDF-1.7", "姓名\n王芳\n".encode()


@dataclass
class Known:
    """What the tries have shown of a form."""

    form: Form
    tries: list[Answer] = field(default_factory=list)
    exact: set[str] = field(default_factory=set)  # fields of text that take no words: dates, numbers, amounts

    @property
    def wordy(self) -> list[str]:
        return [name for name in self.form.texts if name not in self.exact]

    @property
    def is_saved(self) -> bool:
        return self.tries[-1].status == 302


class Typist:
    """Somebody who types into forms."""

    def __init__(self, world: World, person: str) -> None:
        self.world, self.person = world, person
        self.browser: Client = sign_in(world.people[person])
        confirm(self.browser)
        self.browser.raise_request_exception = False

    def forms(self, seen: set[str]) -> Iterator[Form]:
        """On every page of the archive that this person may see and nobody saw before."""
        for route in routes():
            if not route.is_api and ARCHIVE.match(route.name) and route.name not in seen:
                url = self.world.url(route.name, self.person) + ASKED_WITH.get(route.name, "")
                if (page := self._open(url)) is not None:
                    seen.add(route.name)
                    yield from forms_on(page, url)

    def _open(self, url: str) -> markup.Page | None:
        with transaction.atomic():
            answer: Any = self.browser.get(url)
            transaction.set_rollback(True)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            return None
        return markup.read(answer.content.decode())

    def learn(self, form: Form) -> Known:
        """Type words into all fields; where that is wrong something else is right, until the form is saved."""
        known = Known(form)
        for turn in range(TURNS):
            typed = {name: TRIED[: form.room(name)] for name in known.wordy}
            known.tries.append(answer := self.send(form, typed, file="a", looks=True))
            if answer.status != 200:
                break
            for name in answer.wrong & form.choices.keys():
                form.values[name] = form.choices[name][-1 - turn % len(form.choices[name])]
            for name in answer.wrong & form.texts.keys():
                if name in known.exact or not form.values[name]:
                    is_missed = name in known.exact and not form.values[name]
                    form.values[name] = self._right(form.texts[name], turn, is_missed=is_missed)
                known.exact.add(name)
        return known

    def _right(self, tag: markup.Tag, turn: int, *, is_missed: bool) -> str:
        """What may be right in a field that takes no words: nothing, a day, the number of a record or of a card.

        `is_missed`: it was left empty, and something else that was typed asks for it.
        """
        if "required" not in tag.attributes and not is_missed:
            return ""
        numbers = [self.world.stranger.number, CARD]
        return RIGHT.get(tag["inputmode"] or tag["type"], str(numbers[turn % 2]))

    def rounds(self, known: Known) -> Iterator[Answer]:
        """Every string once in every field of words, another one in each at the same time; then without those fields
        that refuse it.
        """
        texts = {name: packed(min(known.form.room(name), ROOM)) for name in known.wordy}
        for at in range(max(map(len, texts.values()), default=0)):
            typed = {name: each[(at + place) % len(each)] for place, (name, each) in enumerate(texts.items())}
            yield (answer := self.send(known.form, typed))
            if answer.wrong:
                yield self.send(known.form, {name: text for name, text in typed.items() if name not in answer.wrong})

    def send(self, form: Form, typed: dict[str, str], file: str = "", *, looks: bool = False) -> Answer:
        """Send it, look where it leads and open it anew; undo everything."""
        files = {name: _file(file, which) for name, which in form.files.items() if file}
        with transaction.atomic():
            with counted() as asked:
                answer: Any = self.browser.post(form.url, {**form.values, **typed, **files})
            found = read(form, typed, answer)
            if answer.status_code == 302:
                kept = set(_texts({match[1] for sql in asked if (match := WRITTEN.match(sql))}))
                found.not_kept = {name for name, text in typed.items() if text.strip() not in kept}
                if looks:
                    then: list[Any] = [self.browser.get(url) for url in (answer["Location"], form.url)]
                    words = "".join(each.content.decode() for each in then)
                    found.runs, found.shows = runs(words), TRIED in unescape(words)
            transaction.set_rollback(True)
        return found

    def send_bytes(self, form: Form) -> Answer:
        """As some programs send it: its texts are no UTF-8."""
        body = b"&".join(name.encode() + b"=" + HALF for name in form.values)
        with transaction.atomic():
            answer: Any = self.browser.generic("POST", form.url, body, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        return read(form, {}, answer)


def _file(name: str, which: str) -> SimpleUploadedFile:
    is_table = ".csv" in which
    return SimpleUploadedFile(f"{name}.{'csv' if is_table else 'pdf'}", TABLE if is_table else PDF)


def _texts(tables: set[str]) -> Iterator[str]:
    for model in apps.get_models():
        columns = [each.attname for each in model._meta.concrete_fields if isinstance(each, WITH_TEXT)]
        if columns and model._meta.db_table in tables:
            for row in model._default_manager.values_list(*columns):
                for value in row:
                    yield from map(str, value.values() if isinstance(value, dict) else [value])
