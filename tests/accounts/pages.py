"""A page as a browser sees it: what its form would send, and what it says at each field."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import make

Values = dict[str, list[str]]


class Page(HTMLParser):
    """The form marked as the page's main one (`values`, to send again), the messages at fields, the notes."""

    def __init__(self, answer: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.text = answer.content.decode()
        self.values: Values = {}
        self.texts: list[str] = []  # the fields into which somebody types
        self.errors: dict[str, str] = {}
        self.alerts: list[str] = []
        self._in_form = self._in_template = False
        self._select: str | None = None
        self._chosen: list[str] | None = None
        self._textarea: str | None = None
        self._listening: tuple[str, str] | None = None  # the tag that ends it, the field it is about
        self.feed(self.text)
        self.errors = {name: " ".join(text.split()) for name, text in self.errors.items()}
        self.alerts = [" ".join(text.split()) for text in self.alerts]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._in_template = True  # what scripts may show later
        if self._in_template:
            return
        if tag == "form":
            self._in_form = "data-main" in given
        self._listen(tag, given)
        if self._in_form:
            self._field(tag, given)

    def _listen(self, tag: str, given: dict[str, str]) -> None:
        about = given.get("id", "")
        if about.endswith("_error"):
            self._listening = (tag, about.removeprefix("id_").removesuffix("_error"))
            self.errors[self._listening[1]] = ""
        elif given.get("role") in ("alert", "status") and "c-note" in given.get("class", ""):
            self._listening = (tag, "")
            self.alerts.append("")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self._add(name, given.get("value", "on"))
        elif tag == "input":
            self._add(name, given.get("value", ""))
            if given.get("type") != "hidden":
                self.texts.append(name)
        elif tag == "select":
            self._select, self._chosen = name, []
        elif tag == "option" and "selected" in given and self._chosen is not None:
            self._chosen.append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            self._add(name, "")
            self.texts.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False
        if tag == "form":
            self._in_form = False
        if tag == "select" and self._select is not None:
            for value in self._chosen or [""]:  # ours begin with an empty choice
                self._add(self._select, value)
            self._select = None
        if tag == "textarea" and self._textarea is not None:
            self.values[self._textarea][-1] = self.values[self._textarea][-1].removeprefix("\n")
            self._textarea = None
        if self._listening is not None and tag == self._listening[0]:
            self._listening = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.values[self._textarea][-1] += data
        if self._listening is not None:
            if self._listening[1]:
                self.errors[self._listening[1]] += data
            else:
                self.alerts[-1] += data

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def fill(values: Values, **typed: Any) -> dict[str, Any]:
    """The form's values with what somebody typed over them; None leaves a field out."""
    sent: dict[str, Any] = {**values, **typed}
    return {name: value for name, value in sent.items() if value is not None}


def send(browser: Client, url: str, **typed: Any) -> Any:
    """Open the form, type, send."""
    return browser.post(url, fill(Page(browser.get(url)).values, **typed))


def post_new(browser: Client, url: str, **typed: Any) -> Any:
    """Send a creating form without opening it first, which is quicker."""
    return browser.post(url, {"submission": str(uuid4()), **typed})


def in_english(browser: Client) -> Client:
    browser.cookies["django_language"] = "en"
    return browser


def sign_in(browser: Client, username: str, password: str = make.PASSWORD, **more: Any) -> HttpResponse:
    answer: Any = browser.post(reverse("account_login"), {"login": username, "password": password, **more})
    return answer  # type: ignore[no-any-return]
