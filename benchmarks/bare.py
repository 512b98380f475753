"""The floor of our pages: the same templates, with values that were worked out beforehand.

What a page costs that asks nobody's rights, masks nothing and records no look: a session, the account and the rows by
flat queries, and rendering the very same HTML. BARE_PAGES names a page of ours for each kind; it is asked for once, as
whoever signed in, and kept with all its values. DATABASE_URL names the database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.template.backends.django import Template
from django.template.context import make_context
from django.test import Client, override_settings
from django.utils import translation

from benchmarks.flat import SCHEMA

STORY_ROWS, FOUND_ROWS, PAGE_ROWS = 25, 20, 25
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ACCOUNT = "SELECT * FROM accounts_staff WHERE id = %s"
PERSON = f"SELECT * FROM {SCHEMA}.patient WHERE id = %s"
STORY = f"SELECT * FROM {SCHEMA}.timeline WHERE patient_id = %s ORDER BY at DESC, id DESC LIMIT {STORY_ROWS}"
FOUND = (
    f"SELECT * FROM {SCHEMA}.patient WHERE {SCHEMA}.pieces(name) @> ARRAY[%s] "
    f"ORDER BY last_contact DESC, id DESC LIMIT {FOUND_ROWS}"
)
LISTED = f"SELECT * FROM {SCHEMA}.patient WHERE dept = %s ORDER BY created DESC, id DESC LIMIT {PAGE_ROWS}"
ROWS = {"patient": (PERSON, STORY), "fullest": (PERSON, STORY), "search": (FOUND,), "list": (LISTED,)}

Render = Callable[[], str]


def kept(address: str, session: str) -> Render:
    """The page at our address, to be rendered again and again with the values that it had."""
    caught: list[tuple[Any, Any]] = []

    def catch(page: Template, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        whole = make_context(context, request)
        with whole.bind_template(page.template):
            caught.append((page.template, whole.flatten()))
        return ""

    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]} if settings.ALLOWED_HOSTS else None)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    with mock.patch.object(Template, "render", catch):
        answer = browser.get(address)
    if answer.status_code != 200 or len(caught) != 1:
        raise RuntimeError(f"{address}: {answer.status_code}, {len(caught)} templates")
    template, values = caught[0]
    return lambda: str(template.render(Context(values)))


class Bare(WSGIHandler):
    """/patient/KEY, /fullest/KEY, /search/CHARACTERS, /list/DEPARTMENT."""

    pages: dict[str, Render]

    def resolve_request(self, request: HttpRequest) -> Any:
        return self.answer, (), {}

    def answer(self, request: HttpRequest) -> HttpResponse:
        account = request.session.get(SESSION_KEY)
        if account is None:
            return HttpResponse(status=401)
        _, kind, value = request.path.split("/")
        with connection.cursor() as cursor:
            for query, wanted in [(ACCOUNT, account), *((query, value) for query in ROWS[kind])]:
                cursor.execute(query, [wanted])
                cursor.fetchall()
        if not hasattr(self, "pages"):
            session = str(request.session.session_key)
            addresses = json.loads(os.environ["BARE_PAGES"])
            self.pages = {name: kept(address, session) for name, address in addresses.items()}
        with translation.override(settings.LANGUAGE_CODE):
            return HttpResponse(self.pages[kind]())


def made() -> Bare:
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        return Bare()


application = made()
