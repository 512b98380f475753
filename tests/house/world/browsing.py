"""How somebody comes in, and what the database is asked meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from tests import make

SECRET = "JBSWY3DPEHPK3PXP"  # as in tests.make


def sign_in(person: Staff) -> Client:
    """Through the door, as people do it: with the password, and with the code where there is a second factor."""
    browser = Client()
    browser.post(reverse("account_login"), {"login": person.username, "password": make.PASSWORD})
    if person.has_second_factor:
        code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert browser.session.get("_auth_user_id") == str(person.pk), person.username
    return browser


@contextmanager
def counted() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield asked


def confirm(browser: Client) -> None:
    """The password once more: opens the pages that ask for it."""
    browser.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
